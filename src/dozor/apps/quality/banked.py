"""Checks the values that operators loaded into the bank; those of submissions were checked as such."""

from __future__ import annotations

from datetime import datetime

from dozor.apps.bank.models import ValuesImport
from dozor.apps.bank.queries import ids_of_imports
from dozor.apps.organisations.models import Agency
from dozor.apps.plans.queries import main_plan
from dozor.apps.quality.checking import check_among, headline
from dozor.apps.quality.keeping import About, Kept, Subject, basis_of, is_known, keep
from dozor.apps.submissions.models import SubmissionEvent
from dozor.apps.submissions.queries import national_centre
from dozor.core.plan import Plan
from dozor.core.quality.figures import reported


def subject_of(plan: Plan, year: int) -> Subject:
    """The bank as a whole: what is doubtful in it the national centre answers for."""
    centre: Agency = national_centre(plan)
    return Subject(f"bank {plan.code}", About.BANK, centre, plan.code, year)


def check_bank(*, at: datetime) -> Kept:
    """Check the monitoring plan's own series; context series are others' and are asked about by hand."""
    plan = main_plan()
    subject = subject_of(plan, at.year)
    newest = ValuesImport.objects.filter(is_simulated=False).order_by("id").last()
    basis = basis_of(newest.pk if newest else 0, plan.version, plan.quality)
    if is_known(subject, basis):
        return Kept(is_new=False)
    standing = headline(i.code for i in plan.indicators)
    accepted = ids_of_imports(
        SubmissionEvent.objects.filter(values_import__isnull=False).values_list("values_import", flat=True)
    )
    loaded = {r.cell for o in standing if o.id not in accepted for r in reported([o], plan)}
    figures = {r.cell: r for r in reported(standing, plan)}
    doubts = [d for d in check_among(figures, plan) if d.cell is None or d.cell in loaded]
    return keep(
        subject,
        doubts,
        basis=basis,
        at=at,
        now=lambda cell: figures[cell].shown if cell in figures else "",
    )
