"""Messages about sheets of paper typed in by two people."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

WORDINGS: dict[str, Wording] = {
    "PAPER-NUMBER": Wording(
        "the sheet has no number, or an impossible one.",
        "the number written on the sheet",
        "Number the sheets before they are entered.",
    ),
    "PAPER-SAME": Wording(
        "you have entered the sheet {found} already.",
        "a second person for the second entry",
        "Let a colleague enter it without looking at your entry.",
    ),
    "PAPER-TWICE": Wording(
        "the sheet {found} is being entered by two people already.",
        "a sheet entered once or not yet",
        "Check the number on the sheet.",
    ),
    "PAPER-NOT-TWICE": Wording(
        "the sheet {found} has not been entered twice yet.",
        "two finished entries",
        "Let both people finish.",
    ),
    "PAPER-SETTLED": Wording(
        "the sheet {found} has been settled already.",
        "a sheet not kept yet",
        "Correct its record from the list.",
    ),
    "PAPER-REMOVED": Wording(
        "the sheet {found} has been removed at this moment.",
        "a sheet that stands on the list",
        "Open it anew if this is the number written on it.",
    ),
    "PAPER-NOT-REMOVABLE": Wording(
        "the sheet {found} cannot be removed.",
        "a sheet you opened yourself, which nobody else has begun and which is not kept yet",
        "Let whoever opened it remove it; a kept sheet is corrected from the list of records.",
    ),
    "PAPER-REASON": Wording("the removal has no reason.", "a reason in words", "Say why it is removed."),
    "PAPER-CHOICES": Wording(
        "{found} differences were settled.", "each of the {wanted}", "Choose for each what the paper says."
    ),
}
