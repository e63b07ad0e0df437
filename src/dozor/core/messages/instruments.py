"""Messages about the texts of instruments and the definitions of series."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

WORDINGS: dict[str, Wording] = {
    "FORM-CELLS": Wording(
        happened="The row of the table does not fit its heading: {found}.",
        expected="A row that begins and ends with “|” and has a cell for every column.",
        todo="Count the cells; write a bar inside a cell as “\\|”.",
    ),
    "FORM-COLUMN-TWICE": Wording(
        happened="The column “{found}” stands twice in one heading.",
        expected="Each column once.",
        todo="Rename or remove one of the two.",
    ),
    "FORM-NO-HEADING": Wording(
        happened="A row stands before any heading: {found}.",
        expected="First a heading: the sheet's name in the first cell, then the names of columns.",
        todo="Add the heading above the row.",
    ),
    "FORM-SHEET": Wording(
        happened="The sheet “{found}” is not known.",
        expected="One of: {known}.",
        todo="Correct the sheet's name in the first cell of the heading.",
    ),
    "FORM-COLUMN": Wording(
        happened="The column “{found}” is not known here.",
        expected="One of: {known}.",
        todo="Correct the column's name.",
    ),
    "FORM-LANGUAGE": Wording(
        happened="“{found}” has no words in: {language}.",
        expected="The words in three languages: ru, be, en.",
        todo="Add the missing translation.",
    ),
    "FORM-NAME": Wording(
        happened="“{found}” cannot be the name of a question or an answer.",
        expected="Small Latin letters, digits and “_”, a letter first.",
        todo="Choose another name.",
    ),
    "FORM-NAME-TWICE": Wording(
        happened="The name “{found}” stands twice; the first is at {first}.",
        expected="Each name once in an instrument, blocks included.",
        todo="Give one of the two another name.",
    ),
    "FORM-LIST-TWICE": Wording(
        happened="The list of answers “{found}” is written twice.",
        expected="Each list once, its answers one under another.",
        todo="Join the two, or rename one.",
    ),
    "FORM-CHOICE-TWICE": Wording(
        happened="The answer “{found}” stands twice in its list.",
        expected="Each answer once.",
        todo="Remove one of the two.",
    ),
    "FORM-NO-LIST": Wording(
        happened="There is no list of answers “{found}”.",
        expected="A list in the sheet “choices” of the instrument or of a block.",
        todo="Add the list, or correct its name.",
    ),
    "FORM-NO-BLOCK": Wording(
        happened="The block “{found}” is not there, or includes itself.",
        expected="One of the blocks: {known}.",
        todo="Correct the name, or add instruments/blocks/{found}.md.",
    ),
    "FORM-AMENDS-NOTHING": Wording(
        happened="A row without a type speaks of “{found}”, and no question above has that name.",
        expected="A type; or the name of a question above, to lay more columns over it.",
        todo="Add the type, or correct the name.",
    ),
    "FORM-TYPE": Wording(
        happened="The type “{found}” is not used here.",
        expected="One of: {known}.",
        todo="Choose one of these types.",
    ),
    "FORM-KIND": Wording(
        happened="The settings do not say what a row speaks of: “{found}”.",
        expected="“kind” is one of: {known}.",
        todo="Add it to the sheet “settings”.",
    ),
    "FORM-VERSION": Wording(
        happened="“{found}” is not the date of a version.",
        expected="The day the text was last changed: year-month-day.",
        todo="Write the date into the sheet “settings”.",
    ),
    "FORM-NO-SURVEY": Wording(
        happened="The instrument asks nothing.",
        expected="A sheet “survey” with its questions.",
        todo="Add the table.",
    ),
    "FORM-GROUP": Wording(
        happened="“{found}” has no partner.",
        expected="Each begin_group ends with end_group, each begin_repeat with end_repeat, inner ones first.",
        todo="Add the missing row, or remove this one.",
    ),
    "FORM-REFERENCE": Wording(
        happened="A condition or text refers to “{found}”, which the instrument does not have.",
        expected="The name of a question of the same instrument inside ${{…}}.",
        todo="Correct the name.",
    ),
    "FORM-FUNCTION": Wording(
        happened="A condition calls “{found}”.",
        expected="One of the functions: {known}.",
        todo="Write the condition with these functions.",
    ),
    "FORM-NO-MESSAGE": Wording(
        happened="The answer is restricted ({found}), and nothing tells the person how.",
        expected="“constraint_message” in three languages.",
        todo="Say what may be answered.",
    ),
    "FORM-NO-RANGE": Wording(
        happened="The number “{found}” has no range.",
        expected="A constraint such as: . >= 0 and . <= 120.",
        todo="Add the lowest and the highest number that can be true.",
    ),
    "FORM-REQUIRED": Wording(
        happened="“{found}” stands in the column “required”.",
        expected="Nothing (an answer is required) or “no”.",
        todo="Leave the cell empty or write “no”.",
    ),
    "FORM-NO-INSTRUMENT": Wording(
        happened="There is no instrument “{found}”.",
        expected="One of: {known}.",
        todo="Choose one of these.",
    ),
    "FORM-NOT-WRITTEN": Wording(
        happened="The file {found} could not be written: {why}.",
        expected="A folder that exists and may be written to.",
        todo="Choose another file with --output.",
    ),
    "FORM-NOT-BUILT": Wording(
        happened="The form could not be built from the text: {found}.",
        expected="Tables that follow the XLSForm rules.",
        todo="Correct the text at this place.",
    ),
    "FORM-NOT-VALID": Wording(
        happened="ODK Validate did not take the form: {found}.",
        expected="A form that every phone can open.",
        todo="Correct the conditions it names.",
    ),
    "FORM-NO-JAVA": Wording(
        happened="The form was not checked: Java was not found.",
        expected="Java, which ODK Validate needs.",
        todo="Install it (Debian: apt install default-jre-headless), or leave out --validate.",
    ),
    "DEF-NO-TERM": Wording(
        happened="An expression uses the term “{found}”, which nothing defines.",
        expected="One of the terms: {known}.",
        todo="Correct the name in braces, or add the term.",
    ),
    "DEF-TWICE": Wording(
        happened="“{found}” is defined twice; first on line {first}.",
        expected="Each definition once; another wording of a series has a “variant” of its own.",
        todo="Remove one of the two, or name its variant.",
    ),
    "DEF-MISSING": Wording(
        happened="The series “{found}” has no definition.",
        expected="Exactly one definition with the law's wording for every series of the plan.",
        todo="Add it to definitions.yaml.",
    ),
    "DEF-INDICATOR": Wording(
        happened="The plan has no indicator “{found}”.",
        expected="A code of the plan's indicators.",
        todo="Correct the code.",
    ),
    "DEF-POPULATION": Wording(
        happened="{name}: the indicator has no series for “{found}”.",
        expected="One of its populations: {known}.",
        todo="Correct the population.",
    ),
    "DEF-INSTRUMENT": Wording(
        happened="{name}: there is no instrument “{found}”.",
        expected="One of: {known}.",
        todo="Correct the name, or add the instrument.",
    ),
    "DEF-COLLECTION": Wording(
        happened="{name}: the instrument “{found}” serves none of the indicator's collections.",
        expected="An instrument of: {known}.",
        todo="Choose another instrument, or add the collection to its settings.",
    ),
    "DEF-NO-COLLECTION": Wording(
        happened="The plan has no collection “{found}”.",
        expected="A code from collections.yaml.",
        todo="Correct “collections” in the instrument's settings.",
    ),
    "DEF-ESTIMAND": Wording(
        happened="{name}: “{found}” cannot give a value of the indicator's kind.",
        expected="One of: {known}.",
        todo="Choose another estimand.",
    ),
    "DEF-FIELD": Wording(
        happened="{name}: the instrument {instrument} has no field “{found}”.",
        expected="The name of one of its fields.",
        todo="Correct the name, or add the question.",
    ),
    "DEF-TYPE": Wording(
        happened="{name}: “{found}” is of type {type}.",
        expected="A field of type {wanted}.",
        todo="Choose another field, or change the question's type.",
    ),
    "DEF-ANSWER": Wording(
        happened="{name}: “{found}” is no answer to “{field}”.",
        expected="One of its answers: {known}.",
        todo="Correct the expression.",
    ),
    "DEF-REPEATS": Wording(
        happened="{name}: the fields stand in different repeats: {found}.",
        expected="Fields of one repeat, or of none.",
        todo="Compute from one repeat only.",
    ),
    "DEF-UNNAMED": Wording(
        happened="{name} is computed from “{found}”, and the question does not name the indicator.",
        expected="The indicator's code in the question's column “indicators”.",
        todo="Add the code in the instrument.",
    ),
    "DEF-IDLE": Wording(
        happened="“{name}” names indicator {found}, and no definition of that indicator uses it.",
        expected="A question names the indicators that are computed from it.",
        todo="Remove the code, or use the question in the definition.",
    ),
    "DEF-DIVIDED": Wording(
        happened="{name}: the plan divides the value by {found}, the definition does not.",
        expected="A field for every dimension of “disaggregations”.",
        todo="Add “by_{found}”.",
    ),
    "DEF-AGE": Wording(
        happened="{name}: the vocabulary has no age group “{found}”.",
        expected="One of: {known}.",
        todo="Correct the code, or add the group to the vocabulary.",
    ),
    "DEF-AGES": Wording(
        happened="{name}: divided by age, but into no groups.",
        expected="“ages”: codes of age groups.",
        todo="Add the groups.",
    ),
    "DEF-SEX": Wording(
        happened="{name}: the vocabulary has no sex “{found}”.",
        expected="One of: {known}.",
        todo="Correct the code.",
    ),
    "PLAN-UNKNOWN-DESIGN": Wording(
        happened="There is no design “{found}”.",
        expected="One of the codes defined: {known}.",
        todo="Correct the code, or define it.",
    ),
    "PLAN-UNKNOWN-RULE": Wording(
        happened="There is no rule “{found}”.",
        expected="One of the codes defined: {known}.",
        todo="Correct the code, or define it.",
    ),
}
