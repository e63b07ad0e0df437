"""Codes of the program as a person reads them in a table; JSON keeps the codes.

The same English texts as on the pages, so that both have one translation; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Mapping

from dozor.cli.output import language
from dozor.language import gettext

ROUND_STATES = {"planned": "planned", "open": "in the field", "closed": "closed, estimated"}
SUBMISSION_STATES = {
    "draft": "being prepared",
    "submitted": "submitted, to be checked",
    "returned": "sent back with remarks",
    "accepted": "accepted",
    "locked": "locked",
}
SUBMISSION_ACTS = {
    "hand-in": "rows laid in",
    "submit": "submitted",
    "send-back": "sent back",
    "answer": "answered and submitted again",
    "correct": "corrected",
    "accept": "accepted",
    "lock": "locked",
    "reopen": "opened again by a decision",
}
PACKAGE_KINDS = {
    "submission": "Submission",
    "sent-back": "Sent back, with remarks",
    "judged": "Decision on the submission",
    "request": "Request to a city or district centre",
}
PACKAGE_DIRECTIONS = {"sent": "left from here", "received": "came here"}
RELEASE_STATES = {
    "refused": "refused: exposes people",
    "created": "waits for approval",
    "approved": "approved, not published",
    "published": "published",
}
DOUBT_STATES = {
    "open": "not answered",
    "confirmed": "confirmed",
    "explained": "explained",
    "corrected": "corrected",
}
DUTY_STATES = {
    "not-recorded": "before this instance was used: nothing is known",
    "not-held": "not held",
    "postponed": "postponed",
    "collection-not-planned": "collection not planned",
    "collecting": "being collected",
    "collection-overdue": "collection overdue",
    "no-date-agreed": "no date agreed",
    "due": "to be handed in",
    "due-soon": "due soon",
    "overdue": "overdue",
    "received": "received in time",
    "received-late": "received late",
}


def worded(words: Mapping[str, str], code: object) -> str:
    """A code in words of the person's language; a code without words stands as it is."""
    return gettext(words[str(code)], language()) if str(code) in words else str(code)
