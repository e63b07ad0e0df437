"""Executes the table of routes cell by cell and holds each answer against the oracle."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pypdf
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import connection, models, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.factors import example_accounts
from tests.integration.matrix import oracle, planted
from tests.integration.matrix.planted import Aim
from tests.integration.web.conftest import browser

READS = ("GET", "HEAD")
NO_RIGHT = ("anyone", "signed-in", "half-in", "invited", "token")
# the length of the address, the second it was said in, and what is drawn at random for each answer
_OF_ONE_ANSWER = re.compile(
    r'Content-Length: \d+|Expires: [^\n]+|nonce-[\w+/=-]+|name="csrfmiddlewaretoken" value="\w+"'
)
HALF = "half-in"  # somebody between the password and the second factor: nobody yet
METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """One line of `routes.txt`."""

    name: str
    methods: frozenset[str]
    rights: tuple[str, ...]
    about: str
    states: frozenset[str]
    shows: str

    @classmethod
    def read(cls, line: list[str]) -> Route:
        name, methods, rights, about, shows = line
        about, _, states = about.partition("@")
        told = frozenset(methods.split(",")) - {"-"}
        return cls(
            name,
            told | ({"HEAD"} if "GET" in told else set()),
            tuple(rights.split("|")),
            about,
            frozenset(states.split(",")) - {""},
            shows,
        )

    @property
    def kind(self) -> str:
        return self.about.partition(":")[0]

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api-")

    @property
    def is_owned(self) -> bool:
        return self.about.endswith(":own")


def routes() -> list[Route]:
    _heading, *lines = oracle.table_lines(Path(__file__).with_name("routes.txt"))
    return [Route.read(line) for line in lines]


def every_route(of: URLResolver | None = None) -> Iterator[str]:
    for pattern in (of or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from every_route(pattern)
        elif isinstance(pattern, URLPattern):
            yield str(pattern.name)


@dataclass(frozen=True)
class Asker:
    login: str | None
    role: str | None
    agency: str | None
    client: Client
    cookie: str | None

    def reach(self, route: Route) -> set[str]:
        """Agencies about whose rows the oracle lets this person use the route."""
        if not self.holds(route):
            return set()
        if route.rights[0] in NO_RIGHT:
            return oracle.allowed(None, None, "read-published")
        return set().union(*(oracle.allowed(self.role, self.agency, right) for right in route.rights))

    def holds(self, route: Route) -> bool:
        return any(
            {
                "anyone": True,
                "signed-in": self.role is not None,
                "half-in": self.login == HALF,
                "invited": False,
                "token": False,
            }.get(right)
            or (right not in NO_RIGHT and oracle.holds(self.role, right))
            for right in route.rights
        )


def askers() -> list[Asker]:
    from dozor.apps.organisations.models import Person

    people = {p.login: p for p in Person.objects.select_related("agency")}
    found = []
    for login in planted.PEOPLE:
        p = people.get(login or "")
        assert (p is None) == (login is None), f"the example has no {login}"
        client = browser(login)
        cookie = client.cookies["sessionid"].value if login else None
        found.append(Asker(login, p and p.role, p.agency.code if p and p.agency else None, client, cookie))
    half, (password, _secret) = Client(), example_accounts(Path(settings.HOME))["national"]
    half.post(reverse("sign-in"), {"username": "national", "password": password})
    return [*found, Asker(HALF, None, None, half, half.cookies["sessionid"].value)]


@dataclass
class Tally:
    cells: int = 0
    wrong: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)


TALLY = Tally()  # of this process: what `make matrix` prints


class Matrix:
    """An instance with planted rows, and the people who knock."""

    def __init__(self) -> None:
        planted.publish_form()
        self.planter = planted.Planter()
        for model in planted.own_tables():
            for agency in planted.AGENCIES:
                self.planter.row(model, agency)
        with transaction.atomic():
            for agency in planted.AGENCIES:
                planted.tell_journal(self.planter, agency)
        from dozor.apps.audit import kept

        kept.forget()  # the rows were planted without an event
        self.before = {model: _rows(model) for model in planted.own_tables()}
        self.askers = askers()

    # --- aims ---

    def aims(self, route: Route) -> list[Aim]:
        if route.is_owned:
            return [Aim(owner=login) for login in ("national", "gomel-lead") if login]
        if route.about == "-":
            return [Aim(arguments=planted.ARGUMENTS.get(route.name, ()))]
        if route.about == "agency":
            return [Aim(agency=a, arguments=planted.ARGUMENTS.get(route.name, ())) for a in planted.AGENCIES]
        label, columns = planted.KINDS[route.kind]
        found = []
        for agency in planted.AGENCIES:
            row = self.planter.rows[label, agency]
            arguments = tuple(_column(row, c) for c in columns)
            if not route.states:
                found.append(Aim(agency=agency, arguments=arguments))
                continue
            found += [Aim(agency=agency, arguments=arguments, state=s) for s in self.states_of(route)]
        return found

    def states_of(self, route: Route) -> list[str]:
        """States of the route's kind of rows, where its line speaks of them."""
        if not route.states:
            return []
        model = apps.get_model(planted.KINDS[route.kind][0])
        return [value for value, _ in model._meta.get_field("state").choices or ()]

    def meetings(self, route: Route) -> Iterator[tuple[Aim, Asker]]:
        """Everybody and every aim. Who is refused whatever the state meets each agency's row in one of them,
        a different one each; who is not meets it in all."""
        states = self.states_of(route)
        for aim in self.aims(route):
            for number, asker in enumerate(self.askers):
                if states and aim.agency not in asker.reach(route):
                    turn = (number + planted.AGENCIES.index(str(aim.agency))) % len(states)
                    if aim.state != states[turn]:
                        continue
                yield aim, asker

    def expected(self, asker: Asker, route: Route, method: str, aim: Aim) -> str:
        if route.rights == ("token",):
            return "no"
        if method not in route.methods and {"half-in", "invited"} & set(route.rights):
            return "not"  # asked of everybody before who they are
        if route.rights == ("invited",):
            return "gone"
        if not asker.holds(route):
            at_door = asker.role is None or route.rights == ("half-in",)
            return "door" if at_door and not route.is_api else "no"
        if method not in route.methods:
            return "not"
        if aim.owner is not None:
            return "in" if aim.owner == asker.login else "gone"
        if aim.agency is None or aim.agency in asker.reach(route):
            return "in" if aim.state is None or aim.state in route.states else "refused"
        return "no" if route.about == "agency" else "gone"

    # --- one cell ---

    def faults(self, asker: Asker, route: Route, method: str, aim: Aim) -> list[str]:
        """What is wrong with one cell; empty when nothing is."""
        if aim.owner is not None:
            aim = Aim(owner=aim.owner, arguments=planted.OWNED[route.kind](aim.owner))
        expected, reach = self.expected(asker, route, method, aim), asker.reach(route)
        writes = Writes()
        with transaction.atomic():
            if aim.state is not None:
                row = self.planter.rows[planted.KINDS[route.kind][0], str(aim.agency)]
                type(row)._base_manager.filter(pk=row.pk).update(state=aim.state)
            with connection.execute_wrapper(writes):
                response = self.knock(asker, route, method, aim)
            text = words(response)
            written = self.written(writes, aim)
            transaction.set_rollback(True)
        found = outcome(response)
        faults = [] if found == expected else [f"expected {expected}, found {found} ({response.status_code})"]
        seen = planted.sung(text).union(*(planted.sung(str(letter.message())) for letter in mail.outbox))
        mail.outbox.clear()
        if strangers := {agency for agency, _ in seen} - reach:
            faults.append(f"shows rows of {sorted(strangers)}")
        faults += [
            f"shows {field} of {agency}"
            for agency, field in sorted(seen)
            if not oracle.may_be_shown(asker.role, asker.agency, field, agency)
        ]
        if method in READS and writes.tables:
            faults.append(f"a page that is read wrote to {sorted(writes.tables)}")
        if strangers := written - reach:
            faults.append(f"wrote rows of {sorted(strangers)}")
        if method == "POST" and aim.agency and route.name in planted.DONE_FOR:
            must = aim.agency in reach and aim.agency in planted.DONE_FOR[route.name] and expected == "in"
            if must != (aim.agency in written):
                faults.append(f"{'did not record' if must else 'recorded'} {sorted(written)}: {said(text)}")
        if method == "GET" and expected == "in" and route.shows != "-":
            faults += self.unseen(route, aim, reach, text)
        TALLY.cells += 1
        TALLY.wrong += bool(faults)
        TALLY.outcomes[found] += 1
        return faults

    def written(self, writes: Writes, aim: Aim) -> set[str]:
        """Agencies whose rows were added, changed or removed."""
        found = set()
        for model in planted.own_tables():
            if model._meta.db_table not in writes.tables:
                continue
            before, after = self.before[model], _rows(model)
            for key in before.keys() | after.keys():
                if before.get(key) != after.get(key):
                    row = model._base_manager.filter(pk=key).first()
                    found |= planted.agencies_of(row) if row else {"a row removed"}
        return found

    def changed(self, asker: Asker, route: Route, aim: Aim, more: dict[str, str]) -> set[tuple[str, str]]:
        """What a form with `more` sent along leaves in the tables: rows without keys and instants."""
        with transaction.atomic():
            if aim.state is not None:
                row = self.planter.rows[planted.KINDS[route.kind][0], str(aim.agency)]
                type(row)._base_manager.filter(pk=row.pk).update(state=aim.state)
            before = {model: _rows(model) for model in planted.own_tables()}
            self.knock(asker, route, "POST", aim, more)
            mail.outbox.clear()
            found = {
                (model._meta.label, str([v for v in row if not isinstance(v, datetime)]))
                for model, rows in before.items()
                for key, row in _rows(model).items()
                if rows.get(key) != row
            }
            transaction.set_rollback(True)
        return found

    def page(self, asker: Asker, route: Route, aim: Aim) -> str:
        """All that somebody is shown by opening a page."""
        with transaction.atomic():
            told = words(self.knock(asker, route, "GET", aim))
            transaction.set_rollback(True)
        return told

    def answer(self, asker: Asker, route: Route, method: str, aim: Aim) -> tuple[int, str]:
        """Status and words of an answer, without its own address, second and what is drawn at random."""
        with transaction.atomic():
            response = self.knock(asker, route, method, aim)
            told = words(response).replace(reverse(route.name, args=aim.arguments), "ADDRESS")
            transaction.set_rollback(True)
        return response.status_code, _OF_ONE_ANSWER.sub("", told)

    def knock(
        self, asker: Asker, route: Route, method: str, aim: Aim, more: dict[str, str] | None = None
    ) -> Any:
        path = reverse(route.name, args=aim.arguments)
        if route.about == "agency":
            path += f"?agency={aim.agency}&year={planted.YEAR}"
            path += "" if route.is_api else "&collection=survey-youth"
        path += planted.QUERIES.get(route.name, "")
        data = self.body(route, str(aim.agency)) if method == "POST" else None
        if more and data is not None:
            data = more | data  # what the form asks for stands
        asker.client.cookies.clear()  # what the last answer set or took away
        if asker.cookie:
            asker.client.cookies["sessionid"] = asker.cookie
        return getattr(asker.client, method.lower())(path, data)

    def body(self, route: Route, agency: str) -> dict[str, Any]:
        below = next((a for a, p in oracle.parents().items() if p == agency and a.startswith("DCHE")), "")
        put = {"{agency}": agency, "{below}": below, "{owed}": _owed(agency)}
        return {k: put.get(v, v) for k, v in planted.BODIES.get(route.name, {}).items()}

    def unseen(self, route: Route, aim: Aim, reach: set[str], text: str) -> Iterator[str]:
        """Rows that ought to be on the page and are not."""
        each = route.shows.startswith("each:")
        label, _, column = route.shows.removeprefix("each:").rpartition(".")
        wanted = reach & set(planted.AGENCIES) if each else {str(aim.agency)}
        for agency in sorted(wanted):
            row = self.planter.rows[label, agency]
            if str(getattr(row, column)) not in text:
                yield f"does not show {label} of {agency}"


