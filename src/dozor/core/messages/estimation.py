"""Messages about: estimation from microdata."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

WORDINGS: dict[str, Wording] = {
    # the file
    "EST-FILE-MISSING": Wording(
        "There is no file “{found}”.",
        "A file of answers, one row per respondent.",
        "Check the path.",
    ),
    "EST-FILE-KIND": Wording(
        "Files ending in “{found}” are not read.",
        "A file ending in one of: {known}.",
        "Save the answers in one of these formats.",
    ),
    "EST-FILE-UNREADABLE": Wording(
        "The file could not be read: {found}.",
        "A whole file of the kind its name says.",
        "Open it in the program it was made with and save it again.",
    ),
    "EST-FILE-HEADING": Wording(
        "A heading is empty or stands twice: “{found}”.",
        "Every column with a heading of its own; capital and small letters do not tell headings apart.",
        "Give each column its own heading.",
    ),
    "EST-FILE-ROW": Wording(
        "The row does not fit the heading: cells {cells}, headings {headings}.",
        "As many cells as there are headings; text with a delimiter inside stands in double quotes.",
        "Correct the row.",
    ),
    "EST-NO-ROWS": Wording(
        "The file holds no answers.",
        "At least one row under the headings.",
        "Check that the right file was named.",
    ),
    # columns
    "EST-COLUMN": Wording(
        "There is no column “{found}”.",
        "One of the file's headings, for example: {known}.",
        "Check the spelling of the heading.",
    ),
    "EST-NOT-NUMBER": Wording(
        "“{found}” is not a number.",
        "A column of numbers; an empty cell is a missing answer.",
        "Correct the cell, or name the texts that stand for a missing answer with --missing.",
    ),
    "EST-NOT-01": Wording(
        "The value is {found}, where yes is 1 and no is 0.",
        "0, 1 or an empty cell.",
        "Write out which values count, for example “{column} = {found}”, or correct the cell.",
    ),
    "EST-DESIGN-MISSING": Wording(
        "The cell is empty.",
        "Every row names its stratum and its cluster.",
        "Fill the cell, or leave the row out with a reason on record.",
    ),
    "EST-ALL-MISSING": Wording(
        "Nobody has an answer that “{found}” could be estimated from.",
        "At least one answer; those the question is not put to do not count.",
        "Check the definition, and that the column was read as meant.",
    ),
    # weights
    "EST-WEIGHT-MISSING": Wording(
        "The weight is missing; rows like this: {count}.",
        "A positive weight in every row.",
        "Fill in the weight: a row without one stands for nobody.",
    ),
    "EST-WEIGHT-ZERO": Wording(
        "The weight is zero; rows like this: {count}.",
        "A positive weight in every row.",
        "Give the row its weight, or leave it out.",
    ),
    "EST-WEIGHT-NEGATIVE": Wording(
        "The weight is negative: {found}; rows like this: {count}.",
        "A positive weight in every row.",
        "Check how the weights were computed.",
    ),
    "EST-WEIGHT-INFINITE": Wording(
        "The weight is infinite; rows like this: {count}.",
        "A positive weight in every row.",
        "Check how the weights were computed.",
    ),
    # the design
    "EST-LONELY": Wording(
        "Stratum “{found}” has a single cluster, so its variance cannot be estimated (such strata: {count}).",
        "At least two clusters in every stratum.",
        "Join the stratum with its neighbour, or choose a rule with --lonely remove|adjust|average.",
    ),
    "EST-LONELY-SECOND": Wording(
        "Cluster “{found}” has a single unit of the second stage, so its variance cannot be estimated "
        "(such clusters: {count}).",
        "At least two units in every cluster that was not taken whole.",
        "Choose a rule with --lonely remove|adjust|average.",
    ),
    "EST-CLUSTER-TWICE": Wording(
        "Cluster “{found}” stands in several strata: {strata}.",
        "With --unique-clusters a cluster's number stands in one stratum only.",
        "Correct the numbers, or leave --unique-clusters out if numbers start again in each stratum.",
    ),
    "EST-FPC-SMALL": Wording(
        "The population of “{stratum}” is {found}, fewer than the {sampled} sampled.",
        "A population at least as large as its sample, or a sampled fraction of at most 1.",
        "Check the finite population correction.",
    ),
    "EST-FPC-VALUE": Wording(
        "The finite population correction is “{found}”.",
        "A positive count of the population's units, or a sampled fraction, in every row.",
        "Fill in or correct the column.",
    ),
    "EST-FPC-MIXED": Wording(
        "The finite population corrections hold fractions ({found}) and counts ({other}).",
        "Counts everywhere, or fractions of at most 1 everywhere.",
        "Bring the columns to one kind.",
    ),
    "EST-FPC-VARIES": Wording(
        "The finite population correction changes within “{stratum}”: {found} and another.",
        "One population for each stratum (for the second stage, for each cluster).",
        "Correct the column.",
    ),
    # definitions
    "EST-SHARE-FORM": Wording(
        "“{found}” does not name an indicator.",
        'NAME="EXPRESSION" or NAME="EXPRESSION given EXPRESSION", such as tested="test = 1 given age >= 15".',
        "Put a name and an equals sign before the expression.",
    ),
    "EST-EXPR-SYNTAX": Wording(
        "“{name}”: the expression cannot be understood: {found}.",
        "Comparisons, AND, OR, NOT, IN, BETWEEN, IS NULL; text in single quotes; at most one “given”.",
        "Correct the expression.",
    ),
    "EST-EXPR-FIELD": Wording(
        "“{name}”: there is no column “{found}”.",
        "A heading of the file, for example: {known}. Text stands in single quotes.",
        "Check the spelling; put a heading with spaces or signs in double quotes.",
    ),
    "EST-EXPR-FORBIDDEN": Wording(
        "“{name}”: “{found}” is not allowed in a definition.",
        "Comparisons, AND, OR, NOT, IN, BETWEEN, IS NULL, numbers, texts, columns; no function, no subquery.",
        "Say it with these, or compute a column beforehand.",
    ),
    "EST-EXPR-TYPES": Wording(
        "“{name}”: {left} and {right} are of different types: {found}.",
        "Numbers compared with numbers, text in single quotes with text.",
        "Bring both sides to one type.",
    ),
    # the request
    "EST-NOTHING-ASKED": Wording(
        "Nothing is asked for.",
        "At least one of --share, --mean, --total, --ratio, --quantile, --chisq.",
        "Say what to estimate.",
    ),
    "EST-CHOICE": Wording(
        "{option} does not know “{found}”.",
        "One of: {known}.",
        "Choose one of: {known}.",
    ),
    "EST-LEVEL": Wording(
        "The level is {found}.",
        "A number between 0 and 1, such as 0.95.",
        "Correct --level.",
    ),
    "EST-RATIO-FORM": Wording(
        "“{found}” is not a ratio.",
        "Y/X, both columns of numbers.",
        "Put a slash between the two columns.",
    ),
    "EST-QUANTILE-FORM": Wording(
        "“{found}” is not a quantile.",
        "COLUMN@SHARE with a share between 0 and 1, such as age@0.5.",
        "Correct --quantile.",
    ),
    "EST-DESIGN-STAGES": Wording(
        "{found} names {count} columns.",
        "One column, or two for two stages; as many corrections as stages at most.",
        "Name at most two columns.",
    ),
    # replicates
    "EST-REPLICATES-NONE": Wording(
        "No column fits “{found}”.",
        "A pattern such as 'rep_*' that at least two columns of replicate weights fit.",
        "Check the pattern and put it in quotes.",
    ),
    "EST-REPLICATES-VALUE": Wording(
        "A replicate weight is missing or infinite.",
        "A number in every row; zero and negative ones may occur.",
        "Fill in the column.",
    ),
    "EST-REPLICATES-SCALE": Wording(
        "Replicates of kind {found} need --rscales: one number, or one for each of the {count} replicates.",
        "The scales the replicate weights were published with.",
        "Look them up beside the weights.",
    ),
    "EST-REPLICATES-PAIRS": Wording(
        "Stratum “{found}” has {count} clusters.",
        "Two clusters in every stratum: balanced replication drops one of each pair.",
        "Choose another kind of replicates.",
    ),
    "EST-REPLICATES-STRATA": Wording(
        "Replicates of kind JK1 leave strata out, and the design has {count}.",
        "One stratum.",
        "Choose JKn.",
    ),
    # weights adjusted to known totals
    "EST-TOTALS-FORM": Wording(
        "The table of population totals has no usable columns: {found}.",
        "Columns of the data, and one column of numbers named “total”.",
        "Correct the table.",
    ),
    "EST-TOTALS-CELL": Wording(
        "The population totals and the answers do not meet: {found}.",
        "A positive total for every combination that occurs in the answers, and answers for every total.",
        "Add the combination, or join it with another.",
    ),
    "EST-TOTALS-MARGINS": Wording(
        "The margins add up to different populations: {found} and {other}.",
        "One population behind all the margins.",
        "Correct the totals.",
    ),
    "EST-TOTALS-UNMET": Wording(
        "The weights cannot be brought to the population totals.",
        "Totals that differ from the sample's by a moderate factor, of terms that do not repeat each other.",
        "Join small cells, or leave a term out.",
    ),
    "EST-TOTALS-MIXED": Wording(
        "{found} cannot stand together.",
        "One way of adjusting the weights, and none with replicate weights.",
        "Choose one.",
    ),
    # comparisons
    "EST-CHISQ-FORM": Wording(
        "“{found}” is not a pair of columns.",
        "ROWS,COLUMNS, two columns of the file, each with at least two values.",
        "Correct --chisq.",
    ),
    "EST-DIFFERENCE-ONE": Wording(
        "Column “{found}” holds fewer than two values.",
        "At least two values to compare.",
        "Choose another column.",
    ),
}
