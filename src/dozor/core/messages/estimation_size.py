"""Messages about: sizes of populations."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

WORDINGS: dict[str, Wording] = {
    "POP-COUNT": Wording(
        "“{found}” is no count to multiply.",
        "A positive number of people or objects, with a standard error of zero or more.",
        "Check the count.",
    ),
    "POP-SHARE": Wording(
        "The share “{found}” cannot be a divisor.",
        "A share above 0 and at most 1 with its standard error.",
        "Check the survey: if nobody was reached, the multiplier says nothing.",
    ),
    "POP-CAPTURES": Wording(
        "The captures “{found}” do not fit together.",
        "Whole numbers above zero, and no more seen twice than in either capture.",
        "Check the three numbers: first, second, both.",
    ),
    "POP-COUNT-FORM": Wording(
        "It is not said once how many were counted.",
        "Either --count, or --counts with a table of domains.",
        "Give one of them.",
    ),
    "POP-SHARE-FORM": Wording(
        "It is not said once what share the survey found.",
        "Either --share with --share-se, or --estimates with the rows of a survey.",
        "Give one of them.",
    ),
    "POP-CAPTURE-FORM": Wording(
        "It is not said once who was seen.",
        "Either --first, --second and --both, or a file of people with --seen FIRST,SECOND.",
        "Give one of them.",
    ),
    "POP-ESTIMATES": Wording(
        "“{found}” is not a list of estimates.",
        "What dozor estimate survey or rds prints with --format json.",
        "Save that output to a file and name the file, or pass it on with “-”.",
    ),
    "POP-NO-SHARE": Wording(
        "The estimates hold no share “{found}”.",
        "One of: {known}.",
        "Name the share by --name.",
    ),
    "POP-COUNT-MISSING": Wording(
        "There is no count for {found}.",
        "A row of --counts for every domain of the estimates.",
        "Add the row, or leave that domain out of the estimates.",
    ),
}
