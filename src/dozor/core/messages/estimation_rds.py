"""Messages about: samples recruited by respondents, cohorts, rounds."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

WORDINGS: dict[str, Wording] = {
    # samples recruited by respondents
    "RDS-ID-MISSING": Wording(
        "The respondent has no identifier.",
        "An identifier in every row.",
        "Fill the cell.",
    ),
    "RDS-ID-REPEATED": Wording(
        "The identifier “{found}” already stands in row {first}.",
        "Each respondent once, under an identifier of their own.",
        "If it is one person interviewed twice, keep one row; if two people, give one another identifier.",
    ),
    "RDS-ORPHAN": Wording(
        "The recruiter “{found}” is not among the respondents.",
        "The identifier of a respondent; empty or 0 for a seed.",
        "Check the recruiter's identifier, or mark the respondent as a seed.",
    ),
    "RDS-CYCLE": Wording(
        "The chain of recruitment returns to itself: {found}.",
        "Chains that begin with a seed.",
        "Correct the recruiter of one of them.",
    ),
    "RDS-COUPON-REPEATED": Wording(
        "The coupon “{found}” was already handed in in row {first}.",
        "Each coupon handed in once.",
        "Check both coupons against the paper ones.",
    ),
    "RDS-COUPON-MISSING": Wording(
        "A recruited respondent has no coupon.",
        "The number of the coupon handed in; only seeds have none.",
        "Write the number of the coupon.",
    ),
    "RDS-RECRUITER-LATER": Wording(
        "Interviewed on {found}, before the recruiter in row {recruiter_row} ({recruiter_on}).",
        "A recruiter is interviewed before those they recruit.",
        "Check both days and the recruiter's identifier.",
    ),
    "RDS-DEGREE-MISSING": Wording(
        "The size of the personal network is missing.",
        "How many people of the population the respondent knows: above zero.",
        "Fill the cell, or leave the respondent out with a reason on record: weights rest on it.",
    ),
    "RDS-DEGREE-ZERO": Wording(
        "The size of the personal network is zero, yet the respondent was recruited through it.",
        "At least 1.",
        "Check the answer: whoever was recruited knows at least the recruiter.",
    ),
    "RDS-DEGREE-NEGATIVE": Wording(
        "The size of the personal network is negative: {found}.",
        "A number above zero.",
        "Correct the cell; codes for no answer belong to --missing.",
    ),
    "RDS-POPULATION-SMALL": Wording(
        "The population of {found} is smaller than the sample of {sample}.",
        "A population at least as large as the sample.",
        "Check the size of the population.",
    ),
    "RDS-POPULATION-WRONG": Wording(
        "“{found}” is no size of a population.",
        "A positive number.",
        "Correct --population-size.",
    ),
    "RDS-POPULATION-NEEDED": Wording(
        "“{found}” needs the size of the population.",
        "How many people the population has, by a recorded estimate.",
        "Give --population-size, or choose rds2.",
    ),
    "RDS-DOMAIN-LARGE": Wording(
        "The domain's population, estimated at {found}, is smaller than its sample of {sample}.",
        "A population at least as large as the sample in every domain.",
        "Check the size of the population, or estimate without this domain.",
    ),
    "RDS-NO-RECRUITS": Wording(
        "Nobody recruited anybody among the {n} respondents.",
        "Chains of recruitment to resample.",
        "Check the column of recruiters; without chains use estimate survey.",
    ),
    "RDS-GILE-ESTIMATOR": Wording(
        "Gile's bootstrap does not go with “{found}”.",
        "ss, or rds2.",
        "Choose another bootstrap for RDS-I: tree or salganik.",
    ),
    "RDS-MEAN-ESTIMATOR": Wording(
        "RDS-I estimates shares of groups, and “{found}” is a quantity.",
        "rds2 or ss for a mean.",
        "Choose another estimator, or make groups of the quantity.",
    ),
    "RDS-SIZES-NEEDED": Wording(
        "The size of the population in “{found}” is not known, so cities cannot be put together.",
        "A size with its standard error for each city.",
        "Give --size CITY=people:standard error, or leave the cities apart with --by.",
    ),
    "RDS-SIZE-FORM": Wording(
        "“{found}” does not say a city's size.",
        "CITY=people or CITY=people:standard error, for example Minsk=9000:1500.",
        "Write it in this form.",
    ),
    "RDS-SIZE-WRONG": Wording(
        "“{found}” is no size with a standard error.",
        "A positive number of people and a standard error of zero or more.",
        "Correct the size.",
    ),
    "RDS-CITY-NOT-ESTIMATED": Wording(
        "The share in “{found}” could not be estimated.",
        "A share with its standard error in every city.",
        "Leave the cities apart, or leave this city out and say so.",
    ),
    # columns
    "EST-NOT-DATE": Wording(
        "“{found}” is not a day.",
        "A day such as 2024-03-31 or 31.03.2024.",
        "Write the day in one of these forms.",
    ),
    # people met at venues
    "TLS-CHANCE": Wording(
        "“{found}” is no chance to be drawn.",
        "Above 0 and at most 1.",
        "Give the chance with which the venue, day and hour were drawn.",
    ),
    "TLS-PART": Wording(
        "“{found}” is no part of the visitors.",
        "A part of them, above 0 and at most 1.",
        "Divide those interviewed by those counted at the venue.",
    ),
    "TLS-VISITS": Wording(
        "“{found}” visits, while the respondent was met on one.",
        "One or more.",
        "Count the visit at which the interview took place.",
    ),
    # people followed in time
    "COH-EVENT-BEFORE-START": Wording(
        "Observation ends before therapy begins, by {found}.",
        "An end on the day of the start or later.",
        "Check both dates.",
    ),
    "COH-TIME-MISSING": Wording(
        "The time of observation is not known: a date is missing.",
        "A start and an end in every row.",
        "Fill the cell; for people still on therapy give --closing, the day the records were closed.",
    ),
    "COH-ENTRY-LATE": Wording(
        "Observation begins at {found}, not before it ends.",
        "An entry before the end.",
        "Check the entry and the end.",
    ),
    "COH-WEIGHT": Wording(
        "“{found}” cannot be a person's weight.",
        "A positive weight in every record.",
        "Correct the weight.",
    ),
    "COH-EMPTY": Wording(
        "Nobody is in the cohort.",
        "At least one person with an answer.",
        "Check the file and the definition of the cohort.",
    ),
    "COH-EVENT-MISSING": Wording(
        "It is not known whether the person left.",
        "An expression that is true or false for everyone.",
        "Fill the cells it reads, or name the column itself: there an empty cell means still there.",
    ),
    "COH-TRANSFER-VALUE": Wording(
        "No record has the way out “{found}”.",
        "One of the values of that column: {known}.",
        "Check the value given to --transferred.",
    ),
    "COH-START-NEEDED": Wording(
        "“{found}” is a date, and the start is not named.",
        "A column of starts for a column of ends.",
        "Give --start.",
    ),
    "COH-TIME-KINDS": Wording(
        "One of “{found}” holds dates and the other numbers.",
        "Two dates, or two numbers in one unit.",
        "Bring both to one form; dates are written as 2024-03-31.",
    ),
    "COH-AT": Wording(
        "“{found}” is not a number from {low} to {high}.",
        "A number between them, or several with commas.",
        "Correct the option.",
    ),
    "COH-UNSEEN": Wording(
        "{found} of {n} records end before {at} with no way out.",
        "Records that reach {at}, or say how the person left before it.",
        "They count by the rule --unseen; trace these people, or ask for an earlier time.",
    ),
    "COH-FIRST-AFTER-AGE": Wording(
        "The event is put at age {found}, after the age of {age} at the interview.",
        "An age not above that at the interview.",
        "Check both ages.",
    ),
    # rounds
    "TRE-ROUND-MISSING": Wording(
        "The round is not known.",
        "A year, or a date, in every row.",
        "Fill the cell with the year.",
    ),
    "TRE-SITE-MISSING": Wording(
        "The site is not known.",
        "A site in every row.",
        "Fill the cell with the site.",
    ),
    "TRE-COUNT": Wording(
        "“{found}” is no count of people.",
        "A whole number, zero or more.",
        "Correct the count.",
    ),
    "TRE-MORE-POSITIVE": Wording(
        "{found} positive among {tested} tested.",
        "No more positive than tested.",
        "Check both counts.",
    ),
    "TRE-NOBODY": Wording(
        "Nobody was tested.",
        "At least one round with people tested.",
        "Check the columns of counts.",
    ),
    "TRE-ONE-ROUND": Wording(
        "There is one round only: {found}.",
        "At least two rounds for a trend.",
        "Read its prevalence; a trend needs the next round.",
    ),
    "TRE-ONE-SITE": Wording(
        "There is one site only, so differences between sites cannot be seen.",
        "At least two sites.",
        "Read the pooled slope, and remember that it speaks of one site.",
    ),
    "TRE-NO-FIT": Wording(
        "No slope fits best: all or nobody is positive in some part of the series.",
        "Both positive and negative results over rounds and sites.",
        "Read the prevalences; join sites or rounds if that makes sense.",
    ),
    "TRE-FORM": Wording(
        "It is not said what to count.",
        "Either --tested and --positive, or --outcome.",
        "Name the columns of counts, or define the outcome of persons.",
    ),
    "TRE-SITES-CHANGED": Wording(
        "Sites changed between {earlier} and {later}: {found}.",
        "The same sites in every round.",
        "This series is not one trend: read the slope within sites, or within the lasting sites.",
    ),
    "TRE-SAMPLING-CHANGED": Wording(
        "Sampling changed between {earlier} and {later}: {found}.",
        "The same way of sampling in every round.",
        "This series is not one trend: a change of method cannot be told from a change of prevalence.",
    ),
    "TRE-SIZE-CHANGED": Wording(
        "The number tested changed threefold or more between {earlier} and {later}: {found}.",
        "Numbers of the same order in every round.",
        "Find out whether other people are tested now; if so, this series is not one trend.",
    ),
    "TRE-GAP": Wording(
        "Rounds are missing: {found}.",
        "A round every {step}.",
        "Read the slope as an average over the gap; nobody knows the years between.",
    ),
}
