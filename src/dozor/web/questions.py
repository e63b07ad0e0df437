"""A question by its words: what is called by its field's name in a file and by nobody in the field."""

from __future__ import annotations

from dataclasses import replace

from dozor.core.findings import Finding
from dozor.core.plan.instruments import Instrument
from dozor.language import say


def called(instrument: Instrument, name: str | None, language: str) -> str:
    """A question with the heading it stands under; empty for what the form does not ask."""
    if name is None or not instrument.has_field(name):
        return ""
    f = instrument.field(name)
    group = next((g.label for g in reversed(f.groups) if g.label), None)
    label = f.label.in_language(language).rstrip("?:.")
    return f"{group.in_language(language)}: {label}" if group else label


def told(finding: Finding, instrument: Instrument | None, language: str) -> str:
    """A finding about one answer for whoever filled the form: question, choices and rule as it says them.

    Parameters
    ----------
    instrument
        The form's own text; None where none holds it: the field's name stands then.
    """
    question = called(instrument, finding.column, language) if instrument is not None else ""
    if instrument is None or not question:
        return say(finding, language).message
    f = instrument.field(str(finding.column))
    values = dict(finding.values)
    if "known" in values:
        values["known"] = "; ".join(c.label.in_language(language) for c in f.choices)
    if "rule" in values and f.constraint_message is not None:
        values["rule"] = f.constraint_message
    return say(replace(finding, values=values), language, question=question).message
