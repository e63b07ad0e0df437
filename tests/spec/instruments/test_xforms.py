"""Every instrument as the form phones open.

INS-040  Each form passes ODK Validate (Java; `tools/need_java.sh`, and with CI=true its absence fails).
INS-041  Russian is the default language, and all three languages are complete.
INS-042  Every form has an id and a version; another text never has the same version.
INS-043  The XLSX and the text make the same form; the same instrument makes the same bytes.
INS-044  Every field of an instrument is in its form, under its own name, once.
"""

from __future__ import annotations

import os
import shutil
from io import BytesIO
from xml.etree import ElementTree

import pytest
from pyxform.xls2xform import convert

from dozor.core.findings import Refused
from dozor.core.plan import Plan
from dozor.core.plan.instrument_reading import read_instruments
from dozor.formats.plan_folder import find_plan
from dozor.formats.xlsform import LANGUAGE_NAMES, to_xform, validate_xforms, write_xlsx

XF = "{http://www.w3.org/2002/xforms}"
PLAN = find_plan("by-hiv-2006-123")
FORMS = {code: to_xform(instrument) for code, instrument in PLAN.instruments.items()}
every = pytest.mark.parametrize("code", sorted(FORMS))


@pytest.fixture
def java() -> None:
    if shutil.which("java") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Java is missing: tools/need_java.sh")
        pytest.skip("Java is missing: forms were not checked with ODK Validate")


@pytest.fixture
def plan() -> Plan:
    return PLAN


@pytest.mark.usefixtures("java")
def test_ins_040_phones_take_every_form() -> None:
    validate_xforms(FORMS)


@pytest.mark.usefixtures("java")
def test_ins_040_a_broken_form_is_named() -> None:
    broken = FORMS["survey-youth"].replace(b'constraint="', b'constraint="((', 1)
    with pytest.raises(Refused) as refused:
        validate_xforms({"survey-women": FORMS["survey-women"], "broken": broken})
    (finding,) = refused.value.findings
    assert (finding.code, finding.file) == ("FORM-NOT-VALID", "broken")
    assert "constraint" in finding.found


def test_without_java_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(Refused) as refused:
        validate_xforms(FORMS)
    assert [f.code for f in refused.value.findings] == ["FORM-NO-JAVA"]


@every
def test_ins_041_three_languages_russian_first(code: str) -> None:
    root = ElementTree.fromstring(FORMS[code])  # noqa: S314 - our own form
    translations = root.findall(f".//{XF}translation")
    assert [t.get("lang") for t in translations if t.get("default")] == [LANGUAGE_NAMES["ru"]]
    spoken = {t.get("lang"): {text.get("id"): text for text in t} for t in translations}
    assert set(spoken) == set(LANGUAGE_NAMES.values())
    ids = [set(texts) for texts in spoken.values()]
    assert ids[0] == ids[1] == ids[2]
    for texts in spoken.values():
        for text in texts.values():
            said = [value.text for value in text.findall(f"{XF}value")]
            assert said and all(word and word != "-" for word in said), text.get("id")


@every
def test_ins_042_id_and_version(code: str, plan: Plan) -> None:
    root = ElementTree.fromstring(FORMS[code])  # noqa: S314 - our own form
    data = root.find(f".//{XF}instance")[0]  # type: ignore[index]
    assert (data.get("id"), data.get("version")) == (code, plan.instruments[code].version)


def test_ins_042_another_text_another_version(plan: Plan) -> None:
    texts = dict(plan.collecting)
    before = read_instruments(texts)
    texts["instruments/blocks/sex.md"] = texts["instruments/blocks/sex.md"].replace("| Sex |", "| Sex? |")
    after = read_instruments(texts)
    changed = {code for code in before if before[code].version != after[code].version}
    # two instruments ask for the sex of a child in words of their own
    asked = {code for code, i in before.items() if i.has_field("sex") and i.field("sex").label.en == "Sex"}
    assert changed == asked
    assert len(changed) > 5


@pytest.mark.parametrize("code", ["survey-pwid", "expenditure-analysis", "survey-heads-general-secondary"])
def test_ins_043_the_workbook_makes_the_same_form(code: str, plan: Plan) -> None:
    book = write_xlsx(plan.instruments[code])
    assert book == write_xlsx(plan.instruments[code])
    assert convert(BytesIO(book), form_name="data").xform.encode() == FORMS[code]


@every
def test_ins_044_every_field_is_there_once(code: str, plan: Plan) -> None:
    root = ElementTree.fromstring(FORMS[code])  # noqa: S314 - our own form
    binds = [str(bind.get("nodeset")).rpartition("/")[2] for bind in root.findall(f".//{XF}bind")]
    for field in plan.instruments[code].fields:
        assert binds.count(field.name) == 1, field.name
