"""Messages about what agencies hand in."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

WORDINGS: dict[str, Wording] = {
    "SHEET-MARK": Wording(
        "“{found}” is neither the text of a sheet's code nor a checksum.",
        "dozor:…:checksum, or the 64 signs of the checksum",
        "Read the code again, or type the checksum from under it.",
    ),
    "SHEET-OTHER": Wording(
        "the sheet is another submission's: {found}.", "{wanted}", "Open the submission the sheet names."
    ),
    "DUTY-NO-EXECUTOR": Wording(
        "the plan does not name {found} among the executors of {indicator}.",
        "one of the row's executors",
        "Choose an agency the plan names.",
    ),
    "DUTY-SENT-AFTER": Wording(
        "sent on {found}, after it was received on {received}.",
        "a day up to the day of receipt",
        "Check both dates.",
    ),
    "DEP-AGENCY": Wording(
        "{found} cannot stand in here.",
        "a colleague of the same agency, another person",
        "Choose a colleague of the same agency.",
    ),
    "DEP-FACTOR": Wording(
        "the role of {found} asks for no second factor, that of the other does.",
        "a deputy whose role asks for a second factor too",
        "Choose another colleague, or let the administrator change the role.",
    ),
    "DEP-DATES": Wording("{found} lies before the first day.", "the first day or later", "Check both days."),
    "REM-NOBODY": Wording(
        "nobody with an account acts for {found}.",
        "someone there who may submit",
        "Write or telephone; ask the administrator to invite them.",
    ),
    "REM-WISH": Wording("“{found}” is no rhythm or language.", "one of the list", "Choose one of the list."),
    "SUB-UNKNOWN": Wording(
        "there is no submission “{found}”.", "a submission from the list", "See “dozor submission list”."
    ),
    "SUB-PERSON": Wording(
        "nobody of the sign-in name “{found}” may act.", "someone with an account", "See “dozor user list”."
    ),
    "SUB-NO-RIGHT": Wording(
        "“{found}” has no right “{right}” about the rows of {agency}.",
        "someone whose role holds it there, or their deputy",
        "Name another person, or leave --as out: the act is the operator's then.",
    ),
    "SUB-CHANGED-MEANWHILE": Wording(
        "somebody laid in the version {found} while this page was open.",
        "the rows as they stand now",
        "Open the page anew and type your changes into it.",
    ),
    "SUB-STATE": Wording(
        "the submission stands as “{found}”, where “{act}” cannot follow.",
        "one of: {allowed}",
        "Look at where it stands, then choose the next step.",
    ),
    "SUB-FOUR-EYES": Wording(
        "{found} handed this in.",
        "the act of another person",
        "Let a colleague look at it: nobody accepts or locks what they handed in.",
    ),
    "SUB-EMPTY": Wording(
        "the submission holds no row.",
        "at least one row; “nothing to report” is a row with a zero",
        "Fill in the form.",
    ),
    "SUB-NOT-ASKED": Wording(
        "the indicator {found} is not asked of this agency in this collection.",
        "one of: {known}",
        "Take the row out, or hand it in where it belongs.",
    ),
    "SUB-NOT-OWED": Wording(
        "the agency {found} owes nothing from the collection {collection} in {year}.",
        "an agency the plan names as an executor, or one that was asked by a request",
        "Check agency, collection and year.",
    ),
    "SUB-REQUEST": Wording(
        "the agency {agency} was sent no request No. {found} in that year.",
        "one of: {known}",
        "Check the number with “dozor round requests”.",
    ),
    "SUB-OTHER-AREA": Wording(
        "the place {found} is not one of the agency's.",
        "a place the agency serves",
        "Correct the place, or take the row out.",
    ),
    "SUB-OTHER-YEAR": Wording(
        "the period {found} is not of the year reported on.", "a period of {year}", "Correct the period."
    ),
    "SUB-NIL": Wording(
        "a confirmed zero says “{found}”.", "0", "Write 0, or take the mark of a confirmed zero away."
    ),
    "SUB-ROW-LEFT-OUT": Wording(
        "the row {found} was accepted and is not in the correction.",
        "every row accepted before; where there is no value, the kind of missing",
        "Put the row in and say why it has no value.",
    ),
    "SUB-NOTHING-NEW": Wording(
        "nothing has been handed in since the version {found}.",
        "a newer version",
        "Hand in the corrected rows first.",
    ),
    "SUB-REASON": Wording("no reason is given.", "a reason in words", "Say why."),
    "SUB-NUMBER": Wording(
        "the number or the date of the paper is missing.", "both", "Give number and date as on the paper."
    ),
    "SUB-FUTURE": Wording("{found} lies in the future.", "a day up to today", "Correct the date."),
    "SUB-REMARKS": Wording(
        "nothing says what is to be put right.", "at least one remark", "Mark the cell and choose a reason."
    ),
    "SUB-REMARK-CELL": Wording(
        "the submission has no cell “{found}”.", "a row and a column of the version sent back", "Check both."
    ),
    "SUB-REMARK-REASON": Wording(
        "the plan knows no reason “{found}” for sending back.", "one of: {known}", "Choose one of them."
    ),
    "SUB-NOT-ANSWERED": Wording(
        "the remark on {found} has no answer.",
        "an answer to each remark: what was put right, or why it stands",
        "Answer it.",
    ),
}
