"""Messages about the text of plans, areas and agencies."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

WORDINGS: dict[str, Wording] = {
    "PLAN-NO-FOLDER": Wording(
        happened="There is no folder “{found}”.",
        expected="A folder with plan.yaml and the other texts of a plan.",
        todo="Check the path.",
    ),
    "PLAN-UNREADABLE": Wording(
        happened="The file could not be read: {found}.",
        expected="A file that this program may read.",
        todo="Check the file and the right to read it.",
    ),
    "PLAN-TOO-LARGE": Wording(
        happened="The file is larger than {limit} bytes.",
        expected="A text of a plan, at most {limit} bytes.",
        todo="Split the text into several files, or remove what is no part of the plan.",
    ),
    "PLAN-NOT-UTF-8": Wording(
        happened="The text is not in UTF-8.",
        expected="Text in UTF-8.",
        todo="Save the file as UTF-8.",
    ),
    "PLAN-SYNTAX": Wording(
        happened="The text could not be read as YAML near “{found}”.",
        expected="YAML: “key: value”, lists with “- ”, texts with special signs in quotes.",
        todo="Look at this line and the one before it: indents, quotes, colons.",
    ),
    "PLAN-ALIAS": Wording(
        happened="The text uses a YAML anchor or alias “{found}”.",
        expected="Plain text without anchors (&) and aliases (*).",
        todo="Write the content out; put a text that begins with & or * in quotes.",
    ),
    "PLAN-TOO-DEEP": Wording(
        happened="Lists and mappings are nested more than {limit} levels deep.",
        expected="At most {limit} levels.",
        todo="Check the indents and brackets of this line.",
    ),
    "PLAN-SECOND-DOCUMENT": Wording(
        happened="A second document begins in the file.",
        expected="One document in a file.",
        todo="Move what follows “---” into a file of its own.",
    ),
    "PLAN-KEY-SHAPE": Wording(
        happened="A list or a mapping stands where a key was expected: {found}.",
        expected="A key is one word or phrase before a colon.",
        todo="Put the text in quotes if it begins with a bracket.",
    ),
    "PLAN-DUPLICATE-KEY": Wording(
        happened="The key “{found}” stands twice; the first is on line {first}.",
        expected="Each key once.",
        todo="Keep one of the two.",
    ),
    "PLAN-NOT-A-MAPPING": Wording(
        happened="Found {found} where a section with keys was expected.",
        expected="A section: lines of “key: value”.",
        todo="Write the content as “key: value”, one key a line.",
    ),
    "PLAN-NOT-A-LIST": Wording(
        happened="Found {found} where a list was expected.",
        expected="A list: [a, b], or lines that begin with “- ”.",
        todo="Put the value in square brackets, even when there is only one.",
    ),
    "PLAN-NOT-A-WORD": Wording(
        happened="Found {found} where a single value was expected.",
        expected="One word, number or phrase.",
        todo="Write one value; put it in quotes if it holds brackets or a colon.",
    ),
    "PLAN-UNKNOWN-KEY": Wording(
        happened="The key “{found}” is not known here.",
        expected="One of: {known}.",
        todo="Correct the key's name, or remove it.",
    ),
    "PLAN-MISSING-KEY": Wording(
        happened="The key “{key}” is missing or empty.",
        expected="A value for “{key}”.",
        todo="Add the key with its value.",
    ),
    "PLAN-MISSING-TRANSLATION": Wording(
        happened="The text is not given in: {language}.",
        expected="The text in three languages: ru, be, en.",
        todo="Add the missing translation.",
    ),
    "PLAN-DUPLICATE-CODE": Wording(
        happened="The code “{found}” stands twice; the first is at {first}.",
        expected="Each code once.",
        todo="Give one of the two another code, or remove it.",
    ),
    "PLAN-NOT-ONE-OF": Wording(
        happened="“{found}” is not one of the words allowed here.",
        expected="One of the words: {known}.",
        todo="Choose one of the words allowed.",
    ),
    "PLAN-BAD-NUMBER": Wording(
        happened="“{found}” is not a number that fits here.",
        expected="A number written with digits, with a point before its fraction.",
        todo="Write the number with digits.",
    ),
    "PLAN-BAD-DATE": Wording(
        happened="“{found}” is not a date.",
        expected="A day of the calendar: year-month-day, as in 2006-12-30.",
        todo="Write the date as year-month-day.",
    ),
    "PLAN-BAD-FREQUENCY": Wording(
        happened="Data would be collected every {found} years.",
        expected="1 (every year) or 2 (every two years).",
        todo="Write 1 or 2.",
    ),
    "PLAN-DATES-ORDER": Wording(
        happened="The end of force lies before its beginning: {found}.",
        expected="The beginning first, then the end.",
        todo="Correct one of the two dates.",
    ),
    "PLAN-NO-PLAN": Wording(
        happened="No file holds the section “{key}”.",
        expected="One section “{key}” with the code, the title and the dates in force.",
        todo="Add it, usually in plan.yaml.",
    ),
    "PLAN-TWO-PLANS": Wording(
        happened="A second section “plan” was found: “{found}”.",
        expected="One plan in a folder.",
        todo="Put the second plan into a folder of its own.",
    ),
    "PLAN-NO-DIRECTION": Wording(
        happened="The indicator “{found}” belongs to no direction and no group, or to both.",
        expected="The number of a direction, or the code of a group.",
        todo="Add “direction”, or “group” for a context series.",
    ),
    "PLAN-MAXIMUM-REASON": Wording(
        happened="The indicator has a maximum of its own ({found}) without a reason.",
        expected="“maximum_reason” in three languages.",
        todo="Say why values above the unit's limit are taken.",
    ),
    "PLAN-NO-DUTY": Wording(
        happened="The role “{found}” collects data, but no rule says to whom and when it hands them in.",
        expected="Exactly one rule of duty for each role that indicators name.",
        todo="Add a rule to “duties” with the role among its senders.",
    ),
    "PLAN-TWO-DUTIES": Wording(
        happened="The role “{found}” hands in data by two rules.",
        expected="Exactly one rule of duty for each sending role.",
        todo="Remove the role from one of the two rules.",
    ),
    "PLAN-NOT-REACHED": Wording(
        happened="No collection of the indicator reaches the population “{found}”.",
        expected="For each population of the indicator a collection that reaches it.",
        todo="Add a collection to the indicator, or the population to a collection.",
    ),
    "PLACE-HEADINGS": Wording(
        happened="The headings of the table are not as expected: {found}.",
        expected="Columns: {known}.",
        todo="Correct the heading row.",
    ),
    "PLACE-NOT-A-TABLE": Wording(
        happened="The text could not be read as a table (CSV).",
        expected="Columns separated by commas; a cell with a comma in quotes.",
        todo="Check the quotes on this line.",
    ),
    "PLACE-ROW-LENGTH": Wording(
        happened="The row has {found} cells.",
        expected="Cells in a row: {expected_cells}.",
        todo="Check commas and quotes in the row.",
    ),
    "PLACE-UNKNOWN-PARENT": Wording(
        happened="The area above, “{found}”, is not in the table.",
        expected="The code of another area of the table.",
        todo="Correct the code, or add that area.",
    ),
    "PLACE-CYCLE": Wording(
        happened="The areas or agencies lie inside each other in a circle: {found}.",
        expected="A tree: each has one above it, up to the one at the top.",
        todo="Correct “parent” in one of them.",
    ),
    "PLACE-TWO-ROOTS": Wording(
        happened="A second area stands at the top: “{found}”.",
        expected="One area at the top: the country.",
        todo="Give the area a parent.",
    ),
    "PLACE-NO-ROOT": Wording(
        happened="No area stands at the top.",
        expected="One area at the top: the country.",
        todo="Leave the parent of the country empty.",
    ),
    "PLAN-UNKNOWN-EXECUTOR": Wording(
        happened="The executor “{found}” is not among the plan's roles.",
        expected="One of the codes defined: {known}.",
        todo="Correct the code, or define it.",
    ),
    "PLAN-UNKNOWN-DIRECTION": Wording(
        happened="The plan has no direction “{found}”.",
        expected="One of the codes defined: {known}.",
        todo="Correct the code, or define it.",
    ),
    "PLAN-UNKNOWN-GROUP": Wording(
        happened="The plan has no group “{found}”.",
        expected="One of the codes defined: {known}.",
        todo="Correct the code, or define it.",
    ),
    "PLAN-UNKNOWN-POPULATION": Wording(
        happened="The population “{found}” is not in the vocabulary.",
        expected="One of the codes defined: {known}.",
        todo="Correct the code, or define it.",
    ),
    "PLAN-UNKNOWN-BREAKDOWN": Wording(
        happened="The breakdown “{found}” is not in the vocabulary.",
        expected="One of the codes defined: {known}.",
        todo="Correct the code, or define it.",
    ),
    "PLAN-UNKNOWN-UNIT": Wording(
        happened="The unit “{found}” is not in the vocabulary.",
        expected="One of the codes defined: {known}.",
        todo="Correct the code, or define it.",
    ),
    "PLAN-UNKNOWN-COLLECTION": Wording(
        happened="The plan has no collection “{found}”.",
        expected="One of the codes defined: {known}.",
        todo="Correct the code, or define it.",
    ),
    "PLAN-UNKNOWN-INDICATOR": Wording(
        happened="The plan has no indicator “{found}”.",
        expected="One of the codes defined: {known}.",
        todo="Correct the code, or define it.",
    ),
    "PLAN-UNKNOWN-FRAMEWORK": Wording(
        happened="The framework “{found}” is not listed.",
        expected="One of the codes defined: {known}.",
        todo="Correct the code, or define it.",
    ),
    "PLAN-UNKNOWN-AREA": Wording(
        happened="There is no area “{found}”.",
        expected="One of the codes defined: {known}.",
        todo="Correct the code, or define it.",
    ),
    "PLAN-UNKNOWN-AGENCY": Wording(
        happened="There is no agency “{found}”.",
        expected="One of the codes defined: {known}.",
        todo="Correct the code, or define it.",
    ),
    "PLAN-UNKNOWN-ROLE": Wording(
        happened="There is no role “{found}”.",
        expected="One of the codes defined: {known}.",
        todo="Correct the code, or define it.",
    ),
}
