"""Opens a round of an instrument: publishes its form, records its design."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from dozor.apps.audit.actions import record
from dozor.apps.collection.answer_room import answer_keys
from dozor.apps.collection.models import Form, Round
from dozor.apps.organisations.models import Agency
from dozor.apps.plans.queries import main_plan
from dozor.core.answers.identity import refused_headings
from dozor.core.answers.of_instrument import form_of_instrument
from dozor.core.findings import Finding, Refused
from dozor.core.plan.instruments import Instrument


def instrument_of(code: str) -> Instrument:
    """An instrument of the main plan; raises ``COL-INSTRUMENT``."""
    known = main_plan().instruments
    if code not in known:
        raise Refused(Finding("COL-INSTRUMENT", found=code, values={"known": ", ".join(sorted(known))}))
    return known[code]


def round_of(code: str) -> Round:
    """A round by its code; raises ``COL-ROUND``."""
    found = Round.objects.select_related("form", "agency").filter(code=code).first()
    if found is None:
        known = ", ".join(Round.objects.order_by("-id").values_list("code", flat=True)[:10])
        raise Refused(Finding("COL-ROUND", found=code, values={"known": known or "—"}))
    return found


def open_round(
    *,
    instrument: str,
    year: int,
    by: str,
    at: datetime,
    agency: Agency | None = None,
    design: Mapping[str, Any] | None = None,
    opens_at: datetime | None = None,
    planned_end_on: date | None = None,
    is_simulated: bool = False,
) -> Round:
    """Open a round: from now on phones of the agency (of every agency, when None) are offered its form.

    Parameters
    ----------
    design
        ``{"kind": "sample"|"rds"|"census", "columns": {…}, "coupons": […]}``, where it differs from what
        the plan's definitions name first.
    is_simulated
        An exercise: its answers are invented, its code and everything made from it say so.

    Raises
    ------
    Refused
        ``COL-INSTRUMENT``; ``COL-ROUND-OPEN``: this instrument is in the field there already;
        ``COL-DESIGN-FIELD``; ``PERSON-…``: the form asks in words for what tells who a person is.
    """
    of = instrument_of(instrument)
    # the form is built before the transaction: it takes a second, and nobody else need wait
    ready = Form.objects.filter(instrument=of.code, version=of.version).first() or _form(of, by, at)
    _check_design(of, design or {})
    answer_keys()
    with transaction.atomic():
        form = publish(ready, by=by, at=at)
        opened = Round(
            code=_code(of.code, year, agency, is_simulated),
            form=form,
            instrument=of.code,
            year=year,
            agency=agency,
            design=dict(design or {}),
            opens_at=opens_at or at,
            opened_by=by,
            planned_end_on=planned_end_on,
            is_simulated=is_simulated,
        )
        _refuse_second(opened)
        opened.save(force_insert=True)
        record(action="round opened", by=by, at=at, subject=opened.code, rows=[opened])
    return opened


def publish(form: Form, *, by: str, at: datetime) -> Form:
    """Keep a form for good; one of the same instrument and version is the same form."""
    known = Form.objects.filter(instrument=form.instrument, version=form.version).first()
    if known is not None:
        return known
    form.save(force_insert=True)
    record(action="form published", by=by, at=at, subject=f"{form.instrument} {form.version}", rows=[form])
    return form


def _form(of: Instrument, by: str, at: datetime) -> Form:
    answers = form_of_instrument(of)
    # an answer to choose, a number or a code says nothing of who it is; words might
    asked = [f.name for f in answers.fields if f.kind in {"text", "date"} and not f.is_code]
    if findings := refused_headings(asked, file=of.file):
        raise Refused(findings)
    from dozor.formats.xlsform import to_xform  # takes its time to load, and few commands need it

    xml = to_xform(of).decode()
    return Form(
        instrument=of.code,
        version=of.version,
        title_ru=of.title.ru,
        title_be=of.title.be,
        title_en=of.title.en,
        xml=xml,
        md5=hashlib.md5(xml.encode(), usedforsecurity=False).hexdigest(),
        fields=answers.as_mapping(),
        published_at=at,
        published_by=by,
    )


def _check_design(of: Instrument, design: Mapping[str, Any]) -> None:
    named = [*design.get("columns", {}).values(), *design.get("coupons", ())]
    findings = [
        Finding("COL-DESIGN-FIELD", found=name, values={"instrument": of.code})
        for name in named
        if not of.has_field(name)
    ]
    if findings:
        raise Refused(findings)


def _code(instrument: str, year: int, agency: Agency | None, is_simulated: bool) -> str:
    mark = ["sim"] if is_simulated else []
    code = "-".join([instrument, str(year), *mark, *([agency.code] if agency else [])])
    held = Round.objects.filter(code__startswith=code).values_list("code", flat=True)
    tries = [code, *(f"{code}-{n}" for n in range(2, len(held) + 3))]
    return next(one for one in tries if one not in held)


def _refuse_second(opened: Round) -> None:
    """Two open rounds of one instrument that reach the same phone would share its records by chance."""
    among = Round.objects.filter(instrument=opened.instrument, closed_at__isnull=True)
    if opened.agency is not None:
        among = among.filter(agency=opened.agency) | among.filter(agency__isnull=True)
    if other := among.first():
        raise Refused(Finding("COL-ROUND-OPEN", found=other.code, values={"instrument": opened.instrument}))
