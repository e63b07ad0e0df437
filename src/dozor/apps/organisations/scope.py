"""The one place that says what a person may do and whose rows they may see.

Rights follow from role × agency × area: a role holds each of its rights over a reach of agencies, counted
from the person's own, and an agency's rows are those of the areas it serves. Pages, files, exports,
background work and commands ask here and nowhere else.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.utils import timezone

from dozor.apps.audit.kept import kept
from dozor.apps.organisations.models import Deputy, Role
from dozor.apps.organisations.queries import agency_rows


class Right(StrEnum):
    """Things a person may be allowed to do."""

    READ_PUBLISHED = "read-published"  # releases: everyone
    READ_BANK = "read-bank"  # what the bank holds, released or not: everyone who signs in
    # duties
    READ_DUTIES = "read-duties"
    READ_BOARD = "read-board"  # who is late and with what, side by side
    RECORD_ROUND = "record-round"  # open, planned end, end of collection, requests to districts
    RECORD_RECEIPT = "record-receipt"  # paper and electronic, apart
    RECORD_DECISION = "record-decision"  # dates agreed by letter, rounds put off or not held
    REMIND = "remind"
    # collecting
    READ_ROUND = "read-round"  # its state and counts; never an answer
    FILL_FORMS = "fill-forms"  # shows the answers being filled in
    READ_ANSWERS = "read-answers"  # records of persons, those kept apart among them
    MANAGE_DEVICES = "manage-devices"  # phones and their tokens
    # handing in
    READ_SUBMISSION = "read-submission"
    PREPARE_SUBMISSION = "prepare-submission"  # a draft, an answer to a remark
    SUBMIT = "submit"
    CHECK_SUBMISSION = "check-submission"  # remarks on cells, sending back
    ACCEPT_SUBMISSION = "accept-submission"
    LOCK_SUBMISSION = "lock-submission"
    REOPEN_SUBMISSION = "reopen-submission"
    APPOINT_DEPUTY = "appoint-deputy"
    READ_FINDINGS = "read-findings"  # of quality
    ANSWER_FINDINGS = "answer-findings"  # confirm, explain, correct
    # figures
    IMPORT_VALUES = "import-values"
    MAKE_REPORT = "make-report"
    READ_RELEASES = "read-releases"  # those not yet published
    CREATE_RELEASE = "create-release"
    APPROVE_RELEASE = "approve-release"
    PUBLISH_RELEASE = "publish-release"
    # the house itself
    READ_AUDIT = "read-audit"
    MANAGE_PEOPLE = "manage-people"
    MANAGE_KEYS = "manage-keys"  # whose instance this is, whose packages are trusted


class Reach(StrEnum):
    """Over whose rows a right is held."""

    OWN = "own"  # the person's agency
    BELOW = "below"  # those that hand in to it; never itself
    CHAIN = "chain"  # both
    ALL = "all"


OWN, BELOW, CHAIN, ALL = Reach.OWN, Reach.BELOW, Reach.CHAIN, Reach.ALL

_OBLAST_SPECIALIST = {
    Right.READ_DUTIES: CHAIN,
    Right.RECORD_ROUND: CHAIN,
    Right.READ_ROUND: CHAIN,
    Right.FILL_FORMS: OWN,
    Right.READ_ANSWERS: CHAIN,
    Right.MANAGE_DEVICES: CHAIN,
    Right.READ_SUBMISSION: CHAIN,
    Right.PREPARE_SUBMISSION: OWN,
    Right.CHECK_SUBMISSION: BELOW,
    Right.READ_FINDINGS: CHAIN,
    Right.ANSWER_FINDINGS: OWN,
    Right.MAKE_REPORT: CHAIN,
}
_EXECUTOR = {
    Right.READ_DUTIES: OWN,
    Right.READ_ROUND: OWN,
    Right.FILL_FORMS: OWN,
    Right.READ_SUBMISSION: OWN,
    Right.PREPARE_SUBMISSION: OWN,
    Right.SUBMIT: OWN,
    Right.READ_FINDINGS: OWN,
    Right.ANSWER_FINDINGS: OWN,
}
_RIGHTS: dict[str, dict[Right, Reach]] = {
    Role.DISTRICT_SPECIALIST: {**_EXECUTOR, Right.READ_ANSWERS: OWN},
    Role.OBLAST_SPECIALIST: _OBLAST_SPECIALIST,
    Role.OBLAST_COORDINATOR: {
        **_OBLAST_SPECIALIST,
        Right.READ_BOARD: CHAIN,
        Right.RECORD_RECEIPT: BELOW,
        Right.REMIND: BELOW,
        Right.SUBMIT: OWN,
        Right.ACCEPT_SUBMISSION: BELOW,
        Right.LOCK_SUBMISSION: BELOW,
        Right.REOPEN_SUBMISSION: BELOW,
        Right.APPOINT_DEPUTY: CHAIN,
        Right.ANSWER_FINDINGS: CHAIN,
    },
    # a ministry hands in and never reads records of persons, its own respondents' among them
    Role.MINISTRY_FOCAL_POINT: {**_EXECUTOR, Right.APPOINT_DEPUTY: OWN},
    # sees what was submitted to the republican centre; answers, districts' submissions stay in the oblast
    Role.NATIONAL_ANALYST: {
        Right.READ_DUTIES: ALL,
        Right.READ_BOARD: ALL,
        Right.RECORD_ROUND: ALL,
        Right.RECORD_RECEIPT: ALL,
        Right.RECORD_DECISION: ALL,
        Right.REMIND: ALL,
        Right.READ_ROUND: ALL,
        Right.FILL_FORMS: OWN,
        Right.READ_ANSWERS: OWN,
        Right.MANAGE_DEVICES: OWN,
        Right.READ_SUBMISSION: CHAIN,
        Right.PREPARE_SUBMISSION: OWN,
        Right.SUBMIT: OWN,
        Right.CHECK_SUBMISSION: BELOW,
        Right.ACCEPT_SUBMISSION: BELOW,
        Right.READ_FINDINGS: CHAIN,
        Right.ANSWER_FINDINGS: OWN,
        Right.IMPORT_VALUES: ALL,
        Right.MAKE_REPORT: ALL,
        Right.READ_RELEASES: ALL,
        Right.CREATE_RELEASE: ALL,
    },
    Role.NATIONAL_APPROVER: {
        Right.READ_DUTIES: ALL,
        Right.READ_BOARD: ALL,
        Right.READ_ROUND: ALL,
        Right.READ_SUBMISSION: CHAIN,
        Right.ACCEPT_SUBMISSION: CHAIN,  # the republican centre's own rows too, by another person
        Right.LOCK_SUBMISSION: CHAIN,
        Right.REOPEN_SUBMISSION: CHAIN,
        Right.APPOINT_DEPUTY: OWN,
        Right.READ_FINDINGS: CHAIN,
        Right.MAKE_REPORT: ALL,
        Right.READ_RELEASES: ALL,
        Right.APPROVE_RELEASE: ALL,
        Right.PUBLISH_RELEASE: ALL,
    },
    Role.MINISTRY_READER: {Right.READ_DUTIES: ALL, Right.READ_BOARD: ALL, Right.MAKE_REPORT: ALL},
    Role.AUDITOR: {
        Right.READ_DUTIES: ALL,
        Right.READ_BOARD: ALL,
        Right.READ_ROUND: ALL,
        Right.READ_SUBMISSION: ALL,
        Right.READ_FINDINGS: ALL,
        Right.READ_RELEASES: ALL,
        Right.READ_AUDIT: ALL,
    },
    # everything but what shows a person's answers
    Role.ADMINISTRATOR: dict.fromkeys(frozenset(Right) - {Right.READ_ANSWERS, Right.FILL_FORMS}, ALL),
}
_EVERYONE = frozenset({Right.READ_PUBLISHED})
_SIGNED_IN = {Right.READ_BANK: ALL}
# agencies without a parent, the ministries among them, hand in to the republican centre (para 12)
_NATIONAL = frozenset({Role.NATIONAL_ANALYST, Role.NATIONAL_APPROVER})
# records of persons, approval, administration: a password alone does not open these
_GUARDED = frozenset(
    {
        Right.READ_ANSWERS,
        Right.FILL_FORMS,
        Right.CHECK_SUBMISSION,
        Right.ACCEPT_SUBMISSION,
        Right.LOCK_SUBMISSION,
        Right.REOPEN_SUBMISSION,
        Right.APPROVE_RELEASE,
        Right.PUBLISH_RELEASE,
        Right.READ_AUDIT,
        Right.MANAGE_PEOPLE,
        Right.MANAGE_KEYS,
    }
)


# what a deputy may do in the other's place; never their answers, nor what is theirs alone
_DEPUTISED = frozenset(
    {
        Right.READ_DUTIES,
        Right.READ_SUBMISSION,
        Right.PREPARE_SUBMISSION,
        Right.SUBMIT,
        Right.CHECK_SUBMISSION,
        Right.ACCEPT_SUBMISSION,
        Right.LOCK_SUBMISSION,
        Right.REOPEN_SUBMISSION,
        Right.RECORD_RECEIPT,
        Right.REMIND,
    }
)


def may(person: Any, right: Right, agency: str | None = None) -> bool:
    """Whether a person may do something, about an agency's rows when one is named.

    Parameters
    ----------
    person
        A `Person`, or Django's anonymous visitor.
    agency
        Code of the agency concerned; None asks about the right as such.
    """
    if right in _EVERYONE:
        return True
    return any(_may_alone(one, right, agency) for one in (person, *_stood_for(person, right)))


def acting_for(person: Any, right: Right, agency: str) -> str:
    """In whose place a person does something: "" in their own, else the login of the one they stand for."""
    if _may_alone(person, right, agency):
        return ""
    found = (p.login for p in _stood_for(person, right) if _may_alone(p, right, agency))
    return str(next(found, ""))


def _may_alone(person: Any, right: Right, agency: str | None) -> bool:
    if right not in _rights_of(person):
        return False
    if agency is None:
        return True
    about = _own_reach(person, right)
    return about is None or agency in about


def _stood_for(person: Any, right: Right) -> tuple[Any, ...]:
    """Colleagues a person stands in for today by an order, where the right is one a deputy takes over."""
    if right not in _DEPUTISED or not _rights_of(person) or person.pk is None:
        return ()
    if not needs_second_factor(person.role):
        return ()  # came in with a password alone: what the other does needs more
    if not hasattr(person, "_stood_for"):  # asked often while one page is made
        if person.pk not in kept(("deputies",), (Deputy,), _deputies):
            person._stood_for = ()
            return ()
        today = timezone.localdate()
        held = Deputy.objects.filter(
            person=person, ended_at__isnull=True, valid_from__lte=today, valid_to__gte=today
        )
        person._stood_for = tuple(d.stands_in_for for d in held.select_related("stands_in_for__agency"))
    return person._stood_for  # type: ignore[no-any-return]


def _deputies() -> frozenset[int]:
    """Keys of whoever was ever appointed anybody's deputy: most people never are."""
    return frozenset(Deputy.objects.values_list("person_id", flat=True))


