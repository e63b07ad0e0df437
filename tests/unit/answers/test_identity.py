"""What tells who a person is, is found by the name of a column and by the shape of an answer.

PER-001  Headings in Russian, Belarusian and English that stand for a name, document, phone, address or birth.
PER-002  Headings that merely look alike are let through.
PER-003  Answers that hold such a thing are found wherever they stand in the text.
PER-004  Ordinary answers are let through.
PER-005  A finding never repeats what it found in an answer.
"""

from __future__ import annotations

import pytest

from dozor.core.answers.identity import (
    identity_in_heading,
    identity_in_value,
    refused_headings,
    refused_value,
)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Фамилия, имя, отчество", "NAME"),
        ("Прозвішча", "NAME"),
        ("ФИО", "NAME"),
        ("first_name", "NAME"),
        ("patientName", "NAME"),
        ("name", "NAME"),
        ("Паспорт: серия и номер", "DOCUMENT"),
        ("Пашпарт", "DOCUMENT"),
        ("personal number", "DOCUMENT"),
        ("Личный номер", "DOCUMENT"),
        ("Телефон (моб.)", "PHONE"),
        ("тэлефон", "PHONE"),
        ("phone_1", "PHONE"),
        ("Адрес проживания", "ADDRESS"),
        ("Адрас", "ADDRESS"),
        ("e-mail address", "ADDRESS"),
        ("Дата рождения", "BIRTH-DATE"),
        ("Дата нараджэння", "BIRTH-DATE"),
        ("birth date", "BIRTH-DATE"),
        ("dateOfBirth", "BIRTH-DATE"),
        ("DOB", "BIRTH-DATE"),
    ],
)
def test_per_001_headings_of_personal_details(heading, kind):
    assert identity_in_heading(heading) == kind


@pytest.mark.parametrize(
    "heading",
    [
        "site_name",
        "school name",
        "birth_year",
        "год рождения",
        "visited_on",
        "date_of_test",
        "respondent_code",
        "номер купона",
        "number of partners",
        "interviewer",
        "age",
        "имеет постоянного партнёра",
    ],
)
def test_per_002_headings_that_tell_nothing(heading):
    assert identity_in_heading(heading) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Иванов Иван Иванович", "NAME"),
        ("со слов Петровой Анны Сергеевны", "NAME"),
        ("Кавалёва Ганна Міхайлаўна", "NAME"),
        ("Ivanov Ivan Ivanovich", "NAME"),
        ("Иванов И. И.", "NAME"),
        ("И.И. Иванов", "NAME"),
        ("Иван Иванович просил", "NAME"),
        ("+375 29 123-45-67", "PHONE"),
        ("звонить 8029 1234567", "PHONE"),
        ("375(33)1234567", "PHONE"),
        ("MP1234567", "DOCUMENT"),
        ("паспорт НВ 1234567", "DOCUMENT"),
        ("3123456A001PB5", "DOCUMENT"),
        ("a.b@example.org", "ADDRESS"),
        ("ул. Ленина, 5", "ADDRESS"),
        ("вул. Кастрычніцкая", "ADDRESS"),
        ("кв. 12", "ADDRESS"),
        ("12.05.1987", "BIRTH-DATE"),
        ("родился 1987-05-12", "BIRTH-DATE"),
    ],
)
def test_per_003_answers_with_personal_details(text, kind):
    assert identity_in_value(text, year=2026) == kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "не знаю",
        "Учится в колледже, живёт в Гомеле",
        "2026-03-02",
        "12.05.2025",
        "25",
        "c12",
        "R-240",
        "uuid:6f0c7b1e-0d0e-4b53-9d6f-0a8c6f3b7d11",
        "2026-03-01T10:00:00.000+03:00",
        "был в 2015 году",
        "БелСтат, Минск",
        "1234567",
        "100000 рублей",
        "Нужен новый шприц",
        "Главная причина — очередь",
    ],
)
def test_per_004_ordinary_answers(text):
    assert identity_in_value(text, year=2026) is None


def test_per_005_a_finding_does_not_repeat_the_answer():
    finding = refused_value("Иванов Иван Иванович", year=2026, column="remark", row=3)
    assert finding is not None
    assert (finding.code, finding.column, finding.row) == ("PERSON-NAME", "remark", 3)
    assert "Иванов" not in repr(finding)
    assert [f.code for f in refused_headings(["age", "фамилия"])] == ["PERSON-NAME"]
