"""Messages about: what may be published."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

WORDINGS: dict[str, Wording] = {
    # the text of audiences
    "DIS-READS-ITSELF": Wording(
        "The audience “{found}” does not read its own releases.",
        "Its own code among those it reads.",
        "Add the code to `reads`.",
    ),
    "PLAN-UNKNOWN-AUDIENCE": Wording(
        "“{found}” is no audience.",
        "One of {known}.",
        "Correct the code, or add the audience.",
    ),
    "DIS-RULE-NUMBER": Wording(
        "“{found}” is too small for a rule of disclosure.",
        "A whole number, {least} or more.",
        "Correct the number in the text of audiences.",
    ),
    "DIS-RULE-PERCENT": Wording(
        "“{found}” is no percentage of a rule.",
        "Above 0 and at most 100.",
        "Correct the percentage in the text of audiences.",
    ),
    # what is to be released
    "DIS-CELL-TWICE": Wording(
        "The cell “{found}” stands twice in the release.",
        "Each cell once.",
        "Leave out one of the two.",
    ),
    "DIS-TWO-VALUES": Wording(
        "Two values of one thing by our own count: {found} ({values}).",
        "One value of each thing in a release.",
        "Correct one of them in the bank, or give the two counts names of their own.",
    ),
    # the attack
    "DIS-EXPOSED": Wording(
        "A reader can work out a hidden number: {found} lies between {lower} and {upper}.",
        "An interval at least as wide as the audience's rule asks.",
        "Hide also one of what gives it away: {culprits}.",
    ),
    "DIS-UNPROVEN": Wording(
        "No proof was found that a hidden number stays hidden: {found}.",
        "For every hidden number another table that agrees with all that is published.",
        "Hide one more of what stands in a sum with it: {culprits}.",
    ),
    # the proof
    "DIS-SHOWN": Wording(
        "The cell “{found}” is sensitive by the audience's rule and is shown.",
        "Every sensitive cell hidden.",
        "Do not publish this release; make it again.",
    ),
    "DIS-CERTIFICATE-OTHER": Wording(
        "The certificate {found}… is about another release.",
        "The certificate made with this release, from the same cells, rules and earlier releases.",
        "Take the certificate kept with the release, or audit the release again.",
    ),
    "DIS-CERTIFICATE-TABLE": Wording(
        "The certificate's table is not the release's.",
        "The true value of every cell, as the release keeps them.",
        "Audit the release again.",
    ),
    "DIS-CERTIFICATE-DIFFERENCE": Wording(
        "Difference {found} of the certificate does not agree with what is published.",
        "Every difference leaves every published number as it is.",
        "Audit the release again.",
    ),
    "DIS-CERTIFICATE-NEED": Wording(
        "The certificate does not show that this stays hidden: {found}.",
        "Differences that move every hidden number as far as the audience's rule asks.",
        "Audit the release again.",
    ),
    "DIS-CERTIFICATE-UNREADABLE": Wording(
        "This is no certificate: {found}.",
        "The JSON file kept with the release.",
        "Take the file kept with the release, or audit the release again.",
    ),
}
