"""S7's input: how many answers break a rule of their form, by interviewer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import polars as pl

from dozor.apps.collection.answer_room import answer_keys, room_of
from dozor.apps.collection.models import AnswerRecord, Round
from dozor.core.answers.checking import check_record
from dozor.core.answers.of_instrument import form_of_instrument
from dozor.core.plan.instruments import Instrument
from dozor.store import answers_at_rest as store

INTERVIEWER = "interviewer"
_NO_RULE = frozenset({"COL-LATE"})  # kept apart for when it came, not for what it says
_MOST_ROWS = 20_000  # of a file, read once more against the form

Broken = Mapping[str, tuple[int, int]]  # interviewer → (answers that broke a rule, answers given)


def broken_in_round(round_: Round, counted: pl.DataFrame) -> Broken:
    """Of a round: its counted answers, and the records kept apart with the rules they break."""
    if INTERVIEWER not in counted.columns:
        return {}
    questions = [f.name for f in round_.form.answer_form.single if f.name in counted.columns]
    given = _given(counted, questions)
    broken: Counter[str] = Counter()
    apart = round_.records.filter(state=AnswerRecord.State.QUARANTINED)
    reasons = dict(apart.values_list("name", "reasons"))
    lying = store.lying_in(room_of(round_).quarantine)
    names = [name for name in reasons if name in lying]
    for name, record in zip(names, store.read_lying(lying, names, answer_keys()), strict=True):
        who = str(record.values.get(INTERVIEWER) or "")
        given[who] += sum(value is not None for value in record.values.values())
        broken[who] += sum(reason["code"] not in _NO_RULE for reason in reasons[name])
    return _together(broken, given)


def broken_in_file(frame: pl.DataFrame, instrument: Instrument) -> Broken:
    """Of a file: each answer held against the form's own rules, of at most 20,000 rows."""
    if INTERVIEWER not in frame.columns:
        return {}
    form = form_of_instrument(instrument)
    asked = [f.name for f in form.single if f.name in frame.columns]
    broken: Counter[str] = Counter()
    rows = frame.head(_MOST_ROWS)
    years = _years(rows)
    for number, row in enumerate(rows.select(asked).iter_rows(named=True)):
        texts = {name: "" if value is None else str(value) for name, value in row.items()}
        checked = check_record(form, texts, {}, year=years[number], pseudonym=str)
        # a question that the file has no column for was not asked there
        wrong = sum(f.column in row for f in checked.breaches)
        broken[str(row.get(INTERVIEWER) or "")] += wrong
    return _together(broken, _given(rows, asked))


def _years(rows: pl.DataFrame) -> list[int]:
    for name in ("interviewed_on", "started_at", "ended_at"):
        if name in rows.columns:
            found = rows[name].cast(pl.String).str.slice(0, 4).cast(pl.Int32, strict=False)
            return [year or _NO_YEAR for year in found.to_list()]
    return [_NO_YEAR] * rows.height


_NO_YEAR = 2000  # an answer is looked at for dates of birth only; none is kept here


def _given(frame: pl.DataFrame, questions: Iterable[str]) -> Counter[str]:
    """Answers given, by interviewer."""
    counted = sum((pl.col(q).is_not_null().cast(pl.Int64) for q in questions), start=pl.lit(0))
    found = frame.select(pl.col(INTERVIEWER).cast(pl.String).fill_null("").alias("who"), counted.alias("n"))
    return Counter(dict(found.group_by("who").agg(pl.col("n").sum()).iter_rows()))


def _together(broken: Counter[str], given: Counter[str]) -> Broken:
    return {who: (broken[who], given[who]) for who in given if given[who]}
