"""Messages about forms filled in by hand: on a page, and from paper."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

WORDINGS: dict[str, Wording] = {
    "FILL-MISSING": Wording("there is no answer yet.", "an answer", "Answer the question."),
    "FILL-WHOLE": Wording("“{found}” is no whole number.", "a whole number: 12", "Write it in digits alone."),
    "FILL-NUMBER": Wording(
        "“{found}” is no number.", "a number: 12 or 12.5", "Write it in digits; a comma or a point will do."
    ),
    "FILL-DATE": Wording(
        "“{found}” is no date.", "a date: 2026-03-01", "Write the day, the month and the year."
    ),
    "FILL-CHOICE": Wording(
        "“{found}” is not among the answers.", "one of the answers offered", "Choose one of the answers."
    ),
    "FILL-RULE": Wording(
        "the answer “{found}” breaks the rule of its question.", "{rule}", "Check the answer."
    ),
    "FILL-NO-TURN": Wording("there is no entry yet.", "at least one entry", "Add an entry."),
    "FILL-TURNS": Wording(
        "the form holds {found} entries of one kind.", "at most {limit}", "Divide them between two forms."
    ),
    "FILL-OTHER-VERSION": Wording(
        "the form's text has changed since the round was opened (now {found}).",
        "the version of the round, {wanted}",
        "Use the round's workbook or the phones; for the new text, open a new round.",
    ),
    "FILL-CHANGED": Wording(
        "the form was changed in another window or by somebody else.",
        "the form as it was saved last",
        "Open the form anew; what you see here was not saved.",
    ),
    "FILL-SENT": Wording(
        "the form has been sent already.", "a form not sent yet", "Correct it from the list of what was sent."
    ),
    "FILL-LONG": Wording(
        "the answers take {found} signs.", "at most {limit}", "Write less, or in two forms."
    ),
    "FILL-ID": Wording(
        "the form has no id of its own, or belongs to another round.",
        "the form as its page gave it",
        "Open a new form from the list.",
    ),
}
