"""Packages arranged for reading, and a file that came on a stick between its check and its taking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from dozor.apps.collection.models import Request
from dozor.apps.organisations.models import Agency, Person
from dozor.apps.organisations.queries import agency_rows
from dozor.apps.organisations.scope import Right, acting_for, agencies_for, may
from dozor.apps.packages import owner as owning
from dozor.apps.packages.judged import DECISIONS, JUDGED, is_judged_here
from dozor.apps.packages.models import AgencyKey, Package
from dozor.apps.packages.receipts import RECEIPT, take_receipt
from dozor.apps.packages.receiving import BACK
from dozor.apps.packages.receiving import take as take_package
from dozor.apps.packages.sending_back import is_returned_here
from dozor.apps.plans.queries import setting
from dozor.apps.submissions.models import Submission
from dozor.apps.submissions.queries import submissions
from dozor.core.findings import Finding, Refused
from dozor.core.submissions.states import Act, State
from dozor.formats.package_file import LARGEST, SignedPackage, fingerprint, read_package
from dozor.language.words import PACKAGE_KINDS, SUBMISSION_ACTS, SUBMISSION_STATES
from dozor.web import uploads
from dozor.web.names import Names
from dozor.web.submissions import TONES, actor_words, sees_drafts

MOST_SHOWN = 200
Kind = Package.Kind


def owner() -> Agency | None:
    """The agency whose instance this is; None while nobody has said so."""
    return agency_rows().get(setting(owning.OWNER, ""))


@dataclass(frozen=True)
class PackageShown:
    package: Package
    name: str
    carries: Any  # which kind of package it is, where it is no submission
    other: str  # the agency at the other end
    submission: Submission | None
    state: Any  # of the submission
    tone: str
    has_receipt: bool
    by: str  # who made or took it, by name


def seen(person: Any) -> list[Package]:
    """Packages a person may see, newest first: what is not handed in yet is its own agency's alone."""
    about = agencies_for(person, Right.READ_SUBMISSION)
    found: Any = Package.objects.defer("content").order_by("-id").select_related(*_WITH)
    if about is not None:
        found = found.filter(
            Q(kind=Kind.SUBMISSION, sender__code__in=about)
            | Q(kind__in=BACK, version__submission__agency__code__in=about)
            | Q(kind=Kind.REQUEST, recipient__code__in=about)
        )
    return [p for p in found[:MOST_SHOWN] if _is_seen(person, p)]


_WITH = ("sender", "recipient", "version__submission__agency", "request")


def find(person: Any, pk: int) -> Package | None:
    package = Package.objects.select_related(*_WITH).filter(pk=pk).first()
    return package if package is not None and _is_seen(person, package) else None


def whose(package: Package) -> str:
    """Code of the agency a package is about: the one that hands in, or is asked to."""
    return (package.version.submission.agency if package.version else package.recipient).code


def _is_seen(person: Any, package: Package) -> bool:
    if not may(person, Right.READ_SUBMISSION, whose(package)):
        return False
    submission = package.version.submission if package.version else None
    return submission is None or submission.state != State.DRAFT or sees_drafts(person, submission)


def packages_shown(found: list[Package], names: Names) -> list[PackageShown]:
    plan = {c.code: names.say(c.name) for c in names.main_plan.collections}
    people = dict(Person.objects.filter(login__in={p.by for p in found}).values_list("login", "name"))
    rows = []
    for p in found:
        of = p.version.submission if p.version else None
        other = p.recipient if p.direction == Package.Direction.SENT else p.sender
        state = State(of.state) if of else None
        rows.append(
            PackageShown(
                package=p,
                name=f"{plan.get(of.collection, of.collection)}, {of.year}" if of else asked(p.request),
                carries=_(PACKAGE_KINDS[p.kind]) if p.kind != Kind.SUBMISSION else "",
                other=names.agency_short(other.code),
                submission=of,
                state=_(SUBMISSION_STATES[state]) if state else "",
                tone=TONES.get(state, "") if state else "",
                has_receipt=bool(p.receipt),
                by=actor_words(p.by, names, people),
            )
        )
    return rows


def asked(request: Request | None) -> str:
    """What a request says, in one line."""
    return f"№ {request.number}, {request.year}: {request.scope}" if request else ""


def goes_back(submission: Submission) -> str:
    """What leaves of a submission here for its agency: remarks, or a decision; empty: neither."""
    ours = owner()
    if ours is not None and is_returned_here(submission, ours):
        return Kind.SENT_BACK
    return Kind.JUDGED if ours is not None and is_judged_here(submission, ours) else ""


