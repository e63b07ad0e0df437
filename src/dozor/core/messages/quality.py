"""Messages of the quality rules: what looks doubtful, what was expected, what to do."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

_LOOK = "Compare with the primary records: correct the figure, confirm it, or explain it."
_SEND = "Ask for what is missing."
_TALK = (
    "Talk to the interviewer, listen to a recording or call back some respondents, and record what was found."
)
_READ = "Read the interviews side by side and record what was found."

WORDINGS: dict[str, Wording] = {
    "QLT-WHAT": Wording(
        "nothing was named to be checked, or two things at once.",
        "a file, or --round with the code of a round",
        "Name one of the two; a file of answers also needs --instrument.",
    ),
    "QLT-NO-ANSWERS": Wording(
        "most columns are no questions of the form “{form}”.",
        "answers, one row per respondent, columns named as the questions, such as {known}",
        "Choose another file or form; a table of values is checked without naming a form.",
    ),
    "QLT-OPEN": Wording(
        "{found}: a doubt of rule {rule} is not answered.",
        "every doubt about a row corrected, confirmed or explained",
        "Open the submission: beside the row stands what was expected, and a form to answer.",
    ),
    "QLT-UNKNOWN": Wording(
        "there is no doubt {found}.", "the number of a doubt", "See dozor doubts list for those there are."
    ),
    "QLT-STATE": Wording(
        "the doubt stands as: {found}; this answer is not possible now.",
        "a doubt that is open or was answered",
        "Nothing needs to be done: what is corrected is not asked about.",
    ),
    "QLT-CONTRADICTION": Wording(
        "these figures cannot all be right, so that they cannot be confirmed.",
        "a correction, or an explanation in words",
        "Correct the figure, or explain why it has to stand.",
    ),
    "QLT-TEXT": Wording(
        "the explanation is empty.",
        "a sentence that says why",
        "Write what was found in the primary records, and why the figure stands.",
    ),
    "QLT-RECOUNT": Wording(
        "“{found}” is no number that a recount can have.",
        "a number of 0 or more; documents found, at most as many as asked for",
        "Correct the number.",
    ),
    "QLT-BACK-CHECK": Wording(
        "none of the {found} re-interviews belongs to an interview of the round.",
        "a table with the columns respondent, interviewer and the questions asked again",
        "See that the codes of respondents are written as in the interviews.",
    ),
    "QLT-D1": Wording(
        "{agency}, {year}: {got} of {expected_count} reports came, {found} %.", "at least {limit} %", _SEND
    ),
    "QLT-D2": Wording(
        "{agency}, {year}: {got} of {expected_count} values are filled in, {found} %.",
        "at least {limit} %",
        _SEND,
    ),
    "QLT-D3": Wording(
        "{agency}, {year}: {got} of {expected_count} reports came in time, {found} %.",
        "at least {limit} %",
        "Find out what keeps the reports, and remind in good time.",
    ),
    "QLT-D4": Wording(
        "{agency}, {year}: {found} % of reports came, the year before {before} %.",
        "a fall of at most {limit} points",
        "Find out what has changed at the agency.",
    ),
    "QLT-D5": Wording(
        "{found} lies {score} standard deviations from its own past; the middle of that is {middle}.",
        "within {limit} standard deviations",
        _LOOK,
    ),
    "QLT-D6": Wording(
        "{found} has a modified z-score of {score} against its own past; the middle of that is {middle}.",
        "a modified z-score within {limit}",
        _LOOK,
    ),
    "QLT-D7": Wording(
        "{found} is {times} times what the area's other years and the year's other areas lead to expect.",
        "about {expected_value}",
        _LOOK,
    ),
    "QLT-D7-SEX": Wording(
        "women {found}, men {other}: {ratio} to one, where this area and its "
        "neighbours usually have {usual}.",
        "about {usual} women's to one of men's",
        "See whether the columns for women and men are exchanged; correct, confirm or explain.",
    ),
    "QLT-D8": Wording(
        "{found} lies {score} median deviations from the middle of its series, {middle}.",
        "within {limit} median deviations",
        _LOOK,
    ),
    "QLT-D9": Wording(
        "{found} is {ratio} times the mean of the three years before; in the "
        "area around it is {around} times.",
        "from {lowest} to {highest} times",
        _LOOK,
    ),
    "QLT-D10": Wording(
        "{found} and {other} ({other_value}) are {apart} % apart.", "at most {within} % apart", _LOOK
    ),
    "QLT-D10-ORDER": Wording(
        "{found} is more than {other}, {other_value}, of which it is a part.", "at most {other_value}", _LOOK
    ),
    "QLT-D11-SEX": Wording(
        "the total is {found}, women and men together make {sum}.",
        "{sum}",
        "Find out which of the figures is wrong and correct it.",
    ),
    "QLT-D11-AGE": Wording(
        "the total is {found}, its age groups together make {sum}.",
        "{sum}",
        "Find out which of the figures is wrong and correct it.",
    ),
    "QLT-D11-AREA": Wording(
        "the total is {found}, the areas it is made of together make {sum}.",
        "{sum}",
        "Find out which of the figures is wrong and correct it.",
    ),
    "QLT-D11-NUMERATOR": Wording(
        "the numerator {found} is above the denominator {denominator}.",
        "numerator ≤ denominator",
        "See whether the two are exchanged, and correct them.",
    ),
    "QLT-D11-SHARE": Wording(
        "the share is given as {found}; numerator and denominator make {computed}.",
        "{computed}",
        "Find out which of the three numbers is wrong and correct it.",
    ),
    "QLT-D12": Wording(
        "{found} and {other} ({other_value}) from another source are {apart} % apart.",
        "inside that source's interval, or at most {within} % apart",
        _LOOK,
    ),
    "QLT-D13": Wording(
        "the denominator {found} and {other} ({other_value}) are {apart} % apart.",
        "at most {within} % apart",
        "Find out which population each counts, and on which day.",
    ),
    "QLT-D14": Wording(
        "{site}: reported {found}, its own records show {recounted}; verification factor {factor}.",
        "a factor from {lowest} to {highest}",
        "Correct the report from the records and find out how the difference came about.",
    ),
    "QLT-D15": Wording(
        "{site}: {found} of {asked} source documents were there.", "at least {limit} %", "Find the documents."
    ),
    "QLT-D16": Wording(
        "{of}: the two entries differ in {differing} of {n} fields, {found} %.",
        "at most {limit} %",
        "Settle each difference from the paper, and train those who type.",
    ),
    "QLT-D17": Wording(
        "{agency}, {year}: {changed} of {n} values were changed after acceptance, {found} %.",
        "at most {limit} %",
        "Find out why figures are not final when they are handed in.",
    ),
    "QLT-D18": Wording(
        "{found} figures of {year} equal those of {before}, every one.",
        "figures of its own for each year",
        "See whether last year's figures were copied; correct, confirm or explain.",
    ),
    "QLT-D18-AREA": Wording(
        "{found} figures of {year} equal those of {other}, every one.",
        "figures of its own for each area",
        "See whether another area's figures were handed in; correct, confirm or explain.",
    ),
    "QLT-D19": Wording(
        "{area}: of {n} counts {found} % end in 0 or 5; the digit {common} is the most common.",
        "last digits that come about equally often",
        "Ask how the counts are made: rounded and guessed figures look like this.",
    ),
    "QLT-S1": Wording(
        "{found} interviews have the same answer to every question "
        "(interviewers {interviewers}; rows {rows}).",
        "no two alike",
        _READ,
    ),
    "QLT-S2": Wording(
        "two interviews agree in {found} % of answers (interviewers {interviewers}; rows {rows}).",
        "at most {limit} %, which people of this survey reach by chance",
        _READ,
    ),
    "QLT-S3": Wording(
        "interviewer {interviewer}: answers of {n} interviews depart from "
        "colleagues' at the same sites, index {found}.",
        "about {expected_value}",
        _TALK,
    ),
    "QLT-S4": Wording(
        "interviewer {interviewer}: {n} interviews differ from one another too little, variance {found}.",
        "about {expected_value}",
        _TALK,
    ),
    "QLT-S5-SHORT": Wording(
        "interviewer {interviewer}: {found} full interviews took less than {limit} minutes.",
        "about {median} minutes, as half of all full interviews",
        _TALK,
    ),
    "QLT-S5-OVERLAP": Wording(
        "interviewer {interviewer}: {found} interviews began before the one before had ended.",
        "one interview at a time",
        _TALK,
    ),
    "QLT-S5-NIGHT": Wording(
        "interviewer {interviewer}: {found} interviews began at night.",
        "interviews from {first} to {last} o'clock",
        _TALK,
    ),
    "QLT-S5-MANY": Wording(
        "interviewer {interviewer}: {found} interviews on {day}.", "at most {limit} a day", _TALK
    ),
    "QLT-S6": Wording(
        "ages end in 0 and 5 too often: Whipple's index {found}, Myers' {myers}.",
        "Whipple's index up to {limit}",
        "Have ages asked by year of birth, and train the interviewers.",
    ),
    "QLT-S6-EDGE": Wording(
        "{found} people are {age} years old, only {beside} are {inner}.",
        "about as many on both sides",
        "See whether people outside the survey's ages were moved to its edge.",
    ),
    "QLT-S7": Wording(
        "interviewer {interviewer}: {found} answers in 1,000 break a rule of the form ({n} asked).",
        "at most {limit} in 1,000",
        _TALK,
    ),
    "QLT-S8": Wording(
        "interviewer {interviewer}: {found} % of sensitive questions refused in {n} interviews.",
        "about {expected_value} %, as with the colleagues",
        _TALK,
    ),
    "QLT-S9": Wording(
        "an interview whose answers hardly ever go together (score {found}; "
        "interviewer {interviewers}; row {rows}).",
        "answers that others also give together",
        _READ,
    ),
    "QLT-S10": Wording(
        "interviewer {interviewer}, question “{question}”: agreement of {n} re-interviews is κ = {found}.",
        "κ of at least {limit}",
        _TALK,
    ),
    "QLT-S11-ACHIEVED": Wording(
        "{site}: {found} of {planned} planned interviews, {percent} %.",
        "at least {limit} %",
        "Go on at the site, or record why not; weights will be asked to make good for it.",
    ),
    "QLT-S11-UNPLANNED": Wording(
        "{site}: {found} interviews at a site the plan of the sample does not name.",
        "a site of the plan",
        "Correct the code of the site, or add the site to the plan with its weight.",
    ),
    "QLT-S11-SEED": Wording(
        "one seed's chain (row {row}) holds {found} % of the sample.",
        "at most {limit} %",
        "Read the estimate of each seed apart: the sample may not have left its beginnings.",
    ),
    "QLT-S11-WAVES": Wording(
        "the longest chain of recruitment has {found} waves.",
        "at least {limit}",
        "Go on recruiting: short chains still look like their seeds.",
    ),
    "QLT-S11-HOMOPHILY": Wording(
        "ties between two groups are {found} times rarer than blind recruiting would make them.",
        "at most {limit} times",
        "Read the groups apart: the sample may have split in two.",
    ),
    "QLT-S12": Wording(
        "one respondent's code stands in {n} interviews, at {found}.",
        "one interview of one person",
        "Decide which interview counts; nothing is removed by itself.",
    ),
}
