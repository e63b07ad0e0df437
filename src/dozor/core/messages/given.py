"""Messages about what an agency gives as a whole: aggregate rows."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

_LIST = "one of: {known}"

WORDINGS: dict[str, Wording] = {
    "AGG-EMPTY": Wording(
        "no row holds counts.",
        "at least one row with n, numerator and denominator",
        "Fill in the rows you have.",
    ),
    "AGG-NO-SHARES": Wording(
        "nothing that “{found}” estimates is a share of people.",
        "an instrument with shares",
        "Give its answers, or a nil report.",
    ),
    "AGG-SERIES": Wording("there is no series “{found}” here.", _LIST, "Choose one of the series."),
    "AGG-AREA": Wording(
        "“{found}” is no place of this agency.", "a place the agency serves", "Check the code of the place."
    ),
    "AGG-SEX": Wording("“{found}” is no code of a sex.", _LIST, "Choose one of the codes."),
    "AGG-AGE": Wording("“{found}” is no code of an age group.", _LIST, "Choose one of the codes."),
    "AGG-COUNT": Wording(
        "“{found}” is no number of people.", "a whole number, 0 or more", "Write the number in digits."
    ),
    "AGG-DESIGN": Wording(
        "“{found}” is no design.",
        "“unknown”, “census”, or the design effect as a number up to {limit}",
        "Write the design effect if you know it, else “unknown”.",
    ),
    "AGG-ZERO": Wording(
        "the question was asked of nobody.",
        "a denominator above 0",
        "Leave the row empty where nobody was asked.",
    ),
    "AGG-NUMERATOR": Wording(
        "more people have the trait ({found}) than were asked ({limit}).",
        "a numerator no greater than the denominator",
        "Check both counts.",
    ),
    "AGG-DENOMINATOR": Wording(
        "the denominator ({found}) is greater than the number of people asked ({limit}).",
        "a denominator no greater than n",
        "Check both counts.",
    ),
    "AGG-TWICE": Wording(
        "this series, place, sex, age group and institution stand in row {first} already.",
        "each of them once",
        "Leave one of the two rows.",
    ),
    "AGG-SUM": Wording(
        "the parts in the rows {rows} make {sum}, the whole is {found}.",
        "parts that make their whole",
        "Check the parts and the whole.",
    ),
}
