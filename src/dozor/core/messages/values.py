"""Messages about tables of values and the files that hold them."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

_FIX_ROW = "Correct the cell and load the file again."

WORDINGS: dict[str, Wording] = {
    "VAL-INDICATOR": Wording(
        "no plan of this instance has an indicator “{found}”.",
        "a code of a loaded plan, for example 11.1",
        "Correct the code; the list of codes is on the page “Indicators”.",
    ),
    "VAL-POPULATION": Wording(
        "the population “{found}” is not one this indicator is measured in.",
        "one of: {known}",
        _FIX_ROW,
    ),
    "VAL-SEX": Wording("“{found}” is no listed sex.", "one of: {known}; empty when not applicable", _FIX_ROW),
    "VAL-AGE": Wording(
        "“{found}” is no listed age group.", "one of: {known}; empty when not applicable", _FIX_ROW
    ),
    "VAL-AREA": Wording(
        "no place is called “{found}”.",
        "a code such as BY-HO or the exact English name of a place",
        "Correct the place; the codes are on the page “Places”.",
    ),
    "VAL-UNIT": Wording("the unit “{found}” does not belong to this indicator.", "one of: {known}", _FIX_ROW),
    "VAL-PERIOD": Wording(
        "“{found}” is no period.",
        "2017, 2008-2009, 2023-01..2023-11 or 2024-03-01",
        _FIX_ROW,
    ),
    "VAL-DATE-AS-TEXT": Wording(
        "“{found}” is a date typed as text.",
        "a date as 2024-03-01, a year as 2017",
        "Write the date year-month-day and load the file again.",
    ),
    "VAL-SOURCE": Wording(
        "the row names no source.", "the title of the publication or letter the value was read in", _FIX_ROW
    ),
    "VAL-SOURCE-YEAR": Wording("“{found}” is no year.", "a year such as 2019", _FIX_ROW),
    "VAL-NUMBER": Wording(
        "“{found}” is no number.", "a number such as 30.8 or 30,8, without words or signs", _FIX_ROW
    ),
    "VAL-DIGITS": Wording(
        "{found} has more digits than the bank keeps.",
        "at most 15 digits, 8 of them after the decimal sign",
        "Round the number as its source prints it and load the file again.",
    ),
    "VAL-EMPTY": Wording(
        "the value is empty.",
        "a number, or in the column “missing” the reason why there is none: {known}",
        _FIX_ROW,
    ),
    "VAL-MISSING-KIND": Wording("“{found}” is no kind of missing.", "one of: {known}", _FIX_ROW),
    "VAL-VALUE-AND-MISSING": Wording(
        "the row has a value and also says “{found}”.",
        "a value or a reason for its absence, not both",
        _FIX_ROW,
    ),
    "VAL-CURRENCY-ERA": Wording(
        "{found} was not the currency of that period.",
        "{currency}; BYR before 1 July 2016, BYN after, 10,000 : 1",
        "Correct the unit and the sum, and load the file again.",
    ),
    "VAL-PERCENT": Wording(
        "{found} %; a share cannot be above {limit} %.", "a number from 0 to {limit}", _FIX_ROW
    ),
    "VAL-MAXIMUM": Wording("{found} is above {limit}.", "at most {limit}", _FIX_ROW),
    "VAL-NEGATIVE": Wording("{found} is below zero.", "zero or more", _FIX_ROW),
    "VAL-BOUNDS": Wording(
        "the lower bound {found} is above the upper bound {upper}.", "lower ≤ upper", _FIX_ROW
    ),
    "VAL-OUTSIDE-BOUNDS": Wording(
        "the value {found} lies outside its own bounds {lower} to {upper}.",
        "a value between its bounds",
        _FIX_ROW,
    ),
    "VAL-DENOMINATOR": Wording("the denominator is {found}.", "more than zero", _FIX_ROW),
    "VAL-NUMERATOR": Wording(
        "the numerator {found} is above the denominator {denominator}.", "numerator ≤ denominator", _FIX_ROW
    ),
    "VAL-RATIO": Wording(
        "numerator and denominator give {computed}, the row says {found}.",
        "{computed}, rounded as printed",
        "Find out which of the three numbers is right, correct it and load the file again.",
    ),
    "VAL-DUPLICATE": Wording(
        "the row repeats row {first}: same indicator, population, sex, age, place, period and source.",
        "one row for one value",
        "Remove one of the two rows and load the file again.",
    ),
    "FILE-NO-TABLE": Wording(
        "this is no table.",
        "a CSV or XLSX file whose first row names the columns",
        "Choose another file.",
    ),
    "FILE-HARMFUL": Wording(
        "the scanner for harmful files did not let this file in; nothing was kept.",
        "a file without harmful content",
        "Do not open the file; check the machine it comes from, and make the file anew.",
    ),
    "FILE-NOT-SCANNED": Wording(
        "the scanner for harmful files did not answer, and a file is not taken unseen.",
        "a scanner that answers",
        "Tell the administrator, and send the file again later.",
    ),
    "FILE-EMPTY": Wording(
        "the table has no rows.",
        "a first row with the names of the columns, and values below it",
        "Choose another file.",
    ),
    "FILE-COLUMNS": Wording(
        "columns are missing: {missing}.",
        "at least {required}",
        "Name the columns in the first row as expected and load the file again.",
    ),
    "FILE-COLUMN-UNKNOWN": Wording(
        "the column “{found}” is not known.",
        "one of: {known}",
        "Rename or remove the column, so that nothing in the file is silently left out.",
    ),
    "FILE-COLUMN-TWICE": Wording(
        "the column “{found}” stands there twice.", "each column once", "Remove one of them."
    ),
    "FILE-MERGED": Wording(
        "cells {found} are merged.",
        "one cell for one value",
        "Unmerge the cells, fill each one, and load the file again.",
    ),
    "FILE-CELLS": Wording(
        "the row has {found} cells, the heading {limit}.",
        "one cell for each column",
        "Check the separators and the quotation marks of the row.",
    ),
    "FILE-ENCODING": Wording(
        "the text is in no known encoding.",
        "UTF-8 or Windows-1251",
        "Save the file as “CSV UTF-8” and load it again.",
    ),
    "FILE-CELL-TOO-LONG": Wording(
        "a cell holds {found} characters.", "at most {limit}", "Check that quotation marks are closed."
    ),
    "FILE-TOO-LARGE": Wording(
        "the file has {found} bytes.",
        "at most {limit}",
        "Split the file, or ask for it to be loaded on the server.",
    ),
    "FILE-FORMULA": Wording(
        "the cell holds a formula: {found}.",
        "a value",
        "Copy the column, paste it back as values, and load the file again.",
    ),
    "FILE-MISSING": Wording("there is no file {found}.", "a file that can be read", "Check the path."),
}
