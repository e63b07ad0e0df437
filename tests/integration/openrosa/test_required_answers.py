"""A required answer left out of a real form, at the door for phones and in a file (REQ).

REQ-001  A question asked under a condition that holds and not answered: a phone's record is kept apart, a
         file's row is refused, both with COL-ANSWER-MISSING; where no condition holds nothing is missed.
REQ-002  A phone is told the question's words in the language it asks for, and the form's choices and rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from tests.instances import Instance, write_rows
from tests.integration.openrosa.test_rounds import load, respondents
from tests.integration.web.conftest import PLAIN_STATIC
from tests.phones import AT, Phone

from dozor.apps.collection.devices import add_device
from dozor.apps.collection.models import AnswerRecord, Round
from dozor.apps.organisations.models import Agency
from dozor.formats.openrosa import write_instance

QUESTION = {
    "ru": "вопрос «Что вы знаете о ВИЧ: При половом контакте без презерватива»: ответа нет.",
    "be": "пытанне «Што вы ведаеце пра ВІЧ: Пры палавым кантакце без прэзерватыва»",
    "en": "question “What you know about HIV: Through sex without a condom”: there is no answer.",
}


@pytest.fixture
def youth(instance: Instance, settings: Any) -> Iterator[tuple[Instance, Phone]]:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    settings.AXES_ENABLED, settings.STORAGES = True, PLAIN_STATIC
    assert instance.cli("round", "open", "survey-youth", "--year", 2026, "--format", "json").code == 0
    agency = Agency.objects.get(code="OCHEPH-HO")
    yield instance, Phone(add_device(name="tablet", agency=agency, by="test", at=AT).token)


def sent(phone: Phone, answers: dict[str, str], number: int, language: str = "ru") -> tuple[int, str]:
    version = Round.objects.get().form.version
    texts = {name: text for name, text in answers.items() if text}
    phone.headers["Accept-Language"] = language
    reply = phone.post(write_instance("survey-youth", version, f"uuid:{number}", texts, {}))
    return reply.status_code, unescape(reply.content.decode())


def test_req_001_and_002(youth: tuple[Instance, Phone], tmp_path: Path):
    instance, phone = youth
    whole = respondents(1)[0]
    assert sent(phone, whole, 1)[0] == 201
    skipped = whole | {"way_sex": ""}
    for number, language in enumerate(QUESTION, start=2):
        status, words = sent(phone, skipped, number, language)
        assert status == 202
        assert "(COL-ANSWER-MISSING)" in words
        assert QUESTION[language].lower() in words.lower()
        assert "way_sex" not in words
    kept = AnswerRecord.objects.get(instance_id="uuid:2")
    assert (kept.state, kept.reasons) == (
        "quarantined",
        [{"code": "COL-ANSWER-MISSING", "column": "way_sex"}],
    )
    ran = load(instance, write_rows(tmp_path / "a.csv", [whole, skipped]))
    assert ran.code == 2
    assert [(f["code"], f["column"], f["row"]) for f in ran.json["findings"]] == [
        ("COL-ANSWER-MISSING", "way_sex", 3)
    ]
    # nobody who did not consent is asked
    asked = ("way_", "protects_", "healthy", "had_", "irregular", "condom", "first", "age_first", "sex_")
    declined = {k: "" if k.startswith(asked) else v for k, v in whole.items()} | {"consent": "no"}
    assert sent(phone, declined, 9)[0] == 201
    # a choice and a rule of the form, in its words and not in its codes
    status, words = sent(phone, whole | {"consent": "perhaps"}, 10)
    assert status == 202
    assert "«perhaps»" in words
    assert "Согласен" in words or "Да" in words
    assert "dont_know" not in words
    _, words = sent(phone, whole | {"interviewer": "+375 29 123 45 67"}, 11, "en")
    assert "(PERSON-PHONE)" in words
    assert "question “" in words.lower()
    assert "375" not in words
