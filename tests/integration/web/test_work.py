"""Working pages: duties recorded from the list, values imported through a dry run."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.instances import Instance, table
from tests.integration.web.conftest import browser

YEAR = 2025


@pytest.fixture
def used_since_2025(example: Instance) -> Instance:
    from django.utils import timezone

    from dozor.apps.plans.actions import decide

    decide(name="used_since", value="2025-01-01", reason="a test", by="test", at=timezone.now())
    return example


def content(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_counts_of_the_board_are_the_laws(used_since_2025: Instance):
    for year, regional, central in ((2025, 259, 33), (2026, 91, 11)):
        page = re.sub(r"\s+", " ", content(browser("national"), f"/work/obligations/board/?year={year}"))
        assert f"За региональными центрами {regional}, за министерствами и советом {central}." in page


def test_an_ended_collection_starts_the_term(used_since_2025: Instance):
    client = browser("gomel")
    path = f"/work/obligations/?year={YEAR}"
    assert "после окончания сбора" in content(client, path)
    form = {"collection": "survey-youth", "ended_on": "2025-11-03", "evidence": "акт № 12"}
    answer = client.post(f"/work/obligations/end/?year={YEAR}", form)
    assert answer.status_code == 302
    page = content(client, path)
    assert "24\xa0ноября\xa02025" in page  # the twentieth day, 23 November, is a Sunday
    assert "просрочено на" in page
    assert "Заполнить строки" in page


def test_what_is_owed_for_the_year_before_is_told(used_since_2025: Instance):
    duties = reverse("obligations")
    assert "ещё не представлено" not in content(browser("gomel"), f"{duties}?year={YEAR + 1}")
    form = {"collection": "survey-youth", "ended_on": "2025-11-03", "evidence": "акт № 12"}
    browser("gomel").post(f"{reverse('obligation-end')}?year={YEAR}", form)
    page = content(browser("gomel"), f"{duties}?year={YEAR + 1}")
    assert "За 2025 год ещё не представлено: 3. Из них просрочено: 3." in page
    assert "ещё не представлено" not in content(browser("gomel"), f"{duties}?year={YEAR}")


def test_an_end_without_evidence_is_not_taken(used_since_2025: Instance):
    from dozor.apps.collection.models import RoundDate

    client = browser("gomel")
    form = {"collection": "survey-youth", "ended_on": "2025-11-03", "evidence": "  "}
    answer = client.post(f"/work/obligations/end/?year={YEAR}", form)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'href="#id_evidence"' in page  # listed at the top, each a link to its field
    assert not RoundDate.objects.exists()


def test_an_end_in_the_future_is_refused_beside_its_field(used_since_2025: Instance):
    form = {"collection": "survey-youth", "ended_on": "2099-11-03", "evidence": "акт № 12"}
    answer = browser("gomel").post(f"/work/obligations/end/?year={YEAR}", form)
    assert answer.status_code == 422
    assert 'id="id_ended_on_error"' in answer.content.decode()


def test_receipts_on_paper_and_electronically_meet_a_duty(used_since_2025: Instance):
    client = browser("national")
    client.post(
        f"/work/obligations/end/?year={YEAR}&agency=OCHEPH-HO",
        {"collection": "survey-youth", "ended_on": "2025-11-03", "evidence": "акт № 12"},
    )
    form = {
        "indicators": ["4.1", "4.2", "4.3"],
        "media": ["paper"],
        "received_on": "2025-11-20",
        "number": "7",
    }
    where = f"/work/obligations/board/receipt/?agency=OCHEPH-HO&year={YEAR}"
    assert client.post(where, form).status_code == 302
    mine = f"/work/obligations/?year={YEAR}"
    assert "получено в срок" not in content(browser("gomel"), mine).lower()
    assert (
        client.post(where, form | {"media": ["electronic"], "received_on": "2025-11-21"}).status_code == 302
    )
    assert "в срок" in content(browser("gomel"), mine)


def test_a_ministry_without_a_date_is_never_late(used_since_2025: Instance):
    path = f"/work/obligations/?year={YEAR}"
    assert "срок не согласован" in content(browser("education"), path)
    form = {"agency": "MOE", "year": YEAR, "indicator": "", "due_on": "2026-02-01", "number": "5-11/3"}
    assert browser("national").post("/work/obligations/board/agree/", form).status_code == 302
    page = content(browser("education"), path)
    assert "согласовано письмом 5-11/3" in page
    assert "просрочено на" in page


def test_a_round_is_put_off_only_to_a_later_year(used_since_2025: Instance):
    from dozor.apps.collection.models import Decision

    client = browser("national")
    form = {
        "collection": "survey-women", "year": YEAR, "agency": "", "kind": "postponed", "postponed_to": "2024",
        "number": "77", "dated_on": "2025-03-03", "reason": "нет средств",
    }  # fmt: skip
    assert client.post("/work/obligations/board/decision/", form).status_code == 422
    assert not Decision.objects.exists()
    assert (
        client.post("/work/obligations/board/decision/", form | {"postponed_to": "2026"}).status_code == 302
    )
    assert "решение 77 от" in content(browser("gomel"), f"/work/obligations/?year={YEAR}")


def test_the_calendar_says_that_it_is_a_demonstration(used_since_2025: Instance):
    assert "Демонстрационный календарь" in content(browser("gomel"), "/work/obligations/")
    file = browser("gomel").get(f"/work/obligations/calendar.ics?year={YEAR}")
    assert file["Content-Type"].startswith("text/calendar")
    assert "BEGIN:VCALENDAR" in file.content.decode()


def test_the_form_to_hand_in_holds_every_series(used_since_2025: Instance):
    file = browser("gomel").get(f"/work/obligations/form.csv?year={YEAR}&collection=survey-pwid")
    lines = file.content.decode("utf-8-sig").splitlines()
    assert {line.split(",")[0] for line in lines[1:]} == {"8.3", "8.4", "8.5", "8.6"}
    assert all(line.split(",")[1] == "PWID" for line in lines[1:])


def send(client: Client, text: str, name: str = "values.csv") -> str:
    answer = client.post("/work/import/", {"file": SimpleUploadedFile(name, text.encode())})
    assert answer.status_code == 302, answer.content.decode()[:500]
    return str(answer["Location"])


def test_import_looks_first_and_applies_after(example: Instance):
    from dozor.apps.bank.models import Observation

    before = Observation.objects.count()
    client = browser("national")
    address = send(client, table({"area": "BY-HO", "period": "2019", "population": "PWID"}))
    assert "Файл верен" in content(client, address)
    assert Observation.objects.count() == before
    assert client.post(f"{address}apply/").status_code == 302
    assert "Применено" in content(client, address)
    assert Observation.objects.count() == before + 1
    client.post(f"{address}apply/")  # a second press changes nothing
    assert Observation.objects.count() == before + 1


def test_import_says_what_is_wrong_in_the_readers_language(example: Instance):
    wrong = table({"value": "140", "period": "2018"})
    client = browser("national")
    address = send(client, wrong)
    page = content(client, address)
    assert "доля не может быть больше 100" in page
    assert "VAL-PERCENT" in page
    assert "Применить" not in page
    assert "a share cannot be above 100" in content(client, f"/en{address}")
    client.post(f"{address}apply/")
    assert "Файл не принят" in content(client, address)


def test_a_long_file_is_checked_in_the_background(example: Instance, monkeypatch: pytest.MonkeyPatch):
    from dozor.web import uploads

    monkeypatch.setattr(uploads, "AT_ONCE", 10)
    client = browser("national")
    address = send(client, table({"period": "2019"}))
    assert "Файл верен" in content(client, address)
    part = client.get(address, HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in part
    assert 'id="upload"' in part


def test_a_dropped_file_is_gone(example: Instance):
    client = browser("national")
    address = send(client, table({"period": "2019"}))
    assert client.post(f"{address}drop/").status_code == 302
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("token", ["..", "%2e%2e", "x", "a%2fb"])
def test_no_token_leads_out_of_the_folder(untouched_example: Instance, token: str):
    assert browser("national").get(f"/work/import/{token}/").status_code in (301, 404)


def test_ten_wrong_passwords_close_the_door_for_a_while(example: Instance):
    client = Client()
    for _ in range(10):
        last = client.post("/sign-in/", {"username": "gomel", "password": "no"})
    assert last.status_code == 429
    assert "Слишком много неверных паролей" in last.content.decode()


def test_a_letter_is_the_countrys_and_a_brief_a_regions(used_since_2025: Instance):
    client = browser("national")
    form = {"year": "2025", "language": "ru", "kind": "pdf"}
    for wrong in ({"document": "letter", "area": "BY-BR"}, {"document": "brief", "area": ""}):
        refused = client.post("/work/reports/", form | wrong)
        assert refused.status_code == 422
        assert 'id="id_area_error"' in refused.content.decode()
    for right in ({"document": "letter", "area": ""}, {"document": "brief", "area": "BY-BR"}):
        page = client.post("/work/reports/", form | right)["Location"]
        assert b"%PDF" in b"".join(client.get(f"{page}file/").streaming_content)
    # the example has released this year
    assert content(client, "/work/reports/").count("по выпуску 2025-public-1") == 2
