"""Checks an agency's reports of a year: did they come, whole, in time, to stay (D1–D4, D14, D15, D17)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from dozor.apps.collection.queries import duties
from dozor.apps.organisations.models import Agency
from dozor.apps.plans.queries import main_plan
from dozor.apps.quality.keeping import About, Kept, Subject, basis_of, is_known, keep
from dozor.apps.quality.models import SiteRecount
from dozor.apps.submissions.models import Submission
from dozor.apps.submissions.queries import errand
from dozor.core.calendar.obligation import MET, Obligation, Status
from dozor.core.findings import Refused
from dozor.core.observations.observation import Missing
from dozor.core.plan import Plan
from dozor.core.quality.doubt import Doubt
from dozor.core.quality.reporting import Expected, check_even, check_late_changes, check_rate
from dozor.core.quality.thresholds import read_rules
from dozor.core.quality.verification import Recount, check_recounts
from dozor.core.submissions.changes import changes
from dozor.core.submissions.states import Act

_YEARS = 3  # over which the share of reports is looked at


@dataclass(frozen=True)
class Reporting:
    """What an agency owed in a year and what became of it.

    Parameters
    ----------
    reports
        Duties that were due by now, those received, those received in time.
    values
        Series asked for in the submissions handed in, those with a value (or a confirmed nil); what was said
        to be not applicable is not expected.
    standing
        Values accepted at first, and how many of them were changed afterwards.
    """

    reports: Expected
    values: Expected
    standing: Expected


def check_agency(agency: Agency, year: int, *, at: datetime) -> Kept:
    """Check an agency's reports of a year as of an instant."""
    plan = main_plan()
    today = timezone.localdate(at)
    subject = Subject(f"agency {agency.code} {year}", About.AGENCY, agency, plan.code, year)
    doubts = doubts_of_agency(agency, year, today, plan)
    said = [(d.finding.code, d.finding.found, dict(d.finding.values)) for d in doubts]
    basis = basis_of(said, plan.version, plan.quality)
    if is_known(subject, basis):
        return Kept(is_new=False)
    return keep(subject, doubts, basis=basis, at=at)


def doubts_of_agency(agency: Agency, year: int, today: date, plan: Plan) -> list[Doubt]:
    rules = read_rules(plan.quality)
    now = reporting(agency, year, today, plan)
    years = [reports_of(agency, y, today) for y in range(year - _YEARS + 1, year)]
    found = [
        *check_rate("D1", [now.reports], rules.reports),
        *check_rate("D2", [now.values], rules.values),
        *check_rate("D3", [now.reports], rules.timeliness),
        *(
            d
            for d in check_even([*years, now.reports], points=rules.completeness_falls_by)
            if d.finding.values["year"] == year
        ),
        *check_late_changes([now.standing], share=rules.late_changes),
        *check_recounts(recounts(agency, year), good=rules.recount[:2], documents=rules.recount[2]),
    ]
    return [d for d in found if d.rule not in rules.switched_off]


def reporting(agency: Agency, year: int, today: date, plan: Plan) -> Reporting:
    held = list(Submission.objects.filter(agency=agency, year=year, submitted_number__gt=0))
    return Reporting(
        reports_of(agency, year, today),
        _values(agency, year, held, plan),
        _standing(agency, year, held),
    )


def reports_of(agency: Agency, year: int, today: date) -> Expected:
    """Duties that were due by a day; a round not held or put off is expected of nobody."""
    try:
        owed = duties(year=year, as_of=today, agency={agency.code})
    except LookupError:  # no plan was in force
        return Expected(agency.code, year, 0, 0)
    return expected_of(agency.code, year, owed, today)


def expected_of(code: str, year: int, owed: Iterable[Obligation], today: date) -> Expected:
    statuses = [o.status for o in owed if o.status in MET or _is_past(o, today)]
    return Expected(
        code,
        year,
        expected=len(statuses),
        received=sum(s in MET for s in statuses),
        on_time=statuses.count(Status.RECEIVED),
    )


def _is_past(duty: Obligation, today: date) -> bool:
    return duty.status is Status.OVERDUE and duty.due_on is not None and duty.due_on < today


def values_of(agency: Agency, year: int, plan: Plan) -> Expected:
    """Series asked for in what an agency handed in for a year, and those with a value."""
    held = Submission.objects.filter(agency=agency, year=year, submitted_number__gt=0)
    return _values(agency, year, held, plan)


def _values(agency: Agency, year: int, held: Iterable[Submission], plan: Plan) -> Expected:
    expected = received = 0
    for one in held:
        version = one.submitted
        if version is None:
            continue
        asked = set(_series_asked(agency, one, plan))
        given = {(r.indicator, r.population): r for r in version.content}
        for name in asked | given.keys():
            row = given.get(name)
            if row is not None and row.missing == Missing.NOT_APPLICABLE:
                continue
            expected += 1
            received += row is not None and bool(row.value)
    return Expected(agency.code, year, expected, received)


def _series_asked(agency: Agency, one: Submission, plan: Plan) -> Iterator[tuple[str, str]]:
    """The series a submission is asked for, by indicator and population."""
    try:
        asked = errand(agency, one.collection, one.year, plan).asked.indicators
    except Refused:
        return
    populations = next(c.populations for c in plan.collections if c.code == one.collection)
    for indicator in plan.indicators:
        if indicator.code in asked:
            for population in indicator.populations:
                if population in populations:
                    yield indicator.code, population


def _standing(agency: Agency, year: int, held: Iterable[Submission]) -> Expected:
    values = changed = 0
    for one in held:
        accepted = [
            e.version
            for e in one.events.filter(act=Act.ACCEPT).select_related("version").order_by("id")
            if e.version is not None
        ]
        if not accepted:
            continue
        first, last = accepted[0], accepted[-1]
        values += len(first.content)
        differing = {c.row.name for c in changes(first.content, last.content)}
        changed += len(differing & {r.name for r in first.content})
    return Expected(agency.code, year, values, values, changed=changed)


def recounts(agency: Agency, year: int) -> list[Recount]:
    """Visits to sites of an agency in a year; of one site and indicator the last visit counts."""
    rows = SiteRecount.objects.filter(agency=agency, year=year).order_by("id")
    last = {(r.site, r.indicator): r for r in rows}
    return [recount_of(r) for r in last.values()]


def recount_of(row: SiteRecount) -> Recount:
    return Recount(
        site=f"{row.site}, {row.indicator}",
        reported=row.reported,
        recounted=row.recounted,
        weight=row.weight,
        stratum=row.stratum,
        asked=row.asked,
        found=row.documents,
    )