def agencies_for(person: Any, right: Right) -> frozenset[str] | None:
    """Codes of the agencies about whose rows a person has a right; None means all of them."""
    if right in _EVERYONE:
        return None
    found: set[str] = set()
    for one in (person, *_stood_for(person, right)):
        about = _own_reach(one, right)
        if about is None:
            return None
        found |= about
    return frozenset(found)


def _own_reach(person: Any, right: Right) -> frozenset[str] | None:
    reach = _rights_of(person).get(right)
    if reach is Reach.ALL:
        return None
    if reach is None or person.agency is None:
        return frozenset()
    own = person.agency.code
    found = {own} if reach in (Reach.OWN, Reach.CHAIN) else set()
    if reach in (Reach.BELOW, Reach.CHAIN):
        parents = ("", own) if person.role in _NATIONAL else (own,)
        found |= _below(person, parents) - {own}
    return frozenset(found)


def _below(person: Any, parents: tuple[str, ...]) -> frozenset[str]:
    """Agencies that hand in to these; looked up once for a person, who is asked about often on one page."""
    known: dict[tuple[str, ...], frozenset[str]] = person.__dict__.setdefault("_agencies_below", {})
    if parents not in known:
        known[parents] = frozenset(code for code, a in agency_rows().items() if a.parent in parents)
    return known[parents]


def visible_agencies(person: Any) -> frozenset[str] | None:
    """Codes of the agencies whose duties a person may see; None means all of them."""
    return agencies_for(person, Right.READ_DUTIES)


def needs_second_factor(role: str) -> bool:
    """Whether a role's rights are such that a password alone must not open them."""
    return not _GUARDED.isdisjoint(_RIGHTS.get(role, {}))


def _rights_of(person: Any) -> dict[Right, Reach]:
    if not getattr(person, "is_authenticated", False) or not person.is_active:
        return {}
    rights = _RIGHTS.get(person.role)
    return {} if rights is None else _SIGNED_IN | rights