def may_carry(person: Any, submission: Submission) -> bool:
    """Whether a package may be made of a submission here.

    Of this instance's agency's own, for another agency; or of what it has judged of another's.
    """
    ours = owner()
    if ours is None:
        return False
    if goes_back(submission):
        return may(person, Right.CHECK_SUBMISSION, submission.agency.code)
    return (
        submission.agency_id == ours.pk != submission.recipient_id
        and may(person, Right.SUBMIT, ours.code)
        and submission.latest is not None
    )


def to_carry(person: Any) -> list[Submission]:
    """Submissions, own and judged, of which something has not left that the other side has not."""
    ours = owner()
    if ours is None:
        return []
    own = [s for s in submissions(agency=[ours.code]) if may_carry(person, s) and _is_here(s)]
    others = submissions(recipient=[ours.code], states=[State.RETURNED, *JUDGED])
    keyed = set(AgencyKey.objects.filter(distrusted_at=None).values_list("agency_id", flat=True))
    return own + [s for s in others if s.agency_id in keyed and may_carry(person, s) and _waits_to_go_back(s)]


def requests_to_carry(person: Any) -> list[Request]:
    """Requests of this instance's agency to centres with instances of their own that have not left."""
    ours = owner()
    if ours is None:
        return []
    keyed = AgencyKey.objects.filter(distrusted_at=None).values("agency_id")
    made = Request.objects.filter(sender=ours, packages=None, recipient__in=keyed).select_related("recipient")
    return [r for r in made.order_by("id") if may(person, Right.RECORD_ROUND, r.recipient.code)]


def _is_here(submission: Submission) -> bool:
    if submission.state == State.RETURNED:
        return True
    left = Package.objects.filter(version__submission=submission, kind=Kind.SUBMISSION, direction="sent")
    latest, last = submission.latest, left.order_by("id").last()
    if latest is None or last is None or submission.state == State.DRAFT:
        return latest is not None and not left.filter(version=latest).exists()
    if latest.number > submission.submitted_number:
        return not left.filter(version=latest).exists()
    steps = submission.events.filter(act__in=(Act.SUBMIT, Act.ANSWER, Act.CORRECT))
    step = steps.order_by("id").last()
    # handed over by its own step since; a receipt's step is of the receipt's instant
    return step is not None and step.at > last.at and step.at != last.receipted_at


def _waits_to_go_back(submission: Submission) -> bool:
    of = Package.objects.filter(version__submission=submission).order_by("id")
    if submission.state in JUDGED and not of.filter(kind=Kind.SUBMISSION, direction="received").exists():
        return False  # what came another way is answered that way
    step = submission.events.filter(act__in=(Act.SEND_BACK, *DECISIONS)).order_by("id").last()
    last = of.filter(kind__in=BACK, direction="sent").last()
    return step is not None and (last is None or last.at < step.at)


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
    # a submission is received from others; all else changes what this instance's agency has or owes
    is_received = package.manifest.get("kind") == Kind.SUBMISSION
    right = Right.RECORD_RECEIPT if is_received else Right.SUBMIT
    about = str(package.manifest.get("sender")) if is_received else owning.owner().code
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
        return take_package(package, content, **given).is_new
    is_known = Package.objects.filter(
        direction=Package.Direction.SENT,
        digest=str(package.manifest.get("answers")),
        receipted_at__isnull=False,
    ).exists()
    take_receipt(package, content, **given)
    return not is_known


@dataclass(frozen=True)
class CameShown:
    """What a file says of itself; nothing when it cannot be read."""

    is_receipt: bool
    carries: Any
    is_request: bool
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
    of, sheet, asks = (
        part if isinstance(part := told.get(k), dict) else {} for k in ("submission", "sheet", "request")
    )
    kind = str(told.get("kind"))
    known = Package.objects.filter(direction=Package.Direction.RECEIVED, digest=package.digest).first()
    return CameShown(
        is_receipt=is_receipt(package),
        carries=_carries(kind, of),
        is_request=bool(asks),
        sender=names.agency_short(str(told.get("sender"))),
        sequence=str(told.get("sequence", "")),
        what=str(of.get("code", "") or asks.get("scope", "")),
        number=str(sheet.get("number", "") or asks.get("number", "")),
        dated_on=_day(sheet.get("dated_on") or asks.get("dated_on")),
        package=known,
    )


def _carries(kind: str, of: Mapping[str, Any]) -> str:
    """Which kind of package it is, where it is no submission; of a decision, what it says."""
    if kind not in Kind.values or kind == Kind.SUBMISSION:
        return ""
    steps = of.get("steps") if kind == Kind.JUDGED else None
    last = steps[-1] if isinstance(steps, list) and steps else None
    act = last.get("act") if isinstance(last, dict) else None
    said = _(SUBMISSION_ACTS[act]) if act in set(DECISIONS) else ""
    carried = _(PACKAGE_KINDS[kind])
    return f"{carried}: {said}" if said else carried


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None
