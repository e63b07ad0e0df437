"""Who may open what: every route × method × role × relation, executed whole.

WEB-001  A route that is not in the table fails the build.
WEB-002  Each row of the table holds for every role.
WEB-003  Nothing is changed by GET, and no form is taken without its token.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from tests.instances import Instance
from tests.integration.web.conftest import browser

# the example's people, in the order of the table's columns
PEOPLE = (None, "admin", "national", "gomel", "education", "ministry")

# about: whose rows the request names. For gomel: HO is its own, BR a sibling, HO-1 a centre below it, BR-1
# one below the sibling; for education: MOE is its own. "mine": made by national; "none": names nobody.
# in: let in · door: sent to sign in · no: 403 · gone: 404 · not: 405
TABLE = """
route               method  about  visitor admin national gomel education ministry
glance              GET     none   in      in    in       in    in        in
glance              POST    none   not     not   not      not   not       not
indicators          GET     none   in      in    in       in    in        in
indicators          POST    none   not     not   not      not   not       not
indicator           GET     none   in      in    in       in    in        in
indicator           POST    none   not     not   not      not   not       not
indicator-csv       GET     none   in      in    in       in    in        in
indicator-csv       POST    none   not     not   not      not   not       not
value               GET     none   in      in    in       in    in        in
value               POST    none   not     not   not      not   not       not
places              GET     none   in      in    in       in    in        in
places              POST    none   not     not   not      not   not       not
place               GET     none   in      in    in       in    in        in
place               POST    none   not     not   not      not   not       not
projects            GET     none   in      in    in       in    in        in
projects            POST    none   not     not   not      not   not       not
sources             GET     none   in      in    in       in    in        in
sources             POST    none   not     not   not      not   not       not
how-to-read         GET     none   in      in    in       in    in        in
how-to-read         POST    none   not     not   not      not   not       not
data                GET     none   in      in    in       in    in        in
data                POST    none   not     not   not      not   not       not
health              GET     none   in      in    in       in    in        in
health              POST    none   not     not   not      not   not       not
sign-in             GET     none   in      in    in       in    in        in
sign-in             POST    none   in      in    in       in    in        in
sign-out            GET     none   not     not   not      not   not       not
sign-out            POST    none   in      in    in       in    in        in
obligations         GET     none   door    in    in       in    in        in
obligations         GET     HO     door    in    in       in    no        in
obligations         GET     HO-1   door    in    in       in    no        in
obligations         GET     BR     door    in    in       no    no        in
obligations         GET     BR-1   door    in    in       no    no        in
obligations         GET     MOE    door    in    in       no    in        in
obligations         POST    HO     door    not   not      not   not       not
obligations-ics     GET     HO     door    in    in       in    no        in
obligations-ics     GET     BR     door    in    in       no    no        in
obligations-ics     GET     MOE    door    in    in       no    in        in
obligations-ics     POST    HO     door    not   not      not   not       not
obligation-form     GET     HO     door    in    in       in    no        in
obligation-form     GET     BR     door    in    in       no    no        in
obligation-form     POST    HO     door    not   not      not   not       not
obligation-end      GET     HO     door    in    in       in    no        no
obligation-end      GET     BR     door    in    in       no    no        no
obligation-end      POST    HO     door    in    in       in    no        no
obligation-end      POST    BR     door    in    in       no    no        no
obligation-end      POST    BR-1   door    in    in       no    no        no
round-plan          GET     none   door    in    in       in    no        no
round-plan          POST    HO     door    in    in       in    no        no
round-plan          POST    BR     door    in    in       in    no        no
request-new         GET     HO     door    in    in       in    no        no
request-new         GET     BR     door    in    in       no    no        no
request-new         POST    HO     door    in    in       in    no        no
request-new         POST    BR     door    in    in       no    no        no
board               GET     none   door    in    in       no    no        in
board               POST    none   door    not   not      no    no        not
board-agree         GET     MOE    door    in    in       no    no        no
board-agree         POST    MOE    door    in    in       no    no        no
board-receipt       GET     none   door    in    in       no    no        no
board-receipt       GET     HO     door    in    in       no    no        no
board-receipt       POST    HO     door    in    in       no    no        no
board-decision      GET     none   door    in    in       no    no        no
board-decision      POST    HO     door    in    in       no    no        no
import              GET     none   door    in    in       no    no        no
import              POST    none   door    in    in       no    no        no
import-file         GET     mine   door    gone  in       no    no        no
import-file         POST    mine   door    not   not      no    no        no
import-apply        GET     mine   door    not   not      no    no        no
import-apply        POST    mine   door    gone  in       no    no        no
import-drop         GET     mine   door    not   not      no    no        no
import-drop         POST    mine   door    gone  in       no    no        no
reports             GET     none   door    in    in       in    no        in
reports             POST    none   door    in    in       in    no        in
report              GET     mine   door    gone  in       gone  no        gone
report              POST    mine   door    not   not      not   no        not
report-file         GET     mine   door    gone  in       gone  no        gone
report-file         POST    mine   door    not   not      not   no        not
openrosa-forms      GET     none   no      no    no       no    no        no
openrosa-forms      POST    none   no      no    no       no    no        no
openrosa-form       GET     none   no      no    no       no    no        no
openrosa-form       POST    none   no      no    no       no    no        no
openrosa-manifest   GET     none   no      no    no       no    no        no
openrosa-manifest   POST    none   no      no    no       no    no        no
openrosa-submission GET     none   no      no    no       no    no        no
openrosa-submission POST    none   no      no    no       no    no        no
openrosa-nothing    GET     none   no      no    no       no    no        no
openrosa-nothing    POST    none   no      no    no       no    no        no
"""

AGENCIES = {"HO": "OCHEPH-HO", "BR": "OCHEPH-BR", "MOE": "MOE"}
NO_PHONE = "k" * 43  # a token that opens nothing
ARGUMENTS: dict[str, tuple[object, ...]] = {
    "indicator": ("by-hiv-2006-123", "11.1"),
    "indicator-csv": ("by-hiv-2006-123", "11.1"),
    "value": (1,),
    "place": ("BY-HO",),
    "openrosa-forms": (NO_PHONE,),
    "openrosa-form": (NO_PHONE, "f", "1"),
    "openrosa-manifest": (NO_PHONE, "f", "1"),
    "openrosa-submission": (NO_PHONE,),
    "openrosa-nothing": (NO_PHONE, "other"),
}


@dataclass(frozen=True)
class Row:
    route: str
    method: str
    about: str
    outcomes: tuple[str, ...]


def rows() -> list[Row]:
    _heading, *lines = TABLE.split("\n")[1:-1]
    return [Row(c[0], c[1], c[2], tuple(c[3:])) for c in (line.split() for line in lines)]


ROWS = rows()


def every_route(of: URLResolver | None = None) -> Iterator[str]:
    for pattern in (of or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from every_route(pattern)
        elif isinstance(pattern, URLPattern):
            yield str(pattern.name)


def test_web_001_every_route_and_method_is_in_the_table():
    told = {(row.route, row.method) for row in ROWS}
    assert told == {(route, method) for route in every_route() for method in ("GET", "POST")}


def test_the_table_names_every_person():
    assert all(len(row.outcomes) == len(PEOPLE) for row in ROWS)


@dataclass(frozen=True)
class Mine:
    """What `national` has made before anyone knocks."""

    upload: str
    report: int
    below: dict[str, str]


@pytest.fixture(scope="module")
def mine(untouched_example: Instance) -> Mine:
    from dozor.apps.organisations.models import Agency, Person
    from dozor.apps.reporting.actions import file_of
    from dozor.apps.reporting.models import ReportOrder
    from dozor.web import uploads

    upload = uploads.keep(SimpleUploadedFile("v.csv", b"x"), by="national", at=timezone.now())
    order = ReportOrder.objects.create(
        year=2025, language="ru", kind="pdf", requested_at=timezone.now(), state=ReportOrder.State.READY,
        requested_by=Person.objects.get(login="national"),
    )  # fmt: skip
    file_of(order).parent.mkdir(parents=True, exist_ok=True)
    file_of(order).write_bytes(b"%PDF")
    below = {
        key: Agency.objects.filter(parent=AGENCIES[key[:2]]).first().code  # type: ignore[union-attr]
        for key in ("HO-1", "BR-1")
    }
    return Mine(upload.token, order.pk, below)


def address(row: Row, made: Mine) -> str:
    arguments = ARGUMENTS.get(row.route, ())
    if row.about == "mine":
        arguments = (made.report if row.route.startswith("report") else made.upload,)
    path = reverse(row.route, args=arguments)
    agency = AGENCIES.get(row.about) or made.below.get(row.about)
    if agency:
        path += f"?agency={agency}&year=2025&collection=survey-youth"
    return path


def outcome(client: Client, row: Row, made: Mine) -> str:
    response = getattr(client, row.method.lower())(address(row, made))
    response.close()
    if response.status_code == 302 and "/sign-in/" in response["Location"]:
        return "door"
    return {200: "in", 302: "in", 422: "in", 401: "no", 403: "no", 404: "gone", 405: "not"}.get(
        response.status_code, str(response.status_code)
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.route}-{row.method}-{row.about}")
def test_web_002_rights(row: Row, mine: Mine):
    found = []
    for login in PEOPLE:
        if row.about == "mine" and row.route == "import-drop":
            from dozor.web import uploads

            if uploads.find(mine.upload, by="national") is None:
                pytest.fail("dropped before its owner asked")
        found.append(outcome(browser(login), row, mine))
        if row.route == "import-drop" and row.method == "POST" and login == "national":
            _send_again(mine)
    assert tuple(found) == row.outcomes, dict(zip(PEOPLE, zip(row.outcomes, found, strict=True), strict=True))


def _send_again(mine: Mine) -> None:
    """Put the dropped file back for those who knock next."""
    from dozor.web import uploads

    upload = uploads.keep(SimpleUploadedFile("v.csv", b"x"), by="national", at=timezone.now())
    upload.folder.rename(upload.folder.parent / mine.upload)
    state = upload.folder.parent / mine.upload / "state.json"
    state.write_text(state.read_text(encoding="utf-8").replace(upload.token, mine.upload), encoding="utf-8")


# --- beyond the doors: what a form may name ---------------------------------------------------------


def test_a_regional_centre_records_for_itself_alone(example: Instance):
    from dozor.apps.collection.models import RoundDate

    form = {
        "collection": "survey-youth", "year": "2025", "agency": "OCHEPH-BR",
        "planned_end_on": "2025-11-01", "number": "1",
    }  # fmt: skip
    refused = browser("gomel").post(reverse("round-plan"), form)
    assert refused.status_code in (403, 422)
    assert not RoundDate.objects.exists()
    taken = browser("gomel").post(reverse("round-plan"), form | {"agency": "OCHEPH-HO"})
    assert taken.status_code == 302
    assert RoundDate.objects.get().agency.code == "OCHEPH-HO"


def test_a_regional_centre_cannot_plan_for_everyone(example: Instance):
    from dozor.apps.collection.models import RoundDate

    form = {"collection": "survey-youth", "year": "2025", "planned_end_on": "2025-11-01", "number": "1"}
    browser("gomel").post(reverse("round-plan"), form | {"agency": ""})
    assert not RoundDate.objects.exists()


def test_a_request_goes_to_a_centre_below_only(example: Instance):
    from dozor.apps.collection.models import Request
    from dozor.apps.organisations.models import Agency

    other = Agency.objects.filter(parent="OCHEPH-BR").first()
    assert other is not None
    form = {"recipient": other.code, "year": "2025", "scope": "11.1", "due_on": "2025-12-01", "number": "1"}
    answer = browser("gomel").post(reverse("request-new"), form)
    assert answer.status_code == 422
    assert not Request.objects.exists()


def test_web_003_get_changes_nothing(example: Instance, mine_free_paths: list[str]):
    before = example.counts()
    client = browser("national")
    for path in mine_free_paths:
        client.get(path)
    assert example.counts() == before


@pytest.fixture
def mine_free_paths() -> list[str]:
    plain = {row.route for row in ROWS if row.method == "GET" and row.about == "none"}
    return [reverse(route, args=ARGUMENTS.get(route, ())) for route in sorted(plain)]


def test_web_003_a_form_needs_its_token(untouched_example: Instance):
    from dozor.apps.organisations.models import Person

    client = Client(enforce_csrf_checks=True)
    person = Person.objects.get(login="national")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("board-agree"), {}).status_code == 403
    assert client.post(reverse("sign-out")).status_code == 403
