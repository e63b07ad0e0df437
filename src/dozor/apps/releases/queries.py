"""Releases as they stand, and their frozen content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from dozor.apps.releases.content import Content, read_certificate, read_content, read_edition
from dozor.apps.releases.models import Release, ReleaseStep
from dozor.core.disclosure import Audience, Edition, Kind, Status
from dozor.core.findings import Finding, Refused
from dozor.publishing.report import CellTally, DisclosureStatement

PUBLIC = "public"


def release_of(code: str) -> Release:
    """A release by its code; raises ``REL-UNKNOWN``."""
    found = Release.objects.prefetch_related("steps").filter(code=code).first()
    if found is None:
        known = ", ".join(Release.objects.order_by("-id").values_list("code", flat=True)[:10])
        raise Refused(Finding("REL-UNKNOWN", found=code, values={"known": known or "—"}))
    return found


def published(*, audience: str | None = None, year: int | None = None) -> list[Release]:
    """Published releases, in the order of publication."""
    steps = ReleaseStep.objects.filter(act=ReleaseStep.Act.PUBLISHED).select_related("release").order_by("id")
    found = [step.release for step in steps]
    return [
        r for r in found if (audience is None or r.audience == audience) and (year is None or r.year == year)
    ]


def latest(*, audience: str = PUBLIC, year: int | None = None) -> Release | None:
    """The release to be shown: of the latest year asked for, its last published version."""
    found = published(audience=audience, year=year)
    return max(found, key=lambda r: (r.year, r.version), default=None)


def content(release: Release) -> Content:
    return read_content(release.code, release.content_checksum)


def earlier_editions(audience: Audience, *, before: Release | None = None) -> Sequence[Edition]:
    """Everything the audience's readers have in hand, oldest first; without what came after a release."""
    return editions_read(audience, [r for r in published() if before is None or r.pk < before.pk])


def editions_read(audience: Audience, among: Iterable[Release]) -> Sequence[Edition]:
    """What an audience's readers have in hand of some releases."""
    return [read_edition(r.code, r.edition_checksum) for r in among if r.audience in audience.reads]


def disclosure_statement(release: Release) -> DisclosureStatement:
    """What a release says of its own protection, to whomever it is given."""
    edition = read_edition(release.code, release.edition_checksum)
    counts = Counter(
        (cell.kind, "withheld" if status.is_hidden else status)
        for cell, status in zip(edition.cells, edition.statuses, strict=True)
    )
    tallies = tuple(
        CellTally(
            kind.value,
            counts[kind, Status.PUBLISHED],
            counts[kind, Status.PUBLISHED_ELSEWHERE],
            counts[kind, "withheld"],
        )
        for kind in Kind
    )
    checksum = release.certificate_checksum
    # an unsalted proof's checksum would confirm a guess
    is_salted = bool(checksum) and bool(read_certificate(release.code, checksum).salt)
    return DisclosureStatement(
        audience=edition.audience.name,
        rule=edition.audience.rule,
        strict=edition.audience.strict,
        tallies=tuple(t for t in tallies if t.shown or t.published_elsewhere or t.withheld),
        certificate=checksum if is_salted else "",
        is_safe=release.is_safe,
    )
