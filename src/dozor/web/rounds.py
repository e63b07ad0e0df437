"""How a round is shown: its state, its progress, what is kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from dozor.apps.collection.gathering import counted
from dozor.apps.collection.models import AnswerRecord, Round
from dozor.apps.collection.round_texts import plan_shown
from dozor.apps.organisations.scope import Right, agencies_for, may
from dozor.apps.plans.queries import main_plan
from dozor.apps.submissions.queries import national_centre
from dozor.core.answers.fieldwork import Fieldwork, Response
from dozor.language.numbers import number, percent
from dozor.language.words import ROUND_STATES
from dozor.web.desks import people_named
from dozor.web.names import Names
from dozor.web.questions import called


def seen_by(person: Any) -> QuerySet[Round]:
    """Rounds a person may see, their forms without the bytes; those of no agency are the centre's."""
    found = Round.objects.select_related("form", "agency").defer("form__xml", "form__fields")
    seen = agencies_for(person, Right.READ_ROUND)
    if seen is None:
        return found
    of_all = Q(agency__isnull=True) if national_centre(main_plan()).code in seen else Q(pk=None)
    return found.filter(Q(agency__code__in=seen) | of_all)


def round_for(request: HttpRequest, pk: int, *rights: Right) -> tuple[Round, str]:
    """The round and whose it is, for whoever has every right about it; for anyone else there is none."""
    found = Round.objects.select_related("form", "agency").filter(pk=pk).first()
    if found is None:
        raise Http404
    agency = agency_of(found, Names.of(request))
    if not all(may(request.user, right, agency) for right in rights):
        raise Http404
    return found, agency


def agency_of(round_: Round, names: Names) -> str:
    """Code of the agency whose round it is: one of no agency of its own is the republican centre's."""
    return str(round_.agency.code if round_.agency else national_centre(names.main_plan).code)


def title_of(round_: Round, names: Names) -> str:
    form = round_.form
    return str({"be": form.title_be, "en": form.title_en}.get(names.language, form.title_ru))


@dataclass(frozen=True)
class StateShown:
    """Where a round stands, in a word, the tone of its tag and its place in a list."""

    words: str
    tone: str
    order: int


def state_of(round_: Round, at: datetime) -> StateShown:
    state = round_.state(at)
    if state == "closed":
        return StateShown(_(ROUND_STATES[state]), "kept", 3)
    if state == "planned":
        return StateShown(_(ROUND_STATES[state]), "", 2)
    late = round_.planned_end_on is not None and round_.planned_end_on < timezone.localdate(at)
    return StateShown(_("late"), "late", 0) if late else StateShown(_(ROUND_STATES[state]), "open", 1)


def records_of(round_: Round) -> int:
    """Records that count, by phones and by files."""
    return counted(round_)


def kept_apart(round_: Round) -> int:
    """Records kept apart that nobody has decided about."""
    return round_.records.filter(state=AnswerRecord.State.QUARANTINED, decision__isnull=True).count()


def given_words(round_: Round, names: Names) -> list[str]:
    """Which agencies gave counts instead of answers, and which confirmed that there is nothing."""
    counts = {t.agency.code for t in round_.aggregates.select_related("agency")}
    last = {v.agency.code: v for v in round_.given.select_related("agency").order_by("number")}
    nil = {code for code, version in last.items() if version.is_nil}
    told = (
        (counts, _("counts instead of answers: {agencies}.")),
        (nil, _("nothing to report, confirmed: {agencies}.")),
    )
    return [
        words.format(agencies=", ".join(names.agency_short(code) for code in sorted(codes)))
        for codes, words in told
        if codes
    ]


def planned_words(done: int, planned: int | None, names: Names) -> str:
    """Records done of those planned, with the share."""
    if not planned:
        return ""
    part = percent(100 * done / planned, names.language, 0)
    return _("{done} of {planned} ({part})").format(
        done=number(done, names.language), planned=number(planned, names.language), part=part
    )


def share(value: float | None, names: Names, digits: int = 0) -> str:
    return "—" if value is None else percent(100 * value, names.language, digits)


