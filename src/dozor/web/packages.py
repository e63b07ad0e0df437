"""Packages arranged for reading, and a file that came on a stick between its check and its taking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from dozor.apps.organisations.models import Agency
from dozor.apps.organisations.queries import agency_rows
from dozor.apps.organisations.scope import Right, acting_for, agencies_for, may
from dozor.apps.packages import receiving, sending
from dozor.apps.packages.models import AgencyKey, Package
from dozor.apps.plans.queries import setting
from dozor.apps.submissions.models import Submission
from dozor.apps.submissions.queries import submissions
from dozor.core.findings import Finding, Refused
from dozor.core.submissions.states import State
from dozor.formats.package_file import LARGEST, SignedPackage, fingerprint, read_package
from dozor.web import uploads
from dozor.web.names import Names
from dozor.web.submissions import STATES, TONES, sees_drafts

MOST_SHOWN = 200
RECEIPT = "receipt"


def owner() -> Agency | None:
    """The agency whose instance this is; None while nobody has said so."""
    return agency_rows().get(setting(sending.OWNER, ""))


@dataclass(frozen=True)
class PackageShown:
    package: Package
    name: str
    other: str  # the agency at the other end
    state: Any
    tone: str
    has_receipt: bool


def seen(person: Any) -> list[Package]:
    """Packages a person may see, newest first: what is not handed in yet is its own agency's alone."""
    about = agencies_for(person, Right.READ_SUBMISSION)
    found: Any = Package.objects.defer("content").order_by("-id")
    if about is not None:
        found = found.filter(sender__code__in=about)
    rows = found.select_related("sender", "recipient", "version__submission__agency")[:MOST_SHOWN]
    return [p for p in rows if _is_seen(person, p)]


def find(person: Any, pk: int) -> Package | None:
    package = Package.objects.select_related("sender", "version__submission__agency").filter(pk=pk).first()
    if package is None or not may(person, Right.READ_SUBMISSION, package.sender.code):
        return None
    return package if _is_seen(person, package) else None


def _is_seen(person: Any, package: Package) -> bool:
    submission = package.version.submission
    return submission.state != State.DRAFT or sees_drafts(person, submission)


def packages_shown(found: list[Package], names: Names) -> list[PackageShown]:
    plan = {c.code: names.say(c.name) for c in names.main_plan.collections}
    rows = []
    for p in found:
        of = p.version.submission
        other = p.recipient if p.direction == Package.Direction.SENT else p.sender
        state = State(of.state)
        rows.append(
            PackageShown(
                package=p,
                name=f"{plan.get(of.collection, of.collection)}, {of.year}",
                other=names.agency_short(other.code),
                state=STATES[state],
                tone=TONES.get(state, ""),
                has_receipt=bool(p.receipt),
            )
        )
    return rows


def may_carry(person: Any, submission: Submission) -> bool:
    """Whether a package may be made of a submission: this instance's agency's own, for another agency."""
    ours = owner()
    return (
        ours is not None
        and submission.agency_id == ours.pk != submission.recipient_id
        and may(person, Right.SUBMIT, ours.code)
        and submission.latest is not None
    )


def to_carry(person: Any) -> list[Submission]:
    """Submissions whose last version has not left and is not with its recipient."""
    ours = owner()
    if ours is None:
        return []
    return [s for s in submissions(agency=[ours.code]) if may_carry(person, s) and _is_here(s)]


def _is_here(submission: Submission) -> bool:
    if submission.state == State.RETURNED:
        return True
    latest = submission.latest
    is_new = latest is not None and latest.number > submission.submitted_number
    return is_new and not Package.objects.filter(version=latest).exists()


@dataclass(frozen=True)
class KeyShown:
    key: AgencyKey
    agency: str
    digits: str


def keys_shown(names: Names) -> list[KeyShown]:
    """Whose keys this instance trusts or trusted: its own book, for everybody who works here."""
    found = AgencyKey.objects.select_related("agency")
    return [KeyShown(k, names.agency_short(k.agency.code), fingerprint(k.public_key)) for k in found]


# --- a file that came ---------------------------------------------------------------------------------


def is_receipt(package: SignedPackage) -> bool:
    return package.manifest.get("kind") == RECEIPT


def keep(file: UploadedFile, person: Any) -> uploads.Upload:
    """Keep a file that came and try it: all that taking does is done, and taken back."""
    if (file.size or 0) > LARGEST:
        raise Refused(Finding("PKG-LARGE", str(file.size), {"limit": LARGEST}, file=str(file.name)))
    upload = uploads.keep(file, by=person.login, at=timezone.now(), kind=uploads.PACKAGE)
    try:
        is_new = take(upload, person, dry_run=True)
    except Refused as refused:
        upload.findings = [uploads.plain(f) for f in refused.findings]
        upload.refused = len(upload.findings)
    except PermissionDenied:
        uploads.drop(upload)
        raise
    else:
        upload.new, upload.unchanged = int(is_new), int(not is_new)
    upload.state = uploads.CHECKED
    upload.save()
    return upload


def take(upload: uploads.Upload, person: Any, *, dry_run: bool = False) -> bool:
    """Take what came: a package, or the receipt of one; whether it was new.

    Raises
    ------
    Refused
        As the taking of packages and receipts.
    PermissionDenied
        The person may not receive from this sender, or not hand in for this instance's agency.
    """
    content = upload.path.read_bytes()
    package = read_package(content, upload.name)
    right = Right.SUBMIT if is_receipt(package) else Right.RECORD_RECEIPT
    about = sending.owner().code if is_receipt(package) else str(package.manifest.get("sender"))
    if about in agency_rows() and not may(person, right, about):
        raise PermissionDenied
    given: dict[str, Any] = {
        "name": upload.name,
        "by": person.login,
        "at": timezone.now(),
        "on_behalf_of": acting_for(person, right, about),
        "dry_run": dry_run,
    }
    if not is_receipt(package):
        return receiving.take(package, content, **given).is_new
    is_known = Package.objects.filter(
        direction=Package.Direction.SENT,
        digest=str(package.manifest.get("answers")),
        receipted_at__isnull=False,
    ).exists()
    sending.take_receipt(package, content, **given)
    return not is_known


@dataclass(frozen=True)
class CameShown:
    """What a file says of itself; nothing when it cannot be read."""

    is_receipt: bool
    sender: str
    sequence: str
    what: str
    number: str
    dated_on: date | None
    package: Package | None  # the one that was taken before


def came_shown(upload: uploads.Upload, names: Names) -> CameShown | None:
    try:
        package = read_package(upload.path.read_bytes(), upload.name)
    except (Refused, OSError):
        return None
    told = package.manifest
    of, sheet = (told.get(k) if isinstance(told.get(k), dict) else {} for k in ("submission", "sheet"))
    known = Package.objects.filter(direction=Package.Direction.RECEIVED, digest=package.digest).first()
    return CameShown(
        is_receipt=is_receipt(package),
        sender=names.agency_short(str(told.get("sender"))),
        sequence=str(told.get("sequence", "")),
        what=str(of.get("code", "")),
        number=str(sheet.get("number", "")),
        dated_on=_day(sheet.get("dated_on")),
        package=known,
    )


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None
