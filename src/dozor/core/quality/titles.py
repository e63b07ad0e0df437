"""What each rule asks, in a few words; translations stand in ``dozor/language``."""

from __future__ import annotations

from collections.abc import Mapping

TITLES: Mapping[str, str] = {
    "D1": "reports that came, of those due",
    "D2": "values filled in, of those asked for",
    "D3": "reports that came in time",
    "D4": "fewer reports than the year before",
    "D5": "far from its own past (z-score)",
    "D6": "far from its own past (modified z-score)",
    "D7": "not as other years and areas lead to expect",
    "D8": "a year too heavy for its series",
    "D9": "a leap against three years before",
    "D10": "related series that do not agree",
    "D11": "sums and shares that do not hold",
    "D12": "another source says otherwise",
    "D13": "another population is counted",
    "D14": "recount at the site",
    "D15": "source documents that were not there",
    "D16": "two entries of paper that differ",
    "D17": "values changed after acceptance",
    "D18": "figures of another year or area",
    "D19": "last digits that people invent",
    "S1": "interviews wholly alike",
    "S2": "interviews too much alike",
    "S3": "an interviewer's answers differ from colleagues'",
    "S4": "an interviewer's interviews vary too little",
    "S5": "times of interviews",
    "S6": "ages that crowd",
    "S7": "rules of the form broken",
    "S8": "refusals, too many or none",
    "S9": "answers that hardly ever go together",
    "S10": "re-interviews that do not agree",
    "S11": "the sample against its plan, chains of recruitment",
    "S12": "one code at two sites",
}
