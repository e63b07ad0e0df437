"""What an agency gives as a whole: counts instead of answers, workbooks, that there is nothing (GIV).

GIV-001  Rows of counts come by table, command and page into one round, each a version; the last counts.
GIV-002  They are estimated with the round and handed in, marked as counts; no interval for an unknown design.
GIV-003  Where answers speak of the same people, the answers are handed in and the counts stay beside them.
GIV-004  A confirmed nothing is a zero of a sum, in the bank too, and no share; forms already sent forbid it.
GIV-005  A workbook is taken, built and returned on its page; another agency's is refused. One that was
         checked need not be chosen again.
GIV-006  This year's workbook is opened on the page from last year's: labels and denominators, never results.
GIV-007  A broken-off file is told to be unreadable, another agency's workbook by that agency's name; the page
         of counts names the row and speaks its own words, not a file's codes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.instances import CopyOf, Instance
from tests.integration.desk.conftest import HIGHER, desk, round_of
from tests.integration.web.conftest import browser

YOUTH, ORPHANS, SCHOOLS = "survey-youth", "statistical-survey-orphans", "survey-heads-general-secondary"


@pytest.fixture(scope="module")
def at_desk(copy_of: CopyOf, django_db_blocker: Any) -> Iterator[Instance]:
    with desk(copy_of, django_db_blocker, YOUTH, ORPHANS, HIGHER, SCHOOLS) as one:
        yield one


@pytest.fixture
def gomel(at_desk: Instance) -> Client:
    return browser("gomel")


ROUND = f"{YOUTH}-2026-OCHEPH-HO"
HEADING = "series,area,sex,age,n,numerator,denominator,design\n"
GOOD = HEADING + "4.1/youth,BY-HO,all,15-24,450,120,400,1.8\n4.2/youth,BY-HO,all,15-24,450,60,200,unknown\n"


def send(instance: Instance, text: str, *more: object) -> Any:
    path = instance.home / "counts.csv"
    path.write_text(text, encoding="utf-8")
    return instance.cli("aggregates", "import", YOUTH, path, "--round", ROUND, "--format", "json", *more)


def test_giv_007_the_page_of_counts_speaks_its_own_words(at_desk: Instance, gomel: Client):
    counts = {"n.1": "450", "numerator.1": "120", "denominator.1": "400", "kind.1": "unknown"}
    women = {"n.2": "450", "numerator.2": "300", "denominator.2": "400", "kind.2": "effect"}
    address = reverse("forms-aggregates", args=[round_of(YOUTH).pk])
    wrong = gomel.post(address, {**counts, **women, "effect.2": "abc"}).content.decode()
    assert "выберите «не известно»" in wrong
    assert "unknown»" not in wrong
    sums = gomel.post(address, {**counts, **women, "effect.2": "1,8"}).content.decode()
    assert "1. 4.1 " in sums
    assert "Части в строках 2 " in sums


def test_giv_001_to_003_counts_from_table_to_submission(at_desk: Instance, gomel: Client):
    dry = send(at_desk, GOOD, "--dry-run")
    assert (dry.code, dry.json["version"], dry.json["applied"]) == (0, 1, False)
    wrong = send(at_desk, GOOD.replace("120", "401"))
    assert (wrong.code, wrong.json["findings"][0]["code"]) == (2, "AGG-NUMERATOR")
    assert send(at_desk, GOOD).json["applied"]
    assert send(at_desk, GOOD).json == {**send(at_desk, GOOD).json, "version": 1, "applied": False}

    # the page opens with what was given, and keeps a further version
    page = gomel.get(reverse("forms-aggregates", args=[round_of(YOUTH).pk]))
    assert [r["cells"]["numerator"] for r in page.context["rows"] if r["cells"].get("n")] == ["120", "60"]
    text = page.content.decode()
    assert "30,0" in text
    assert "интервал не указывается" in text
    form: dict[str, str] = {}
    for row in page.context["rows"]:
        number = row["number"]
        form |= {f"{one['name']}.{number}": one["value"] for one in row["counts"]}
        form |= {f"kind.{number}": row["kind"], f"effect.{number}": row["effect"]}
    broken = gomel.post(page.request["PATH_INFO"], form | {"numerator.1": "500"})
    assert broken.status_code == 422
    assert "больше, чем спрошено" in broken.content.decode()
    kept = gomel.post(page.request["PATH_INFO"], form | {"numerator.1": "130"})
    assert kept.status_code == 302
    shown = at_desk.cli("aggregates", "show", "--round", ROUND, "--format", "json").json
    assert [(r["version"], r["way"], r["numerator"]) for r in shown] == [
        (2, "browser", 130),
        (2, "browser", 60),
    ]
    first = at_desk.cli("aggregates", "show", "--round", ROUND, "--version", 1, "--format", "json").json
    assert [(r["way"], r["numerator"]) for r in first] == [("command", 120), ("command", 60)]

    closed = at_desk.cli("round", "close", ROUND, "--format", "json")
    assert closed.code == 0, closed.err
    known, unknown = closed.json
    assert known["estimate"] == pytest.approx(0.325)
    assert known["deff"] == pytest.approx(1.8)
    assert known["lower"] < 0.325 < known["upper"]
    assert (unknown["estimate"], unknown["lower"], unknown["se"]) == (0.3, None, None)
    assert unknown["method"] == "aggregate rows; design unknown"

    from dozor.apps.submissions.models import SubmissionVersion

    version = SubmissionVersion.objects.filter(round=round_of(YOUTH)).get()
    rows = {r.indicator: r for r in version.content}
    assert (rows["4.1"].value, rows["4.1"].area, rows["4.1"].sex) == ("32.5", "BY-HO", "all")
    assert (rows["4.2"].value, rows["4.2"].lower, rows["4.2"].method) == (
        "30", "", "aggregate rows; design unknown",
    )  # fmt: skip
    assert at_desk.cli("verify").code == 0


def test_giv_003_answers_stand_before_counts(at_desk: Instance):
    """Counts and answers of the same people: one row is handed in, both stay with the round."""
    from dozor.apps.collection.aggregating import give_aggregates
    from dozor.apps.collection.closing import close_round
    from dozor.apps.collection.models import Way
    from dozor.apps.submissions.models import SubmissionVersion

    of = round_of(SCHOOLS)
    head = "institution,school_year,area,stratum,teachers_trained,taught,weight,"
    grades = [
        f"{what}_{grade}"
        for grade in ("1_4", "5_9", "10_11")
        for what in ("classes", "pupils", "pupils_taught")
    ]
    lines = [
        f"S-{n},2026,BY-HO,{1 + n % 2},3,{'regularly' if n < 6 else 'no'},1,0,0,0,10,100,50,2,0,0,0"
        for n in range(8)
    ]
    header = head + ",".join([*grades[:6], "hours_5_9", *grades[6:]])
    path = at_desk.home / "schools.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    sent = at_desk.cli("answers", "import", SCHOOLS, path, "--round", of.code, "--format", "json")
    assert sent.code == 0, sent.err + sent.out
    row = {"series": "2.1/general secondary schools", "area": "BY-HO", "sex": "", "age": "", "n": "10",
           "numerator": "1", "denominator": "10", "design": "census"}  # fmt: skip
    summary = give_aggregates(of, [(1, row)], agency=of.agency, way=Way.BROWSER, by="t", at=timezone.now())
    assert summary.findings == []
    closed = close_round(of, by="t", at=timezone.now())
    both = [
        e for e in closed.estimates if e.name == "2.1/general secondary schools" and not e.domain.get("sex")
    ]
    assert {e.method.startswith("aggregate") for e in both} == {True, False}
    rows = [r for v in SubmissionVersion.objects.filter(round=of) for r in v.content if r.indicator == "2.1"]
    assert [r.value for r in rows] == ["75"]


def test_giv_004_nothing_is_a_zero_of_a_sum(at_desk: Instance, gomel: Client):
    of = round_of(ORPHANS)
    page = reverse("forms-nil", args=[of.pk])
    assert "сообщать нечего" in gomel.get(page).content.decode()
    assert gomel.post(page, follow=True).status_code == 200
    assert gomel.post(page).status_code == 302  # pressed twice
    assert of.given.count() == 1
    assert "подтверждённый нуль" in gomel.get(reverse("forms-round", args=[of.pk])).content.decode()
    closed = at_desk.cli("round", "close", of.code, "--format", "json")
    assert closed.code == 0, closed.err
    (zero,) = closed.json
    assert (zero["definition"], zero["estimate"], zero["method"]) == (
        "13.2/children orphaned by AIDS", 0.0, "nil report",
    )  # fmt: skip

    from dozor.apps.bank.models import Observation
    from dozor.apps.submissions.actions import accept, submit
    from dozor.apps.submissions.models import SubmissionVersion

    (row,) = SubmissionVersion.objects.get(round=of).content
    assert (row.value, row.is_nil, row.missing) == ("0", True, "")
    # and from there into the bank, once another person has accepted it
    submission = SubmissionVersion.objects.get(round=of).submission
    submit(submission=submission, by="gomel", at=timezone.now())
    accept(submission=submission, by="national", at=timezone.now())
    held = Observation.objects.filter(indicator="13.2", area="BY-HO", period="2026")
    assert [(one.value, one.missing) for one in held] == [(0, "")]


def test_giv_005_a_workbook_on_its_page(at_desk: Instance, gomel: Client):
    from dozor.apps.collection.answer_room import room_of

    of = round_of(HIGHER)
    page = reverse("forms-workbook", args=[of.pk])
    empty = gomel.get(reverse("forms-workbook-file", args=[of.pk]))
    assert empty["Content-Disposition"].endswith('survey-heads-higher-OCHEPH-HO-2026.xlsx"')

    def filled(students: int, content: bytes = empty.getvalue()) -> SimpleUploadedFile:
        book = openpyxl.load_workbook(io.BytesIO(content))
        names = [cell.value for cell in book.worksheets[1][4]]
        answers = {
            "institution": "U-1",
            "school_year": 2026,
            "stratum": "1",
            "students": students,
            "students_taught": 300,
        }
        for field, said in answers.items():
            book.worksheets[1].cell(5, names.index(field) + 1, said)
        out = io.BytesIO()
        book.save(out)
        return SimpleUploadedFile("книга.xlsx", out.getvalue())

    wrong = gomel.post(page, {"file": filled(200), "act": "give"})
    assert wrong.status_code == 422
    checked = gomel.post(page, {"file": filled(900), "act": "check"})
    assert (checked.status_code, of.given.count()) == (200, 0)
    # what was checked is handed in without choosing it again, and lies sealed until then
    assert "Проверенная книга «книга.xlsx»" in checked.content.decode()
    (sealed,) = room_of(of).checked.iterdir()
    assert b"U-1" not in sealed.read_bytes()
    assert gomel.post(page, {"act": "give"}).status_code == 302
    assert (of.given.count(), list(room_of(of).checked.iterdir())) == (1, [])
    assert gomel.post(page, {"act": "give"}).status_code == 422  # it is kept no longer
    assert gomel.post(page, {"file": filled(950), "act": "give"}).status_code == 302
    assert [g.number for g in of.given.all()] == [1, 2]
    text = gomel.get(reverse("forms-round", args=[of.pk])).content.decode()
    assert "заменена следующей версией" in text
    other = gomel.post(page, {"file": SimpleUploadedFile("x.xlsx", b"PK not a workbook"), "act": "give"})
    assert other.status_code == 422
    assert "не читается" in other.content.decode()


def test_giv_006_a_workbook_opened_from_last_years(at_desk: Instance, gomel: Client):
    of = round_of(HIGHER)
    address = reverse("forms-workbook-file", args=[of.pk])

    def last_years(agency: str) -> bytes:
        path = at_desk.home / "last.xlsx"
        built = at_desk.cli(
            "form", "build", HIGHER, "--to", "workbook", "--agency", agency, "--year", 2025, "--output", path
        )
        assert built.code == 0, built.err
        book = openpyxl.load_workbook(path)
        names = [cell.value for cell in book.worksheets[1][4]]
        said = {"institution": "U-1", "school_year": 2025, "stratum": "1", "students": 900}
        for field, value in {**said, "students_taught": 300}.items():
            book.worksheets[1].cell(5, names.index(field) + 1, value)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    upload = SimpleUploadedFile("прошлый год.xlsx", last_years("OCHEPH-HO"))
    taken = gomel.post(address, {"previous": upload})
    assert taken["Content-Disposition"].endswith('survey-heads-higher-OCHEPH-HO-2026.xlsx"')
    sheet = openpyxl.load_workbook(io.BytesIO(taken.getvalue())).worksheets[1]
    names = [cell.value for cell in sheet[4]]
    carried = {
        n: sheet.cell(5, names.index(n) + 1).value for n in ("institution", "students", "students_taught")
    }
    assert carried == {"institution": "U-1", "students": 900, "students_taught": None}

    other = SimpleUploadedFile("чужая.xlsx", last_years("OCHEPH-BR"))
    refused = gomel.post(address, {"previous": other}, follow=True).content.decode()
    assert "чужая.xlsx" in refused
    assert "OCHEPH-BR" in refused


def test_giv_007_what_is_wrong_is_told_in_the_readers_words(at_desk: Instance, gomel: Client):
    page = reverse("forms-workbook", args=[round_of(HIGHER).pk])
    whole = gomel.get(reverse("forms-workbook-file", args=[round_of(HIGHER).pk])).getvalue()
    half = SimpleUploadedFile("half.xlsx", whole[: len(whole) // 2])
    assert (
        "half.xlsx: этот файл не читается"
        in gomel.post(page, {"file": half, "act": "check"}).content.decode()
    )
    path = at_desk.home / "brest.xlsx"
    built = at_desk.cli(
        "form", "build", HIGHER, "--to", "workbook", "--agency", "OCHEPH-BR", "--year", 2026, "--output", path
    )
    assert built.code == 0, built.err
    told = gomel.post(page, {"file": SimpleUploadedFile("b.xlsx", path.read_bytes()), "act": "check"})
    assert "Брестский областной центр (OCHEPH-BR)" in told.content.decode()
