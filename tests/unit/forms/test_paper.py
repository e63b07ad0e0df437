"""Forms on paper: every question numbered, with its boxes and, in words, when it is asked.

PAP-001  Every question of every instrument is printed, in three languages, as PDF/UA-1.
PAP-002  Skip instructions say in words what the form's conditions say, and where to go otherwise.
PAP-003  Each page carries its number of how many, the form's version, and the first its QR code.
PAP-004  Words are never read as markup; the same form has the same bytes.
"""

from __future__ import annotations

import io
import re
from dataclasses import replace
from functools import cache

import pypdf
import pytest

from dozor.core.plan.instruments import Field
from dozor.core.text import Text
from dozor.formats.plan_folder import find_plan
from dozor.language.conditions import condition_text
from dozor.publishing.forms import questionnaire_pdf
from dozor.publishing.forms.qr import qr_svg
from dozor.publishing.forms.questionnaire import questionnaire


@cache
def instruments():
    return find_plan("by-hiv-2006-123").instruments


def text_of(pdf):
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def questions(form):
    for block in form["blocks"]:
        if block["kind"] == "matrix":
            yield from block["rows"]
        elif block["kind"] == "repeat":
            yield from block["columns"]
        elif "number" in block:
            yield block


@pytest.mark.parametrize("language", ["ru", "be", "en"])
def test_pap_001_every_question_of_every_instrument_is_laid_out(language):
    for instrument in instruments().values():
        form = questionnaire(instrument, language)
        asked = [f for f in instrument.fields if f.is_asked]
        laid = list(questions(form))
        assert [q["number"] for q in laid] == list(range(1, len(asked) + 1))
        assert [q["label"] for q in laid] == [f.label.in_language(language) for f in asked]
        for block in form["blocks"]:
            if block["kind"] == "choices":
                field = asked[block["number"] - 1]
                assert block["choices"] == [c.label.in_language(language) for c in field.choices]


@pytest.mark.parametrize(
    ("code", "language"),
    [("survey-pwid", "ru"), ("survey-heads-general-secondary", "be"), ("expenditure-analysis", "en")],
)
def test_pap_001_printed_as_accessible_pdf(code, language):
    instrument = instruments()[code]
    pdf = questionnaire_pdf(instrument, language)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert b"pdfuaid:part" in reader.trailer["/Root"]["/Metadata"].get_object().get_data()
    assert reader.trailer["/Root"]["/Lang"] == language
    printed = " ".join(text_of(pdf)).replace(" ", "")
    for field in instrument.fields:
        if field.is_asked:
            assert re.sub(r"\s", "", field.label.in_language(language)) in printed, field.name


def test_pap_002_a_group_says_when_and_where_to_go_otherwise():
    blocks = questionnaire(instruments()["survey-youth"], "ru")["blocks"]
    groups = {b["label"]: b["when"] for b in blocks if b["kind"] == "group" and b["when"]}
    number = next(q["number"] for q in questions({"blocks": blocks}) if "половой контакт?" in q["label"])
    assert groups["Начало половой жизни"] == f"Только если вопрос {number}: «Да». Иначе опрос закончен."
    (end,) = (b["when"] for b in blocks if b["kind"] == "note" and b["when"])
    assert end == "Только если вопрос 6: «Да» или вопрос 7: меньше 15 или вопрос 7: больше 24."


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        (
            "${met_before} = 'no' and ${age} >= 15 and ${age} <= 24",
            "ru",
            "met_before: «Нет» и age: от 15 до 24",
        ),
        ("${met_before} != 'no'", "be", "met_before: любы адказ, акрамя «Не»"),
        ("${age} > 17", "en", "age: more than 17"),
        ("${age} != ''", "en", "age is answered"),
        (
            "${age} > 1 and (${age} < 8 or ${age} > 20)",
            "en",
            "age: more than 1 and (age: less than 8, or age: more than 20)",
        ),
    ],
)
def test_pap_002_conditions_in_words(text, language, said):
    assert condition_text(text, instruments()["survey-youth"], language, lambda name: name) == said


@pytest.mark.parametrize("language", ["ru", "be"])
def test_pap_002_no_condition_stays_in_english(language):
    english = re.compile(r"\b(only|question|otherwise|indicator|answer|number|more|less)\b", re.IGNORECASE)
    for instrument in instruments().values():
        for block in questionnaire(instrument, language)["blocks"]:
            said = " ".join(str(block.get(key, "")) for key in ("when", "help", "feeds", "optional"))
            assert not english.search(said), said


def test_pap_003_pages_version_and_code():
    instrument = instruments()["survey-women"]
    pages = text_of(questionnaire_pdf(instrument, "ru"))
    for number, page in enumerate(pages, start=1):
        assert f"Страница {number} из {len(pages)}" in page
        assert instrument.version in page
    assert questionnaire(instrument, "ru")["qr"] == qr_svg(f"dozor:{instrument.code}:{instrument.version}")


def test_pap_004_words_stay_words():
    instrument = instruments()["survey-heads-higher"]
    odd = Text("#panic(1) *жирно* $x$ \\ <a>", "#panic(1)", "#panic(1)")
    lines = tuple(
        replace(line, label=odd) if isinstance(line, Field) and line.name == "students" else line
        for line in instrument.lines
    )
    changed = replace(instrument, lines=lines)
    assert "#panic(1) *жирно* $x$ \\ <a>" in " ".join(text_of(questionnaire_pdf(changed, "ru")))
    assert questionnaire_pdf(changed, "ru") == questionnaire_pdf(changed, "ru")


def test_pap_001_boxes_hold_the_largest_answer():
    for instrument in instruments().values():
        by_label = {q["number"]: q for q in questions(questionnaire(instrument, "en"))}
        for number, field in enumerate((f for f in instrument.fields if f.is_asked), start=1):
            block = by_label[number]
            if block.get("shape") == "number" and field.highest is not None:
                assert 10 ** block["whole"] > field.highest