def _column(row: Any, path: str) -> Any:
    for name in path.split("."):
        row = getattr(row, name)
    return row


def _owed(agency: str) -> str:
    """An indicator the agency owes in the year."""
    return {"MOE": "2.1", "MIA": "6.1"}.get(agency, "8.1")


class Writes:
    """Hears which tables the program writes to; sessions, counts of attempts and the journal aside: seeing
    answers of persons is itself an event."""

    STATEMENT = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"(\w+)"', re.IGNORECASE)
    ASIDE = ("django_session", "axes_", "audit_")

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = self.STATEMENT.match(sql)
        if found and not found[1].startswith(self.ASIDE):
            self.tables.add(found[1])
        return execute(sql, params, many, context)


def _rows(model: type[models.Model]) -> dict[Any, tuple[Any, ...]]:
    names = [f.attname for f in model._meta.concrete_fields]
    return {row[0]: row[1:] for row in model._base_manager.values_list("pk", *names)}


def outcome(response: Any) -> str:
    """in · door (sent to sign in) · no (403) · gone (404) · not (405) · refused (409, 422 of an act)."""
    status = response.status_code
    if (
        status == 422
        and response["Content-Type"].startswith("application/json")
        and b"API-" in response.content
    ):
        return "422"  # a program's question is asked rightly here
    if status == 302 and response["Location"].partition("?")[0] == reverse("sign-in"):
        return "door"
    return {
        200: "in",
        302: "in",
        422: "in",
        401: "no",
        403: "no",
        404: "gone",
        405: "not",
        409: "refused",
    }.get(status, str(status))


def said(text: str) -> str:
    """The faults a form named, for whoever reads why a cell is wrong."""
    found = re.findall(r'class="(?:fault|errorlist|faults)[^>]*>(.*?)</(?:ul|p|div)>', text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>|\s+", " ", one) for one in found)[:300]


def words(response: Any) -> str:
    """All that a response says: its head and its body, unpacked when it is a file of another kind."""
    head = "\n".join(f"{k}: {v}" for k, v in response.items())
    body = response.getvalue()  # reads and closes a file that is sent in pieces
    kind = response.get("Content-Type", "")
    return f"{head}\n{_unpacked(body, kind)}"


def _unpacked(body: bytes, kind: str) -> str:
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return "\n".join(packed.read(n).decode("utf-8", "replace") for n in packed.namelist())
    if kind == "application/pdf" and len(body) > 100:
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages)
    return body.decode("utf-8", "replace")
