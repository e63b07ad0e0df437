"""A doubt arranged for reading: where it is, what was found and expected, how it was answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.apps.organisations.scope import Right, agencies_for, may
from dozor.apps.quality.models import DoubtEvent, RaisedDoubt
from dozor.apps.quality.queries import doubts, in_order
from dozor.apps.submissions.models import Submission
from dozor.core.findings import Finding
from dozor.core.quality.doubt import Grade
from dozor.core.quality.standing import ANSWERED, DoubtAct, DoubtState
from dozor.core.quality.titles import TITLES
from dozor.language import gettext as in_language
from dozor.language import say
from dozor.language.words import DOUBT_STATES
from dozor.web.names import Names
from dozor.web.submissions import column_words, number_text

TONES = {DoubtState.CONFIRMED: "kept", DoubtState.EXPLAINED: "kept", DoubtState.CORRECTED: "kept"}
GRADES = {
    Grade.CONTRADICTION: gettext_lazy("the figures cannot all be right"),
    Grade.UNLIKELY: gettext_lazy("right only with a reason"),
    Grade.NOTICE: gettext_lazy("to be noticed"),
}
ACTS = {
    DoubtAct.RAISE: gettext_lazy("found by a check"),
    DoubtAct.RAISE_AGAIN: gettext_lazy("found again by a check"),
    DoubtAct.CORRECT: gettext_lazy("a check no longer finds it"),
    DoubtAct.CONFIRM: gettext_lazy("confirmed"),
    DoubtAct.EXPLAIN: gettext_lazy("explained"),
}
_NUMBERS = (
    *("sum", "difference", "computed", "denominator", "middle", "expected_value", "other_value"),
    *("score", "times", "ratio", "usual", "around", "lowest", "highest", "limit", "factor", "recounted"),
)


@dataclass(frozen=True)
class DoubtShown:
    """One doubt as a person reads it."""

    doubt: RaisedDoubt
    where: str
    message: str
    state: str
    tone: str
    rule: str
    answer: str  # the last explanation or confirmation
    answered_by: str
    became: str
    may_answer: bool

    @property
    def is_open(self) -> bool:
        return self.doubt.state == DoubtState.OPEN


def may_read(person: Any, doubt: RaisedDoubt) -> bool:
    """Whether a person may read a doubt in words: what answers show only those who may read answers."""
    about = doubt.agency.code
    if not may(person, Right.READ_FINDINGS, about) or not _is_handed_in(person, doubt):
        return False
    return not doubt.is_of_answers or may(person, Right.READ_ANSWERS, about)


def _is_handed_in(person: Any, doubt: RaisedDoubt) -> bool:
    """Whether a doubt rests on what was handed in; what is being prepared is its own agency's alone."""
    one = doubt.submission
    if one is None or may(person, Right.PREPARE_SUBMISSION, doubt.agency.code):
        return True
    return 0 < doubt.number <= one.submitted_number


def handed_in(found: Any, person: Any) -> Any:
    """Of a query of doubts those about what was handed in, and all of the person's own agency."""
    own = agencies_for(person, Right.PREPARE_SUBMISSION)
    if own is None:
        return found
    is_sent = Q(submission__isnull=True) | Q(number__gt=0, number__lte=F("submission__submitted_number"))
    return found.filter(is_sent | Q(agency__code__in=own))


def may_answer(person: Any, doubt: RaisedDoubt) -> bool:
    return doubt.state != DoubtState.CORRECTED and may(person, Right.ANSWER_FINDINGS, doubt.agency.code)


def shown(found: Iterable[RaisedDoubt], names: Names, person: Any) -> list[DoubtShown]:
    """Doubts this person may read, open ones first, with their last answers."""
    held = [d for d in in_order(list(found)) if may_read(person, d)]
    last: dict[int, DoubtEvent] = {}
    for event in DoubtEvent.objects.filter(doubt__in=[d.pk for d in held]).order_by("id"):
        last[event.doubt_id] = event
    return [_shown(d, last.get(d.pk), names, person) for d in held]


