"""Interviews for tests: what a test does not care about is answered as the form demands."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dozor.core.answers.form import AnswerField, AnswerForm
from dozor.core.plan.conditions import Value


def in_full(form: AnswerForm, said: Mapping[str, str], *, besides: Collection[str] = ()) -> dict[str, str]:
    """A record in which every question asked once that must be answered has an answer, `besides` these.

    Whatever `said` does not say is "refused" or "don't know" where the form lets it be, else its last choice.
    """
    told = dict(said)
    values: dict[str, Value] = {}
    for f in form.single:
        text = told.get(f.name, "")
        if not text and f.is_required and f.name not in besides and f.is_asked(values):
            text = told[f.name] = _anything(f)
        values[f.name] = (float(text) if f.kind in {"integer", "decimal"} else text) if text else None
    return told


def _anything(f: AnswerField) -> str:
    for code in ("refused", "dont_know", *f.choices[::-1]):
        if code in f.choice_set:
            return code
    if f.kind in {"integer", "decimal"}:
        return f"{f.minimum or 0:g}"
    return "2026-03-02" if f.kind == "date" else "x"
