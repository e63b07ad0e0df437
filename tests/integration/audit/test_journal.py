"""The journal read by whoever answers for it (JRN).

JRN-001  events stand newest first, in words: when, who, what, about whom, where, why; pages cut at events
JRN-002  chosen by person, act, object, agency and days; what is chosen goes out as a table and as JSON lines
JRN-003  an event leads to its object where the reader may see it, and nowhere else
JRN-004  a look and a copy are events themselves; whoever is refused leaves none
JRN-005  the page says whether the end agrees, whether the seals shown fit, and when the chain was walked
JRN-006  a cell a spreadsheet would take for a formula is text
JRN-007  every act the program writes has its words
"""

from __future__ import annotations

import ast
import csv
import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from tests.instances import Instance
from tests.integration.web.conftest import _pages, browser

import dozor
from dozor.apps.audit.models import Event, Head
from dozor.apps.submissions.steps import _SAID
from dozor.language.words import JOURNAL_ACTS

__all__ = ["_pages"]

FORMULA = "=HYPERLINK(1)"


@pytest.fixture(scope="module")
def one(untouched_example: Instance) -> Instance:
    """The example with acts of several people about several agencies."""
    from dozor.apps.collection.actions import end_collection
    from dozor.apps.collection.rounds import open_round
    from dozor.apps.organisations.models import Agency, Person
    from dozor.apps.organisations.people import close, reopen
    from dozor.apps.submissions.actions import hand_in
    from dozor.core.submissions.content import Row

    now = timezone.now()
    gomel, moe = (Agency.objects.get(code=code) for code in ("OCHEPH-HO", "MOE"))
    round_ = {"collection": "airtime-statistics", "year": 2025, "ended_on": date(2025, 11, 2)}
    end_collection(**round_, agency=gomel, evidence="акт № 12", by="gomel", at=now)
    open_round(instrument="survey-youth", year=2026, agency=gomel, by="gomel", at=now)
    row = Row(indicator="2.10", population="students", area="BY", period="2025", unit="percent", value="71.5")
    hand_in(
        collection="survey-heads-higher", year=2025, agency=moe, rows=[row], came_by="page",
        by="education", at=now,
    )  # fmt: skip
    interior = Person.objects.get(login="interior")
    close(person=interior, reason=FORMULA, by="admin", at=now)
    reopen(person=interior, reason="вернулась", by="admin", at=now)
    return untouched_example


def page(login: str | None = "auditor", language: str = "ru", **asked: Any) -> Any:
    with override(language):
        return browser(login).get(reverse("journal"), asked)


def acts(response: Any) -> list[str]:
    return [row.event.action for row in response.context["rows"]]


def test_jrn_001_newest_first_and_in_words(one: Instance) -> None:
    shown = page(person="gomel")
    assert acts(shown)[:3] == ["round opened", "form published", "collection ended"]
    opened, _form, ended = shown.context["rows"][:3]
    assert opened.place == ended.place == "Гомельский областной центр"
    text = shown.content.decode()
    for words in (
        "Раунд открыт",
        "Конец сбора записан",
        "акт № 12",
        "Специалист Гомельского областного центра",
    ):
        assert words in text
    assert "Round opened" in page(language="en", person="gomel").content.decode()
    assert "Раўнд адкрыты" in page(language="be", person="gomel").content.decode()


