"""The form that an instrument's answers are checked against."""

from __future__ import annotations

import re

from dozor.core.answers.form import AnswerField, AnswerForm, FieldKind
from dozor.core.plan.instruments import Field, Instrument

_KINDS: dict[str, FieldKind] = {
    "integer": "integer",
    "decimal": "decimal",
    "date": "date",
    "today": "date",
    "time": "time",
    "start": "instant",
    "end": "instant",
    "select_one": "choice",
    "select_multiple": "choices",
    "image": "file",
    "audio": "file",
    "file": "file",
}
# what a respondent is recognised by from round to round, or recruited with
_CODE = re.compile(
    r"(respondent|participant|person|patient|specimen|client|child|mother)(_code)?|uic|coupon(_\w+)?"
)


def form_of_instrument(instrument: Instrument) -> AnswerForm:
    """Take from an instrument what its answers are checked by."""
    return AnswerForm(instrument.code, instrument.version, tuple(_field(f) for f in instrument.fields))


def _field(f: Field) -> AnswerField:
    kind = _KINDS.get(f.kind, "text")
    if f.kind == "calculate" and f.type == "number":
        kind = "decimal"
    is_code = kind == "text" and _CODE.fullmatch(f.name) is not None
    is_range = f.lowest is not None or f.highest is not None
    return AnswerField(
        name=f.name,
        kind=kind,
        choices=tuple(c.name for c in f.choices),
        is_required=f.required and f.is_asked,
        is_code=is_code,
        minimum=f.lowest,
        maximum=f.highest,
        repeat=f.repeat or "",
        conditions=tuple(c for c in (*(g.relevant for g in f.groups), f.relevant) if c),
        # a code is kept as a hash: of its shape nothing is left to be looked at again
        constraint="" if is_code or is_range else f.constraint,
    )
