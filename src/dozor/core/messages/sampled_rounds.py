"""Messages about a round's sample: its list, and what does not fit between list and answers."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

_LOAD_AGAIN = "Correct the table and load it again."

WORDINGS: dict[str, Wording] = {
    "COL-SAMPLE-NONE": Wording(
        "nothing is drawn by chance for the instrument “{found}”, so that there is no list of a sample.",
        "an instrument whose definitions name strata, places or weights",
        "Load no list: every record counts as it is.",
    ),
    "COL-SAMPLE-CHAINS": Wording(
        "the round {found} was opened for chains of recruitment: its weights follow from degrees.",
        "a round opened for a sample drawn by chance",
        "Load no list, or open another round with the design “sample”.",
    ),
    "COL-SAMPLE-KEY": Wording(
        "no single column names the lines: {found}.",
        "exactly one of: {known}",
        "Name the column after the field that holds the code in the answers.",
    ),
    "COL-SAMPLE-COLUMN": Wording(
        "the column “{found}” is not known.", "some of: {known}", "Rename it or take it out."
    ),
    "COL-SAMPLE-CODE": Wording(
        "the line has no code, or too long a one: “{found}”.", "up to 40 characters", _LOAD_AGAIN
    ),
    "COL-SAMPLE-TWICE": Wording(
        "“{found}” stands twice; the first time in row {first}.", "each code once", _LOAD_AGAIN
    ),
    "COL-SAMPLE-NUMBER": Wording(
        "“{found}” is no number that can stand here.", "a number above 0 and up to {highest}", _LOAD_AGAIN
    ),
    "COL-SAMPLE-WEIGHT": Wording(
        "“{found}” has a weight, and beside it what a weight is computed from.",
        "either weight, or probability, size and part",
        _LOAD_AGAIN,
    ),
    "COL-SAMPLE-UNITS": Wording(
        "the number of units of the stratum {stratum} differs between its lines, or only some lines say it.",
        "one number for each stratum, in every line or in none",
        _LOAD_AGAIN,
    ),
    "COL-SAMPLE-EMPTY": Wording("the table has no lines.", "a line for each place drawn", _LOAD_AGAIN),
    "COL-SAMPLE-LONG": Wording(
        "the table has more than {limit} lines.", "a list of what was drawn", _LOAD_AGAIN
    ),
    "COL-SITE-UNKNOWN": Wording(
        "{records} records came from “{found}”, which is not in the list of the sample.",
        "a code of the list",
        "Load a list that has it (“dozor round design”), or correct the records; without a weight nothing "
        "can be estimated.",
    ),
    "COL-SITE-MISSING": Wording(
        "{records} records name no place of the sample, and are left out of estimates.",
        "a code of the list",
        "Correct the records if the place is known.",
    ),
    "COL-SITE-SILENT": Wording(
        "nothing came from “{found}”, which was drawn.",
        "records from every place drawn",
        "Say in the report why; its stratum is estimated from the other places.",
    ),
    "COL-VISITS-MISSING": Wording(
        "{found} counted records do not say how often the person comes to the places of the survey; each "
        "counts as one visit.",
        "a number of visits in every record of people met at venues",
        "Say in the report how many they were; those who come often weigh too much among them.",
    ),
    "VAL-SOURCE-SIMULATED": Wording(
        "“{found}” is the name of a simulated source here, or of a real one: the two are never mixed.",
        "a name of its own for what was invented",
        "Choose another title.",
    ),
}
