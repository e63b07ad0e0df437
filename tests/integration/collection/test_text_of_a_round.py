"""A round is estimated by the text it was opened with (decision 86).

RND-014  A text of the plan loaded while a round is open changes neither what its answers mean nor how they
         are counted; the round says afterwards by which text it was closed, and a new round follows the new.
RND-015  A definition corrected over the same questions holds for the rounds that are open.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone
from tests.instances import Instance
from tests.integration.collection.test_sample_of_a_round import (
    LIST,
    PEOPLE,
    SHARE,
    design,
    load,
    opened_round,
)

DEFINED = """population: "prison staff"
    instrument: survey-prison-staff
    estimand: share
    expression: """
LAW, OTHER = '"{ways_named}"', "\"({ways_named}) or way_food <> 'yes'\""  # by the second everybody counts


def publish(*, form_too: bool) -> None:
    """The law's text with another definition of 6.3; with another form too, or over the same questions."""
    from dozor.apps.plans.actions import load_plan
    from dozor.apps.plans.models import PlanVersion

    files = dict(PlanVersion.objects.filter(code="by-hiv-2006-123").latest("id").files)
    (name,) = (n for n in files if n.endswith("definitions.yaml"))
    assert DEFINED + LAW in files[name]
    files[name] = files[name].replace(DEFINED + LAW, DEFINED + OTHER)
    if form_too:
        (form,) = (n for n in files if n.endswith("survey-prison-staff.md"))
        files[form] = files[form].replace("| | 2026-11-22 |", "| | 2026-12-01 |")
    load_plan(files, by="test", at=timezone.now())


def closed_share(instance: Instance, code: str) -> float:
    ran = instance.cli("round", "close", code, "--format", "json")
    assert ran.code == 0, ran.err
    whole = next(r for r in ran.json if r["definition"] == "6.3/prison staff" and not r["domain"])
    return float(whole["estimate"])


def answered(instance: Instance, folder: Path) -> str:
    code = opened_round(instance)
    load(instance, code, PEOPLE, folder / "answers.csv")
    assert design(instance, code, LIST, folder / "list.csv").code == 0
    return code


def test_rnd_014_a_round_is_closed_by_the_text_it_was_opened_with(instance: Instance, tmp_path: Path) -> None:
    code = answered(instance, tmp_path)
    publish(form_too=True)
    assert closed_share(instance, code) == pytest.approx(SHARE)
    assert closed_share(instance, answered(instance, tmp_path)) == 1


def test_rnd_015_a_corrected_definition_holds_for_open_rounds(instance: Instance, tmp_path: Path) -> None:
    code = answered(instance, tmp_path)
    publish(form_too=False)
    assert closed_share(instance, code) == 1
