"""Creates, approves and publishes releases; each act with its event in the journal."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime

import numpy as np
from django.db import transaction
from django.utils import timezone

import dozor
from dozor.apps.audit.actions import record
from dozor.apps.bank import queries as bank
from dozor.apps.collection.queries import duties
from dozor.apps.organisations import queries as organisations
from dozor.apps.plans import queries as plan_queries
from dozor.apps.plans.models import PlanVersion
from dozor.apps.quality.reviewing import desk_review
from dozor.apps.releases import content as files
from dozor.apps.releases.cells import as_shown, cells_of, structure_of
from dozor.apps.releases.models import APPROVERS, Release, ReleaseStep
from dozor.apps.releases.queries import earlier_editions, editions_read, published
from dozor.apps.submissions.models import SubmissionEvent
from dozor.apps.submissions.queries import handed_in
from dozor.core.disclosure import (
    Audience,
    Audit,
    Protection,
    Structure,
    audit_statuses,
    protect,
    verify_certificate,
)
from dozor.core.findings import Finding, Refused
from dozor.core.observations.observation import Observation
from dozor.core.plan import Plan
from dozor.core.yaml_text.blocks import short_list
from dozor.formats.plan_folder import load_audiences

Progress = Callable[[str], None]
_SEED = 123


def audience_of(code: str) -> Audience:
    """An audience of the text; raises ``REL-AUDIENCE``."""
    audiences = load_audiences()
    try:
        return audiences.audience(code)
    except KeyError:
        known = ", ".join(a.code for a in audiences)
        raise Refused(Finding("REL-AUDIENCE", found=code, values={"known": known})) from None


def create_release(
    *,
    year: int,
    audience: str,
    by: str,
    at: datetime,
    note: str = "",
    progress: Progress = lambda _: None,
) -> Release:
    """Freeze what the bank knows up to a year, protected for an audience and attacked by our own auditor.

    “Up to a year” is by `Period.reporting_year`: the state on the next 1 January is how the year ended. A
    release that the auditor can open is kept as refused, with the list of culprits in its edition, and can
    never be published; repair is tried first.

    Raises
    ------
    Refused
        ``REL-AUDIENCE``; ``INST-YEAR``: the plan asks for nothing in that year; ``REL-EMPTY``;
        ``REL-NOTE``: a correction says what changed and why.
    """
    of = audience_of(audience)
    version = Release.objects.filter(year=year, audience=audience).count() + 1
    if version > 1 and not note.strip():
        raise Refused(Finding("REL-NOTE", found=str(version)))
    plan = plan_queries.main_plan(date(year, 7, 1))
    obligations = duties(year=year, as_of=timezone.localdate(at), plan=plan)
    if not obligations:
        raise Refused(Finding("INST-YEAR", found=str(year)))
    plans = plan_queries.plans()
    found = [o for o in bank.observations() if o.period.reporting_year <= year]
    if not found:
        raise Refused(Finding("REL-EMPTY", found=str(year)))
    known = already_published(found)
    progress("protecting")
    started = time.perf_counter()
    protection = _protected(found, known, plans, of, at)
    seconds = time.perf_counter() - started
    progress("writing")
    code = f"{year}-{audience}-{version}"
    shown = {p.cell.id: p for p in protection.cells}
    content = files.Content(
        code=code,
        year=year,
        audience=audience,
        version=version,
        made_on=timezone.localdate(at),
        note=note.strip(),
        software_version=dozor.__version__,
        plans=tuple(_digest(p) for p in plans),
        areas=organisations.areas(),
        agencies=organisations.agencies(),
        observations=tuple(as_shown(o, shown.get(str(o.id))) for o in found),
        already_published=known,
        obligations=tuple(obligations),
        handed_in=tuple(handed_in(year=year, until=timezone.localdate(at))),
        review=desk_review(year=year, today=timezone.localdate(at), is_public=True),
    )
    release = Release(
        code=code,
        year=year,
        audience=audience,
        version=version,
        note=note.strip(),
        plan=plan.code,
        plan_version=plan.version,
        software_version=dozor.__version__,
        seed=_SEED,
        cells=len(protection.cells),
        hidden=sum(p.status.is_hidden for p in protection.cells),
        unproven=0 if protection.is_safe else len(protection.audit.culprits) or 1,
        audit_seconds=seconds,
        content_checksum=files.write(code, files.CONTENT, content),
        edition_checksum=files.write(
            code, files.EDITION, replace(protection.edition(code), salt=secrets.token_hex(32))
        ),
        certificate_checksum=files.write(
            code, files.CERTIFICATE, replace(protection.certificate, salt=secrets.token_hex(32))
        )
        if protection.certificate is not None
        else "",
        created_at=at,
        created_by=by,
    )
    with transaction.atomic():
        release.save(force_insert=True)
        details = {"cells": release.cells, "hidden": release.hidden, "safe": release.is_safe}
        record(action="release created", by=by, at=at, subject=code, details=details, rows=[release])
    return release


def already_published(observations: list[Observation]) -> frozenset[int]:
    """Ids of values their source has published: all that did not come by a submission.

    An operator loads published tables (`dozor values import`); what agencies hand in is not published yet.
    """
    handed_in = set(
        SubmissionEvent.objects.filter(values_import__isnull=False).values_list("values_import_id", flat=True)
    )
    ours = bank.ids_of_imports(handed_in)
    return frozenset(o.id for o in observations if o.id not in ours)


def _protected(
    found: list[Observation], known: frozenset[int], plans: list[Plan], of: Audience, at: datetime
) -> Protection:
    return protect(
        cells_of(found, plans, known, organisations.areas().country.code),
        audience=of,
        structure=structure_of(plans, organisations.areas(), timezone.localdate(at)),
        earlier=earlier_editions(of),
        rng=np.random.default_rng(_SEED),
    )


def audit_release(release: Release) -> tuple[Finding, ...]:
    """Attack a release again, with everything published before it; no finding means it holds."""
    return _attacked(release, [r for r in published() if r.pk < release.pk]).findings()


def _attacked(release: Release, beside: Iterable[Release]) -> Audit:
    """Attack a release's edition, its readers having those of other releases that they read in hand."""
    edition = files.read_edition(release.code, release.edition_checksum)
    again = audit_statuses(
        edition.cells,
        edition.statuses,
        audience=edition.audience,
        structure=_structure(release),
        earlier=editions_read(edition.audience, beside),
        rng=np.random.default_rng(release.seed),
    )
    return again.audit


