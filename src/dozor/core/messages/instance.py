"""Messages about an instance: its home, its people, its journal, its duties."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

_TAMPERED = "Stop using the instance, keep a copy as evidence, and restore the last good backup."
_UNTOUCHED = "a database that only Dozor has written"

WORDINGS: dict[str, Wording] = {
    "INST-NONE": Wording(
        "there is no instance in {found}.",
        "the folder of an instance",
        "Make one with “dozor init --home FOLDER” or “dozor demo --home FOLDER”, or name it with --home.",
    ),
    "INST-EXISTS": Wording(
        "there is already an instance in {found}.",
        "an empty folder",
        "Choose another folder; nothing was changed.",
    ),
    "INST-OLD": Wording(
        "the instance in {found} was made by an earlier version.",
        "an instance of this version",
        "Run “dozor upgrade”; it keeps a copy of the database first.",
    ),
    "INST-BACKUP": Wording(
        "{found} is no backup of Dozor, or it is damaged.",
        "a file made by “dozor backup”",
        "Choose another file; nothing was changed.",
    ),
    "INST-BACKUP-NEWER": Wording(
        "the backup was made by a later version ({found}).",
        "a backup of this version or an earlier one",
        "Install that version and restore with it.",
    ),
    "INST-FILE-EXISTS": Wording(
        "the file {found} already exists.", "a new file name", "Choose another name; nothing was overwritten."
    ),
    "INST-NO-FOLDER": Wording(
        "there is no folder {found}.", "a folder that is there", "Make the folder or choose another."
    ),
    "INST-LANGUAGE": Wording(
        "“{found}” is no language of Dozor.", "ru, be or en", "Choose one of the three."
    ),
    "INST-DATE": Wording("“{found}” is no date.", "a date such as 2026-03-01", "Write year-month-day."),
    "INST-INSTANT": Wording(
        "“{found}” is neither a date nor an instant.",
        "2026-03-01, or 2026-03-01T12:00:00+03:00",
        "Write a date, or a date and time with its offset.",
    ),
    "INST-PLAN": Wording("there is no plan “{found}”.", "one of: {known}", "Choose one of the plans."),
    "INST-AGENCY": Wording(
        "there is no agency “{found}”.", "the code of an agency, for example OCHEPH-BR", "Check the code."
    ),
    "INST-AREA": Wording(
        "there is no place “{found}”.", "a code such as BY-HO or its exact English name", "Check the code."
    ),
    "INST-POPULATION": Wording(
        "the indicator is not measured in a population “{found}”.", "one of: {known}", "Choose one of them."
    ),
    "INST-INDICATOR": Wording(
        "no plan of this instance has an indicator “{found}”.", "a code such as 11.1", "Check the code."
    ),
    "INST-COLLECTION": Wording(
        "the plan has no collection “{found}”.", "one of: {known}", "Choose one of the collections."
    ),
    "INST-ROLE": Wording("there is no role “{found}”.", "one of: {known}", "Choose one of the roles."),
    "INST-LOGIN": Wording(
        "“{found}” cannot be a sign-in name.",
        "1 to 80 letters, digits and . _ - + @, without spaces",
        "Choose another name.",
    ),
    "INST-LOGIN-TAKEN": Wording(
        "the sign-in name “{found}” is already taken.", "a name nobody has yet", "Choose another name."
    ),
    "INST-PASSWORD": Wording(
        "the password is too weak: {found}",
        "at least 12 characters, not a common word, not the person's name",
        "Choose another password.",
    ),
    "INST-NEEDS-AGENCY": Wording(
        "the role “{found}” acts for an agency, and none is named.",
        "the code of an agency",
        "Name it with --agency.",
    ),
    "INST-REPORT-OF": Wording(
        "it is not said what the report is about, or it is said twice.",
        "--year or --release",
        "Name one of the two.",
    ),
    "INST-REPORT-ONE": Wording(
        "a letter and a brief are asked for at once.", "one document", "Name --letter or --brief."
    ),
    "INST-REPORT-LETTER": Wording(
        "the letter goes with the country's report, not with that of {found}.",
        "no --area",
        "Leave --area out; a region's rows go with the sheet of its submission.",
    ),
    "INST-REPORT-BRIEF": Wording(
        "a brief is of one region, and {found} is none.",
        "one of: {known}",
        "Name the region by --area.",
    ),
    "INST-REPORT-FORMAT": Wording(
        "“{found}” is no report format.",
        "a file name that ends in .pdf or .docx",
        "Choose another file name.",
    ),
    "INST-YEAR": Wording(
        "the plan asks for nothing in {found}.",
        "a year in which the plan is in force",
        "Choose another year.",
    ),
    "INST-PORT": Wording("port {found} is taken.", "a free port", "Choose another port with --port."),
    "INST-BUSY": Wording(
        "another write keeps the database busy.",
        "a database that is free before the wait is over",
        "Wait until the other file or copy is done and try again; nothing was changed.",
    ),
    "INST-DATABASE": Wording(
        "the database cannot be reached: {found}.",
        "a database that answers at the address in DATABASE_URL",
        "Check the address and that the database runs; nothing was changed.",
    ),
    "INST-DATABASE-USED": Wording(
        "the database already holds an instance.",
        "an empty database",
        "Name another database in DATABASE_URL; nothing was changed.",
    ),
    "INST-TOO-LONG": Wording(
        "the text has {found} characters.", "at most {limit}", "Shorten the text; nothing was changed."
    ),
    "INST-DENIED": Wording(
        "your role does not allow this.", "a person with the right to do it", "Ask your administrator."
    ),
    "DUTY-END-BEFORE-YEAR": Wording(
        "{found} lies before the year reported on.", "a day in {year} or later", "Check the date."
    ),
    "DUTY-END-IN-FUTURE": Wording(
        "{found} has not come yet.",
        "today or an earlier day",
        "Record the end of collection once it has come.",
    ),
    "DUTY-RECEIVED-IN-FUTURE": Wording(
        "{found} has not come yet.", "today or an earlier day", "Check the date."
    ),
    "DUTY-POSTPONED-TO": Wording(
        "the round of {year} cannot be put off to {found}.", "a later year", "Check the year."
    ),
    "DUTY-NO-AGREEMENT": Wording(
        "{found} hands in by a rule of the plan, not by an agreed date.",
        "a ministry or the council (paras 11–12)",
        "Check the code.",
    ),
    "DUTY-MEDIUM": Wording("“{found}” is no medium.", "one of: {known}", "Choose one of them."),
    "DUTY-REQUEST": Wording(
        "{found} does not work below {sender}.",
        "a district or city centre of the oblast centre that asks (para 9)",
        "Check the codes.",
    ),
    "DUTY-EVIDENCE": Wording(
        "the end of collection is recorded without evidence.",
        "the number of the act, order or letter that shows it",
        "Name the document.",
    ),
    "AUD-NO-KEY": Wording(
        "the journal's key is not there.",
        "the file audit.key in the folder of keys",
        "Put the key back; without it nothing can be written or verified.",
    ),
    "AUD-CHAIN": Wording("the journal's event {found} was altered.", _UNTOUCHED, _TAMPERED),
    "AUD-CUT": Wording(
        "the journal ends at event {found}; it once reached event {sequence}, or held another one there.",
        _UNTOUCHED,
        _TAMPERED,
    ),
    "AUD-END-MISSING": Wording(
        "the end of the journal, kept in the file {found} beside the database, is not there.",
        "the file as Dozor wrote it",
        "Put the file back from a copy of the folder; if nobody removed it knowingly, someone hides a cut.",
    ),
    "AUD-ALTERED": Wording("row {found} of table {table} was altered.", _UNTOUCHED, _TAMPERED),
    "AUD-ADDED": Wording(
        "row {found} of table {table} was added outside the program.", _UNTOUCHED, _TAMPERED
    ),
    "AUD-REMOVED": Wording("row {found} of table {table} was removed.", _UNTOUCHED, _TAMPERED),
    "AUD-BATCH-ALTERED": Wording(
        "a row of table {table}, import {batch}, was altered.", _UNTOUCHED, _TAMPERED
    ),
    "AUD-BATCH-ADDED": Wording(
        "rows were added to table {table}, import {batch}: {found}.", _UNTOUCHED, _TAMPERED
    ),
    "AUD-BATCH-REMOVED": Wording(
        "rows were removed from table {table}, import {batch}: {found}.", _UNTOUCHED, _TAMPERED
    ),
}
