"""The program's codes in words, one table for pages and commands; JSON keeps the codes.

English as everywhere in the code: whoever shows one translates it. Keys are the codes as they are stored and
written; members of the enumerations they come from are text and find their words too.
"""

from __future__ import annotations

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
ROUND_STATES = {"planned": "planned", "open": "in the field", "closed": "closed, estimated"}
SUBMISSION_STATES = {
    "draft": "being prepared",
    "submitted": "submitted, to be checked",
    "returned": "sent back with remarks",
    "accepted": "accepted",
    "locked": "locked",
}
ROW_COLUMNS = {
    "value": "value",
    "numerator": "numerator",
    "denominator": "denominator",
    "lower": "lower bound",
    "upper": "upper bound",
    "n": "number of respondents",
    "missing": "why there is no value",
    "unit": "unit",
    "method": "method",
    "is_nil": "confirmed zero",
    "note": "note",
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
DOUBT_STATES = {
    "open": "not answered",
    "confirmed": "confirmed",
    "explained": "explained",
    "corrected": "corrected",
}
RELEASE_STATES = {
    "refused": "refused: exposes people",
    "created": "waits for approval",
    "approved": "approved, not published",
    "published": "published",
}