def verify_release(release: Release) -> tuple[Finding, ...]:
    """Check a release's certificate without a solver; no finding is a proof that it holds."""
    if not release.certificate_checksum:
        return (Finding("REL-REFUSED", found=release.code, values={"unproven": release.unproven}),)
    edition = files.read_edition(release.code, release.edition_checksum)
    return verify_certificate(
        files.read_certificate(release.code, release.certificate_checksum),
        edition.cells,
        edition.statuses,
        audience=edition.audience,
        structure=_structure(release),
        earlier=earlier_editions(edition.audience, before=release),
    )


def _opened_elsewhere(release: Release) -> tuple[Finding, ...]:
    """Hidden numbers of published releases for narrower audiences that this wider one would give away.

    Legal entities read the public's releases as well. Those published before theirs its audit knew; one that
    comes after has to be held against it.
    """
    found = []
    for audience in load_audiences():
        if release.audience not in audience.reads or audience.code == release.audience:
            continue
        for other in published(audience=audience.code):
            beside = [r for r in (*published(), release) if r.pk != other.pk]
            audit = _attacked(other, beside)
            if not audit.is_safe:
                names = short_list(tuple(one.name for one in audit.culprits))
                values = {"other": other.code, "quantities": names}
                found.append(Finding("REL-OTHERS", found=release.code, values=values))
    return tuple(found)


def _structure(release: Release) -> Structure:
    content = files.read_content(release.code, release.content_checksum)
    plans = [plan_queries.plan_by_digest(digest) for digest in content.plans]
    return structure_of(plans, content.areas, content.made_on)


def approve_release(release: Release, *, person: str, by: str, at: datetime) -> ReleaseStep:
    """Record one person's approval; two people who did not create the release are asked for."""
    _check_open(release)
    if person == release.created_by:
        raise Refused(Finding("REL-OWN", found=release.code, values={"person": person}))
    with transaction.atomic():
        approved = set(release.steps.filter(act=ReleaseStep.Act.APPROVED).values_list("person", flat=True))
        if person in approved:
            raise Refused(Finding("REL-TWICE", found=person, values={"release": release.code}))
        step = ReleaseStep.objects.create(
            release=release, act=ReleaseStep.Act.APPROVED, person=person, at=at, by=by
        )
        record(action="release approved", by=by, at=at, subject=release.code, rows=[step])
    return step


def publish_release(release: Release, *, person: str, by: str, at: datetime) -> ReleaseStep:
    """Publish a release that two people approved and whose certificate still holds.

    Raises
    ------
    Refused
        ``REL-REFUSED``, ``REL-PUBLISHED``, ``REL-APPROVALS``; ``REL-STALE``: another was published since,
        which this one's audit did not know; ``REL-OTHERS``: readers of another audience's release would learn
        from this one what was hidden from them; ``DIS-…``: the certificate does not hold.
    """
    _check_open(release)
    approvals = release.steps.filter(act=ReleaseStep.Act.APPROVED).count()
    if approvals < APPROVERS:
        raise Refused(
            Finding(
                "REL-APPROVALS", found=str(approvals), values={"release": release.code, "needed": APPROVERS}
            )
        )
    since = ReleaseStep.objects.filter(act=ReleaseStep.Act.PUBLISHED, at__gt=release.created_at)
    if newer := since.select_related("release").first():
        raise Refused(Finding("REL-STALE", found=release.code, values={"other": newer.release.code}))
    if findings := (verify_release(release) or _opened_elsewhere(release)):
        raise Refused(findings)
    with transaction.atomic():
        step = ReleaseStep.objects.create(
            release=release, act=ReleaseStep.Act.PUBLISHED, person=person, at=at, by=by
        )
        record(action="release published", by=by, at=at, subject=release.code, rows=[step])
    return step


def _check_open(release: Release) -> None:
    if not release.is_safe:
        raise Refused(Finding("REL-REFUSED", found=release.code, values={"unproven": release.unproven}))
    if release.state == "published":
        raise Refused(Finding("REL-PUBLISHED", found=release.code))


def _digest(plan: Plan) -> str:
    row = PlanVersion.objects.filter(code=plan.code, version=plan.version).order_by("id").last()
    if row is None:
        raise LookupError(plan.code)
    return str(row.digest)