def test_jrn_001_pages_are_cut_at_events(one: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dozor.web.views.journal.SIZE", 7)
    until = Event.objects.count()
    there, seen, address = browser("auditor"), [], "?before=" + str(until + 1)
    while address:
        shown = there.get(reverse("journal") + address)
        seen.append([row.event.sequence for row in shown.context["rows"]])
        address = shown.context["earlier"]
    assert [n for some in seen for n in some] == list(range(until, 0, -1))
    back, address = [seen[-1]], shown.context["newer"]
    while len(back) < len(seen):  # the first page has grown by the looks at it
        shown = there.get(reverse("journal") + address)
        back.append([row.event.sequence for row in shown.context["rows"]])
        address = shown.context["newer"]
    assert set(range(1, until + 1)) <= {n for some in back for n in some}
    assert all(len(some) <= 7 for some in back)


def test_jrn_002_chosen(one: Instance) -> None:
    assert set(acts(page(action="person added"))) == {"person added"}
    assert "submission version handed in" in acts(page(about="survey-heads-higher"))
    assert all("higher" in r.subject for r in page(about="survey-heads-higher").context["rows"])
    of_gomel = page(agency="OCHEPH-HO").context["rows"]
    assert {"gomel"} <= {r.event.by for r in of_gomel}
    assert not [r for r in of_gomel if "MOE" in r.subject or r.event.by == "education"]
    first, last = (
        timezone.localdate(Event.objects.filter(action=act).earliest("at").at)
        for act in ("plan loaded", "collection ended")
    )
    assert "plan loaded" in acts(page(since=first, until=first, action="plan loaded"))
    assert "collection ended" in acts(page(since=last, until=last, person="gomel"))
    assert not page(since=first + timedelta(days=1), action="plan loaded").context["rows"]
    assert not page(until=first - timedelta(days=1)).context["rows"]
    assert page(since="никогда").status_code == 422
    assert page(before="0").status_code == 422


def files(login: str = "auditor", **asked: Any) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    there = browser(login)
    table, lines = (
        there.get(reverse("journal-file", args=[kind]), asked).getvalue().decode("utf-8-sig")
        for kind in ("csv", "jsonl")
    )
    return list(csv.DictReader(io.StringIO(table))), [json.loads(line) for line in lines.splitlines()]


def test_jrn_002_goes_out_as_it_was_chosen(one: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dozor.apps.audit.queries._AT_ONCE", 5)
    monkeypatch.setattr("dozor.web.views.journal._PIECE", 3)
    table, lines = files(action="person added")
    assert len(table) == len(lines) == Event.objects.filter(action="person added").count() > 5
    assert [row["number"] for row in table] == [str(line["sequence"]) for line in lines]
    exported = {e["sequence"]: e for e in one.cli("audit", "export").json["events"]}
    for line in lines:
        told = exported[line["sequence"]]
        assert {k: v for k, v in line.items() if k != "at"} == {k: v for k, v in told.items() if k != "at"}
    assert browser("auditor").get(reverse("journal-file", args=["xlsx"])).status_code == 404


def test_jrn_003_leads_where_the_reader_may_go(one: Instance) -> None:
    def leads(login: str, **asked: str) -> list[str]:
        return [row.href for row in page(login, **asked).context["rows"] if row.href]

    (round_,) = leads("auditor", action="round opened")
    assert browser("auditor").get(round_).status_code == 200
    (duty,) = leads("auditor", action="collection ended")
    assert browser("auditor").get(duty).status_code == 200
    # a submission not yet handed in is its agency's alone; accounts are the administrator's
    assert leads("auditor", action="submission version handed in") == []
    assert leads("auditor", action="account closed") == []
    (person,) = leads("admin", action="account closed")
    assert browser("admin").get(person).status_code == 200


def test_jrn_004_a_look_is_an_event(one: Instance) -> None:
    def newest() -> tuple[str, str, dict[str, Any]]:
        event = Event.objects.order_by("-sequence").first()
        assert event
        return event.by, event.action, event.details

    page(action="round opened")
    assert newest() == ("auditor", "journal seen", {"action": "round opened"})
    files("admin", agency="MOE")
    by, action, details = newest()
    assert (by, action) == ("admin", "journal exported")
    assert (details["agency"], details["form"]) == ("MOE", "jsonl")
    before = Event.objects.count()
    for login in ("national", "approver", "ministry", "gomel-lead", None):
        assert page(login).status_code in (302, 403)
    browser("auditor").head(reverse("journal"))
    assert Event.objects.count() == before


def test_jrn_005_how_the_chain_stands(one: Instance) -> None:
    chain = page().context["chain"]
    assert chain.ends_agree
    last = Event.objects.order_by("-sequence").first()
    assert last
    assert last.previous == chain.digest  # the look itself came after
    begun = timezone.now()
    assert one.cli("verify").code == 0
    shown = page().context
    assert shown["chain"].verified.findings == 0
    assert shown["chain"].verified.at >= begun
    assert shown["chain"].verified.sequence == last.sequence
    # somebody writes the note who does not hold the key
    note = one.home / "audit-verified.json"
    told = json.loads(note.read_text())
    note.write_text(json.dumps({**told, "sequence": 10**6}))
    assert page().context["chain"].verified is None


@pytest.fixture
def spoilt(one: Instance) -> Iterator[Event]:
    event = Event.objects.get(action="collection ended")
    yield event
    Event.objects.filter(pk=event.pk).update(by=event.by, mac=event.mac)


def test_jrn_005_a_seal_that_does_not_fit_is_seen(one: Instance, spoilt: Event) -> None:
    Event.objects.filter(pk=spoilt.pk).update(by="national")
    shown = page(action="collection ended")
    assert [row.is_broken for row in shown.context["rows"]] == [True]
    assert "печать не сходится" in shown.content.decode()
    Event.objects.filter(pk=spoilt.pk).update(by=spoilt.by, mac="0" * 64)
    assert page(action="collection ended").context["apart"]


def test_jrn_005_a_chain_cut_off_is_seen(one: Instance) -> None:
    head = Head.objects.get()
    Head.objects.update(sequence=head.sequence - 1)
    try:
        from dozor.apps.audit.standing import standing

        assert not standing().ends_agree
    finally:
        Head.objects.update(sequence=head.sequence)
    copy = one.home / "audit-head.json"
    kept = copy.read_text()
    try:
        copy.write_text(json.dumps({"sequence": head.sequence + 1, "mac": "0" * 64}))
        assert not standing().ends_agree
    finally:
        copy.write_text(kept)
    assert standing().ends_agree


def test_jrn_006_no_cell_is_a_formula(one: Instance) -> None:
    table, lines = files(action="account closed")
    assert [row["why"] for row in table] == ["'" + FORMULA]
    assert [line["details"]["reason"] for line in lines] == [FORMULA]


def acts_in_code() -> Iterator[str]:
    """Every text given as `action`, and as the second argument of the helpers that pass it on."""
    for path in Path(dozor.__file__).parent.joinpath("apps").rglob("*.py"):
        for call in (n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)):
            name = getattr(call.func, "id", "")
            given = [k.value for k in call.keywords if k.arg == "action"]
            given += (
                call.args[1:2] if name in ("_keep", "_switch") else call.args[:1] if name == "_seen" else []
            )
            for value in given:
                for part in [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]:
                    if isinstance(part, ast.Constant):
                        yield str(part.value)


def test_jrn_007_every_act_has_its_words() -> None:
    told = {*acts_in_code(), *(f"submission {said}" for said in _SAID.values())}
    assert len(told) > 50
    assert not told - JOURNAL_ACTS.keys()
