"""A round as it stands in the field: what came so far, gathered or still waiting; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator

from dozor.apps.collection.answer_room import answer_keys, room_of
from dozor.apps.collection.designing import drawn_design, sample_of
from dozor.apps.collection.gathering import replaced_ids, table_names
from dozor.apps.collection.models import AnswerRecord, Form, Round
from dozor.apps.collection.round_texts import plan_shown
from dozor.core.answers.fieldwork import Fieldwork, fieldwork_of
from dozor.core.findings import Finding, Refused
from dozor.store import answers_at_rest as store
from dozor.store.answers_at_rest import StoredRecord
from dozor.store.source import Source, types_of

MOST_RECORDS = 20_000  # of one round, looked at for a page


def records_so_far(round_: Round) -> list[StoredRecord]:
    """Counted records, those of the tables first; raises ``COL-ROUND-LARGE`` above `MOST_RECORDS`."""
    expected = round_.records.count() + sum(round_.answer_files.values_list("rows", flat=True))
    if expected > 2 * MOST_RECORDS:
        raise Refused(Finding("COL-ROUND-LARGE", round_.code, {"limit": MOST_RECORDS}))
    replaced = set(replaced_ids(round_))
    found: dict[str, StoredRecord] = {}
    for one in (*_gathered(round_), *_waiting(round_)):
        if one.instance_id not in replaced:
            found.setdefault(one.instance_id, one)
    return list(found.values())


def _gathered(round_: Round) -> Iterator[StoredRecord]:
    names = table_names(round_)
    if names:
        forms = {f.version: f.answer_form for f in Form.objects.filter(instrument=round_.instrument)}
        yield from store.read_rows(room_of(round_).tables, names, forms, answer_keys())


def _waiting(round_: Round) -> list[StoredRecord]:
    lying = store.lying_in(room_of(round_).waiting)
    stored = round_.records.filter(state=AnswerRecord.State.STORED).values_list("name", flat=True)
    taken = round_.records.filter(decision__is_taken=True).values_list("decision__name", flat=True)
    return store.read_lying(lying, [name for name in (*stored, *taken) if name in lying], answer_keys())


def fieldwork(round_: Round, records: list[StoredRecord]) -> Fieldwork:
    """Response, places, interviewers and days of the records so far."""
    plan = plan_shown(round_)
    instrument = plan.instruments[round_.instrument]
    design = drawn_design(instrument.code, plan)
    place = (design.columns.get("cluster") or design.columns.get("stratum")) if design else None
    if is_recruited(round_):
        place = next((f.name for f in instrument.fields if f.name == "city"), place)
    return fieldwork_of(instrument, [r.values for r in records], place=place, sample=sample_of(round_))


def is_recruited(round_: Round) -> bool:
    """Whether people bring people: recorded so, or what the definitions name first."""
    if sample_of(round_) is not None or round_.design:
        return round_.design.get("kind") == "rds"
    named = (d for d in plan_shown(round_).definitions if d.instrument == round_.instrument)
    return any(d.designs[0].kind == "rds" for d in named if d.designs)


def source_so_far(round_: Round, records: list[StoredRecord]) -> Source:
    """The records so far as a table on an engine of their own."""
    table = store.lay_out(round_.form.answer_form, records)
    return Source(table=table, types=types_of(table.schema()), file=round_.code)