def _shown(doubt: RaisedDoubt, last: DoubtEvent | None, names: Names, person: Any) -> DoubtShown:
    said = say(finding_of(doubt, names), names.language)
    is_answered = last is not None and DoubtState(doubt.state) in ANSWERED
    is_corrected = last is not None and doubt.state == DoubtState.CORRECTED
    return DoubtShown(
        doubt=doubt,
        where=where_of(doubt, names),
        message=said.message,
        state=_(DOUBT_STATES[doubt.state]),
        tone=TONES.get(DoubtState(doubt.state), "late" if doubt.is_severe else "soon"),
        rule=rule_title(doubt.rule, names.language),
        answer=last.text if last and is_answered else "",
        answered_by=person_name(last.by) if last and is_answered else "",
        became=number_text(last.became, names.language) if last and is_corrected else "",
        may_answer=may_answer(person, doubt),
    )


def person_name(login: str) -> str:
    from dozor.apps.organisations.models import Person

    found = Person.objects.filter(login=login).values_list("name", flat=True).first()
    return found or (str(_("by itself")) if login == "system" else login)


def rule_title(rule: str, language: str) -> str:
    """A rule's number and what it asks."""
    return f"{rule}: {in_language(TITLES.get(rule, rule), language)}"


def finding_of(doubt: RaisedDoubt, names: Names) -> Finding:
    """The message with names for codes and numbers as the reader writes them."""
    values = dict(doubt.values)
    if "agency" in values:
        values["agency"] = names.agency_short(str(values["agency"]))
    if doubt.code == "QLT-D19":
        values["area"] = names.area(str(values.get("area", "")))
    if doubt.code == "QLT-D18-AREA":
        values["other"] = names.area(str(values.get("other", "")))
    elif doubt.rule in ("D10", "D12", "D13"):
        code, _bracket, rest = str(values.get("other", "")).partition(" (")
        values["other"] = names.title(code) if code and names.indicator(code) else code + rest
    if doubt.code == "QLT-D16":
        values["of"] = names.agency_short(str(values.get("of", "")))
    for name in _NUMBERS:
        if name in values:
            values[name] = number_text(str(values[name]), names.language)
    column = column_words(doubt.column) or None
    return Finding(doubt.code, found=number_text(doubt.found, names.language), values=values, column=column)


def where_of(doubt: RaisedDoubt, names: Names) -> str:
    """The cell a doubt is about; empty where it is about no cell."""
    cell = doubt.cell
    if cell is not None:
        of = names.indicator(cell.indicator)
        # an indicator of one population says it in its title
        is_said = cell.population in ("", "general") or (of is not None and len(of.populations) == 1)
        parts = [
            f"{cell.indicator} {names.title(cell.indicator)}" if of else cell.indicator,
            "" if is_said else names.population_short(cell.population),
            names.sex(cell.sex) if cell.sex not in ("", "all") else "",
            names.age(cell.age) if cell.age not in ("", "all") else "",
            names.area(cell.area),
            str(cell.year),
        ]
        return ", ".join(p for p in parts if p)
    return ""  # the message itself names the interviewer, the site, the agency


def of_rows(one: Submission, names: Names, person: Any) -> dict[tuple[str, ...], list[DoubtShown]]:
    """A submission's doubts by what their row speaks of: indicator, population, sex, age, area."""
    found: dict[tuple[str, ...], list[DoubtShown]] = {}
    for told in shown(one.doubts.select_related("agency", "submission", "round"), names, person):
        d = told.doubt
        found.setdefault((d.indicator, d.population, d.sex, d.age, d.area), []).append(told)
    return found


def doubts_of_values(indicator: str, names: Names, person: Any) -> list[DoubtShown]:
    """Doubts about an indicator's values that stand in the bank, for those who may read findings."""
    if not may(person, Right.READ_FINDINGS):
        return []
    found = doubts(indicator=indicator).exclude(state=DoubtState.CORRECTED)
    stands = Q(about=RaisedDoubt.About.BANK) | Q(submission__accepted_number__gt=0)
    return shown(found.filter(stands), names, person)


def steps_of(doubt: RaisedDoubt, names: Names) -> list[dict[str, Any]]:
    """What happened to a doubt, the last first."""
    return [
        {
            "when": e.at,
            "what": ACTS[DoubtAct(e.act)],
            "who": person_name(e.by),
            "found": number_text(e.found, names.language),
            "became": number_text(e.became, names.language),
            "text": e.text,
        }
        for e in doubt.events.order_by("-id")
    ]
