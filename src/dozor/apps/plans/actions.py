"""Loads plans and records decisions about the instance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from dozor.apps.audit.actions import record
from dozor.apps.plans.models import PlanVersion, Setting
from dozor.core.estimation.series import check_series
from dozor.core.plan.reading import read_plan
from dozor.formats.plan_folder import digest


@transaction.atomic
def load_plan(files: Mapping[str, str], *, by: str, at: datetime) -> PlanVersion:
    """Validate a plan's text and keep it, word for word; the same text twice is loaded once.

    Raises `Refused` with every fault of the text, and of the chain from its series to their questions.
    """
    plan = read_plan(files)
    sha256 = digest(files)
    if held := PlanVersion.objects.filter(digest=sha256).first():
        return held
    check_series(plan)
    version = plan.version
    same = PlanVersion.objects.filter(code=plan.code, version__startswith=version).count()
    row = PlanVersion.objects.create(
        code=plan.code,
        # an edited text under an old version name is a version of its own: the bank keeps both
        version=version if not same else f"{version}+{same}",
        files=dict(files),
        digest=sha256,
        in_force_from=plan.in_force_from,
        in_force_to=plan.in_force_to,
        loaded_at=at,
    )
    record(action="plan loaded", by=by, at=at, subject=f"{row.code} {row.version}", rows=[row])
    return row


@transaction.atomic
def decide(*, name: str, value: Any, reason: str, by: str, at: datetime) -> Setting:
    """Record a decision about the instance; the last one of a name is in force."""
    row = Setting.objects.create(name=name, value=value, reason=reason, recorded_at=at)
    record(
        action="setting recorded",
        by=by,
        at=at,
        subject=name,
        details={"value": value, "reason": reason},
        rows=[row],
    )
    return row
