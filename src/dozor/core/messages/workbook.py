"""Messages about Excel workbooks and paper forms."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

_NOTHING = "Nothing was kept. Correct it and send the workbook again."
_ANEW = "Nothing was kept. Take the workbook as it was sent out and fill it in again."
_OWN = "Send the workbook made for this round."

WORDINGS: dict[str, Wording] = {
    "WB-KIND": Wording(
        "“{found}” is a questionnaire for persons.",
        "a form of an institution or a record",
        "Use the phone or the paper form; Excel is for institutions and records.",
    ),
    "WB-NO-PLACE": Wording(
        "the agency “{found}” serves none of the places of the question “{field}”.",
        "an agency that the form concerns",
        "Choose another agency or another form.",
    ),
    "WB-CONDITION": Wording(
        "the condition of the field “{field}” was not understood ({why}): {found}",
        "comparisons joined by and, or, not()",
        "Write the condition more simply in the instrument's text.",
    ),
    "WB-AGENCY-YEAR": Wording(
        "a workbook belongs to an agency and a year.",
        "both --agency and --year",
        "Name both.",
    ),
    "WB-PREVIOUS": Wording(
        "this is the workbook of {found}.",
        "{instrument}, {agency}, a year before {year}",
        "Choose last year's workbook of the same agency.",
    ),
    "WB-UNREADABLE": Wording(
        "this file cannot be read: it came whole as no Excel workbook, or only in part.",
        "a whole .xlsx file",
        "Nothing was kept. Save the workbook once more, or copy it again, and choose it anew.",
    ),
    "WB-SEAL": Wording(
        "the hidden sheet that says whose workbook this is was changed or is missing.",
        "the workbook as it was sent out",
        _ANEW,
    ),
    "WB-INSTRUMENT": Wording("this is a workbook of another form, {found}.", "{wanted}", _OWN),
    "WB-VERSION": Wording(
        "this workbook was made from another version of the form, {found}.", "{wanted}", _OWN
    ),
    "WB-AGENCY": Wording("this is the workbook of another agency: {whose}.", "{wanted}", _OWN),
    "WB-YEAR": Wording("this is the workbook of another year, {found}.", "{wanted}", _OWN),
    "WB-SHEET": Wording(
        "the sheet “{sheet}” is missing; others here: {found}.", "the sheets as they were sent out", _ANEW
    ),
    "WB-SHEET-MORE": Wording(
        "there is a sheet that was not in the workbook, “{found}”.", "{wanted}", "Take it out. " + _NOTHING
    ),
    "WB-SHEET-HIDDEN": Wording(
        "the sheet “{found}” is hidden.", "a sheet that can be seen", "Show it. " + _NOTHING
    ),
    "WB-HEADING": Wording("the heading in the cell {cell} was changed to “{found}”.", "“{wanted}”", _ANEW),
    "WB-COLUMN": Wording(
        "the cell {cell} lies beside the columns of the form: “{found}”.",
        "answers in the columns of the form",
        "Take it out. " + _NOTHING,
    ),
    "WB-FORMULA": Wording(
        "the cell {cell} holds a formula: {found}", "the value itself", "Write the value. " + _NOTHING
    ),
    "WB-HIDDEN-COLUMN": Wording(
        "the column {cell}, “{heading}”, is hidden.",
        "columns that can all be seen",
        "Show it and check it. " + _NOTHING,
    ),
    "WB-HIDDEN-ROW": Wording(
        "the row {cell} is hidden.", "rows that can all be seen", "Show it and check it. " + _NOTHING
    ),
    "WB-CHOICE": Wording(
        "the cell {cell} holds “{found}”, which is not in its list.",
        "one of: {known}",
        "Choose from the list. " + _NOTHING,
    ),
    "WB-NUMBER": Wording(
        "the cell {cell}, “{heading}”, holds “{found}”.", "a number", "Write digits alone. " + _NOTHING
    ),
    "WB-WHOLE": Wording("the cell {cell}, “{heading}”, holds “{found}”.", "a whole number", _NOTHING),
    "WB-DATE": Wording("the cell {cell}, “{heading}”, holds “{found}”.", "a date, 31.12.2026", _NOTHING),
    "WB-RANGE": Wording("the cell {cell} holds “{found}”, against its rule.", "{rule}", _NOTHING),
    "WB-MISSING": Wording(
        "the cell {cell}, “{heading}”, is empty.",
        "an answer; a zero where there is none",
        _NOTHING,
    ),
    "WB-NOT-ASKED": Wording(
        "the cell {cell} holds “{found}” where nothing is asked.",
        "an answer only when {when}",
        "Clear the cell or correct the other answer. " + _NOTHING,
    ),
    "WB-NIL-ROWS": Wording(
        "a nil report is confirmed, and the row of {cell} holds answers.",
        "either a nil report or answers",
        _NOTHING,
    ),
    "WB-EMPTY": Wording(
        "the workbook holds no answers, and no nil report is confirmed.",
        "answers, or “yes” at “Nil report” on the first sheet",
        _NOTHING,
    ),
    "WB-ONE-ROW": Wording("there are {found} rows here.", "one row", _NOTHING),
    "WB-CHECKSUM": Wording(
        "the paper sheet belongs to another file: its checksum is {found}.",
        "{wanted}",
        "Print the sheet of this file, or send the file the sheet was printed from.",
    ),
    "WB-ROWS": Wording(
        "there are more rows than a workbook takes.",
        "{limit} rows at most",
        "Send the answers as a table. Nothing was kept.",
    ),
}
