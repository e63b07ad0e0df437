"""What the rules are fed with by hand: recounts at sites that report, tables of re-interviews."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import polars as pl
from django.db import transaction
from django.utils import timezone

from dozor.apps.audit.actions import record
from dozor.apps.collection.answer_room import answer_keys
from dozor.apps.collection.gathering import answers_of_round, gather
from dozor.apps.collection.models import Round
from dozor.apps.collection.round_texts import form_of_round
from dozor.apps.database import check_lengths
from dozor.apps.organisations.models import Agency
from dozor.apps.plans.queries import main_plan
from dozor.apps.quality.models import BackCheck, SiteRecount
from dozor.apps.quality.orders import order_round
from dozor.apps.quality.reports import check_agency
from dozor.core.findings import Finding, Refused
from dozor.core.quality.survey.back_check import Agreement, agreements
from dozor.formats.tables import read_table

RESPONDENT, INTERVIEWER = "respondent", "interviewer"


def record_recount(
    *,
    agency: Agency,
    year: int,
    indicator: str,
    site: str,
    reported: float,
    recounted: float,
    visited_on: date,
    evidence: str,
    by: str,
    at: datetime,
    asked: int = 0,
    documents: int = 0,
    weight: float = 1.0,
    stratum: str = "",
) -> SiteRecount:
    """Record what a visit to a site that reports to an agency found; D14 and D15 are asked at once.

    Parameters
    ----------
    reported, recounted
        The site's figure as it was reported, and as its own records show it; 0 or more.
    asked, documents
        Source documents asked for, and found there.
    weight, stratum
        Sites it stands for, where sites were drawn; the stratum it was drawn in.

    Raises
    ------
    Refused
        ``QLT-RECOUNT``: a number that cannot be; ``SUB-FUTURE``; ``INST-TOO-LONG``.
    """
    numbers: Mapping[str, tuple[float, bool]] = {
        "reported": (reported, 0 <= reported < _MOST),
        "recounted": (recounted, 0 <= recounted < _MOST),
        "weight": (weight, 0 < weight < _MOST),
        "asked": (asked, 0 <= asked < _MOST),
        "documents": (documents, 0 <= documents <= asked),
    }
    wrong = [
        Finding("QLT-RECOUNT", found=f"{n:g}", column=name)
        for name, (n, is_fit) in numbers.items()
        if not is_fit
    ]
    if visited_on > timezone.localdate(at):
        wrong.append(Finding("SUB-FUTURE", visited_on.isoformat(), column="visited_on"))
    if wrong:
        raise Refused(wrong)
    kept = SiteRecount(
        plan=main_plan().code,
        agency=agency,
        year=year,
        indicator=indicator,
        site=" ".join(site.split()),
        stratum=stratum,
        weight=weight,
        reported=reported,
        recounted=recounted,
        asked=asked,
        documents=documents,
        visited_on=visited_on,
        evidence=evidence,
        recorded_at=at,
        recorded_by=by,
    )
    check_lengths(kept)
    with transaction.atomic():
        kept.save(force_insert=True)
        record(action="recount recorded", by=by, at=at, subject=agency.code, rows=[kept])
    check_agency(agency, year, at=at)
    return kept


_MOST = 1e9  # what a site can report


def record_back_check(round_: Round, path: Path, *, name: str, by: str, at: datetime) -> list[Agreement]:
    """Compare a table of re-interviews with the round's interviews; only how far they agree is kept (S10).

    Parameters
    ----------
    path
        One row for each person asked again: ``respondent`` (the code as in the interview) and the questions
        asked again under their names. Questions with choices are compared, no others.

    Raises
    ------
    Refused
        ``QLT-BACK-CHECK``: no row belongs to an interview of the round; ``COL-ROUND-EMPTY``.
    """
    instrument, keys = form_of_round(round_), answer_keys()
    chosen = [f.name for f in instrument.fields if f.kind == "select_one" and f.repeat is None]
    again: dict[str, Mapping[str, str]] = {}
    count = 0
    for row in read_table(path, name):
        count += 1
        if code := row.cells.get(RESPONDENT, "").strip():
            again[keys.pseudonym(code)] = row.cells
    gather(round_, by=by, at=at)
    table = answers_of_round(round_)
    if table is None:
        raise Refused(Finding("COL-ROUND-EMPTY", found=round_.code))
    found = agreements(_pairs(table.to_polars(), again, chosen))
    if not found:
        raise Refused(Finding("QLT-BACK-CHECK", found=str(count), file=name))
    digest = keys.digest_of(path.read_bytes())
    last = round_.back_checks.order_by("number").last()
    number = (last.number if last else 0) + 1
    rows = [
        BackCheck(
            round=round_,
            number=number,
            interviewer=a.interviewer[:120],
            question=a.question[:120],
            n=a.n,
            kappa=None if a.kappa != a.kappa else a.kappa,
            file_digest=digest,
            made_at=at,
            made_by=by,
        )
        for a in found
    ]
    with transaction.atomic():
        for one in rows:
            one.save(force_insert=True)
        record(
            action="re-interviews compared",
            by=by,
            at=at,
            subject=round_.code,
            details={"people": count, "number": number},
            rows=rows,
        )
        order_round(round_.pk)
    return found


def _pairs(
    frame: pl.DataFrame, again: Mapping[str, Mapping[str, str]], chosen: list[str]
) -> dict[str, dict[str, tuple[list[str], list[str]]]]:
    """Answers of both times, by interviewer of the first and question; only what was answered twice."""
    pairs: dict[str, dict[str, tuple[list[str], list[str]]]] = defaultdict(dict)
    if RESPONDENT not in frame.columns:
        return pairs
    for row in frame.iter_rows(named=True):
        other = again.get(str(row[RESPONDENT]))
        if other is None:
            continue
        own = pairs[str(row.get(INTERVIEWER) or "")]
        for question in chosen:
            first, second = row.get(question), other.get(question, "").strip()
            if first is not None and second:
                one, two = own.setdefault(question, ([], []))
                one.append(str(first))
                two.append(second)
    return {who: questions for who, questions in pairs.items() if questions}
