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
# what is recorded of a submission without moving it
SUBMISSION_RECEIPTS = {"paper": "signed sheet received"}
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
# every act of the journal (`apps/audit`); a code that is not here is shown as it stands
JOURNAL_ACTS = {
    # the house
    "instance upgraded": "instance brought to a new version",
    "plan loaded": "plan loaded",
    "places loaded": "places and agencies loaded",
    "projects loaded": "projects of the programme loaded",
    "setting recorded": "setting recorded",
    "journal seen": "journal looked at",
    "journal exported": "journal exported",
    # people
    "signed in": "signed in",
    "person added": "person added",
    "link made": "invitation made",
    "password set by link": "password set by an invitation",
    "password changed": "password changed",
    "rights changed": "role or agency changed",
    "account closed": "account closed",
    "account opened again": "account opened again",
    "code app enrolled": "code app enrolled",
    "passkey enrolled": "passkey enrolled",
    "recovery codes drawn": "recovery codes made",
    "recovery code used": "recovery code used",
    "second factor taken away": "second factor taken away by its owner",
    "second factors reset": "second factor reset",
    "deputy appointed": "deputy appointed by an order",
    "deputy ended": "deputy's order ended",
    # duties
    "round planned": "end of collection planned",
    "collection ended": "end of collection recorded",
    "date agreed": "date agreed by letter",
    "round decided": "decision on a round: put off or not held",
    "collection requested": "request sent to a district",
    "collector named": "collecting agency named",
    "data received": "receipt of data recorded",
    "agency reminded": "agency reminded",
    # collecting
    "form published": "form published",
    "round opened": "round opened",
    "round closed": "round closed and estimated",
    "sample recorded": "list of the sample recorded",
    "phone added": "phone added",
    "phone revoked": "phone shut out",
    "record received": "record received",
    "attachment received": "attachment received",
    "record seen": "record of a person seen",
    "draft seen": "record being filled in seen",
    "quarantine decided": "decision on a record kept apart",
    "answers gathered": "answers gathered",
    "answers imported": "answers imported from a file",
    "answers exported": "answers of persons exported",
    "answer keys rotated": "keys of the answers renewed",
    "answers given": "answers handed over",
    "nil report confirmed": "zero confirmed",
    "aggregate rows given": "counts given instead of answers",
    "paper opened": "sheet of paper begun",
    "paper handed over": "entry of paper handed over",
    "paper entered": "sheet of paper entered",
    "paper compared": "two entries of paper compared",
    "paper removed": "sheet of paper opened by mistake removed",
    "paper seen": "two entries of paper seen",
    "paper settled": "differences of paper settled",
    # handing in
    "submission version handed in": "rows laid in",
    "submission submitted": "submission submitted",
    "submission sent back": "submission sent back",
    "submission answered": "submission answered and submitted again",
    "submission corrected": "submission corrected",
    "submission accepted": "submission accepted",
    "submission locked": "submission locked",
    "submission reopened": "submission opened again by a decision",
    "supplement written": "supplement to the report written",
    "sheet matched": "signed sheet matched",
    "package made": "package made",
    "package taken": "package taken in",
    "receipt taken": "receipt of a package taken in",
    "key trusted": "key of an agency trusted",
    "key distrusted": "key of an agency no longer trusted",
    # quality
    "quality checked": "rules of quality asked",
    "doubt answered": "doubt answered",
    "recount recorded": "visit to a site recorded",
    "re-interviews compared": "repeated interviews compared",
    # figures
    "values imported": "values imported",
    "headlines chosen": "headline sources chosen",
    "matches recorded": "matches with the plan recorded",
    "release created": "release made",
    "release approved": "release approved",
    "release published": "release published",
    "report of a release kept": "report of a release written",
    "letter of a release kept": "letter of a release written",
    "brief of a release kept": "brief of a release written",
}