def response_cells(response: Response, names: Names) -> dict[str, str]:
    counts = {name: getattr(response, name) for name in ("records", "counted", "refused", "others")}
    said = {name: number(count, names.language) for name, count in counts.items()}
    return said | {"share": share(response.share, names)}


def place_rows(work: Fieldwork, names: Names) -> list[dict[str, Any]]:
    rows = []
    longest = max((place.response.records for place in work.places), default=1)
    for place in work.places:
        known = names.areas.find(place.code)
        rows.append(
            {
                "code": names.area(known.code) if known else place.code or _("not named"),
                "stratum": place.stratum,
                "planned": place.planned,
                "done": place.response.records,
                "most": max(place.planned or longest, place.response.records, 1),
                "last_on": place.last_on,
                **response_cells(place.response, names),
            }
        )
    return rows


def interviewer_rows(work: Fieldwork, names: Names) -> list[dict[str, Any]]:
    return [
        {
            "code": one.code or "—",
            "minutes": "—" if one.minutes is None else number(round(one.minutes), names.language),
            "unsaid": share(one.unsaid, names, 1),
            "last_on": one.last_on,
            **response_cells(one.response, names),
        }
        for one in work.interviewers
    ]


def day_rows(days: Sequence[tuple[date, int]]) -> list[dict[str, Any]]:
    most = max((n for _day, n in days), default=1) or 1
    total, rows = 0, []
    for day, n in days:
        total += n
        rows.append({"day": day, "n": n, "total": total, "most": most})
    return rows


def quarantine_rows(round_: Round, names: Names) -> list[dict[str, Any]]:
    """Records kept apart, the newest first, with the rules they break in words; never an answer."""
    apart = list(
        round_.records.filter(state=AnswerRecord.State.QUARANTINED)
        .select_related("device", "decision")
        .order_by("-received_at")
    )
    decisions = {one.pk: getattr(one, "decision", None) for one in apart}
    people = people_named([*(a.received_by for a in apart), *(d.decided_by for d in decisions.values() if d)])
    ways = way_words()
    return [
        {
            "record": one,
            "sender": one.device.name if one.device else people.get(one.received_by, one.received_by),
            "way": ways.get(AnswerRecord.Way(one.way), one.way),
            "reasons": reasons_of(one, round_, names),
            "decision": (decision := decisions[one.pk]),
            "decided_by": people.get(decision.decided_by, decision.decided_by) if decision else "",
        }
        for one in apart
    ]


def way_words() -> dict[AnswerRecord.Way, str]:
    """How a record came, in words."""
    return {
        AnswerRecord.Way.PHONE: _("by phone"),
        AnswerRecord.Way.BROWSER: _("in the browser"),
        AnswerRecord.Way.PAPER: _("from paper, entered twice"),
    }


def reasons_of(one: AnswerRecord, round_: Round, names: Names) -> list[str]:
    """The rules a record kept apart breaks, in words; never an answer."""
    return [_reason(reason, round_, names) for reason in one.reasons]


def _reason(reason: dict[str, str], round_: Round, names: Names) -> str:
    column = reason["column"]
    instrument = plan_shown(round_).instruments.get(round_.instrument)
    question = called(instrument, column, names.language) if instrument is not None else ""
    rules = {
        "COL-LATE": _("came after the round was closed"),
        "COL-ANSWER-CHOICE": _("an answer outside the choices"),
        "COL-ANSWER-MISSING": _("a required answer is not there"),
        "COL-ANSWER-LOW": _("a number below what can be"),
        "COL-ANSWER-HIGH": _("a number above what can be"),
        "COL-ANSWER-UNKNOWN": _("an answer the form does not ask for"),
        "COL-ANSWER-RULE": _("an answer that breaks the rule of its question"),
        "COL-ANSWER-LONG": _("an answer that is too long"),
        "COL-ANSWER-INTEGER": _("an answer that is no whole number"),
        "COL-ANSWER-DECIMAL": _("an answer that is no number"),
        "COL-ANSWER-DATE": _("an answer that is no date"),
        "COL-ANSWER-INSTANT": _("an answer that is no date and time"),
    }
    # what was found is not kept with the reason, so that no page repeats an answer
    said = rules.get(reason["code"], reason["code"])
    return f"{said}: {question or column}" if question or column else said
