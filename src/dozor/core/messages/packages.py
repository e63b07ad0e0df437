"""Messages about packages that travel on a memory stick."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

WORDINGS: dict[str, Wording] = {
    "PKG-LARGE": Wording(
        "a package of {found}: more than {limit} bytes.",
        "a package of up to {limit} bytes",
        "Make the scan smaller, in grey or with less resolution.",
    ),
    "PKG-FILE": Wording(
        "the file is no package, or only a part of one.",
        "a whole file made by “dozor package export”",
        "Copy the file again, or ask for it anew.",
    ),
    "PKG-MANIFEST": Wording(
        "what the package says of itself cannot be read.",
        "a manifest as “dozor package export” writes it",
        "Ask for the package anew.",
    ),
    "PKG-FORMAT": Wording(
        "the package is of form {found}, which this version does not know.",
        "form {known}",
        "Upgrade this instance, or have the package made by its version.",
    ),
    "PKG-PART": Wording(
        "the part “{found}” was altered, is missing or is not named in the package.",
        "every part as it was signed",
        "Copy the file again, or ask for the package anew.",
    ),
    "PKG-SIGNATURE": Wording(
        "the signature is not that of {found}.",
        "a package as its agency signed it",
        "Do not use the file; ask the agency whether it sent it.",
    ),
    "PKG-KEY": Wording(
        "no trusted key is known: {found}.",
        "a key that was taken by its act",
        "Compare the key’s digits with the agency by telephone; take it with “dozor package trust”.",
    ),
    "PKG-KEY-DISTRUSTED": Wording(
        "the key {found} is trusted no longer.",
        "a key in force",
        "Ask the agency for a package signed with its new key.",
    ),
    "PKG-KEY-FORM": Wording(
        "“{found}” is no public key.",
        "64 hexadecimal digits, as “dozor package owner” shows them",
        "Copy the key whole.",
    ),
    "PKG-KEY-TAKEN": Wording(
        "the key {found} is that of {agency} already.",
        "a key of its own for each agency",
        "Look at “dozor package keys”.",
    ),
    "PKG-ACT": Wording(
        "“{found}” names no act the key was handed over by.",
        "number and date of the act, up to today",
        "Give --number and --dated-on of the act.",
    ),
    "PKG-OWN-KEY": Wording(
        "this instance’s own key {found} cannot be read.",
        "the key file as it was made",
        "Restore the keys folder from a backup.",
    ),
    "PKG-OWNER": Wording(
        "nobody has said whose instance this is.",
        "the agency it belongs to",
        "Say it with “dozor package owner CODE”.",
    ),
    "PKG-OWNED": Wording(
        "this instance is that of {found} and has packages under its name.",
        "the same owner",
        "Make an instance of its own for the other agency.",
    ),
    "PKG-NOT-OURS": Wording(
        "{found} is not for {owner} to send.",
        "a submission of this instance’s agency to another",
        "Choose one with “dozor submission list”.",
    ),
    "PKG-REASON": Wording(
        "its recipient has the submission already: a package that corrects or answers needs a word.",
        "the reason of the correction, or the answer to the remarks",
        "Give it with --reason.",
    ),
    "PKG-SCAN": Wording(
        "the scan of {found} bytes is no picture of a sheet, or too large.",
        "PDF, PNG or JPEG of up to {limit} bytes",
        "Scan the sheet again.",
    ),
    "PKG-RECIPIENT": Wording(
        "the package is for {found}.",
        "a package for {owner}",
        "Hand it to whom it is for.",
    ),
    "PKG-RECEIPT": Wording(
        "the receipt answers no package of ours: {found}.",
        "a receipt of a package made here",
        "Ask the recipient which package it answers.",
    ),
    "PKG-SEQUENCE": Wording(
        "another package of number {found} came from this agency.",
        "a number of its own for each package",
        "Ask the agency whether its key is used elsewhere too.",
    ),
    "PKG-OLDER": Wording(
        "package {found} is older than package {last} of the same submission, which is here.",
        "a later package",
        "Take the latest package of the submission.",
    ),
    "PKG-PLAN": Wording(
        "the package follows a plan this instance does not hold: {found}.",
        "a version of the plan that is loaded here",
        "Load the same text of the plan on both sides.",
    ),
    "PKG-ROWS": Wording(
        "the rows cannot be read, or are not those the checksum speaks of. {found}",
        "the rows of a submission",
        "Ask for the package anew.",
    ),
    "PKG-FUTURE": Wording(
        "the package says it was sent on {found}.",
        "a day up to today",
        "Check the clocks of both machines.",
    ),
    "PKG-SUBMISSION": Wording(
        "the package speaks of {found}.",
        "{expected}",
        "Ask for the package anew.",
    ),
    "PKG-KIND": Wording(
        "the package carries “{found}”, which this version does not know.",
        "a submission, what was sent back or decided, a request, or a receipt",
        "Upgrade this instance.",
    ),
    "PKG-ANSWERS": Wording(
        "the answers to remarks in the package cannot be read.",
        "answers as “dozor package export” writes them",
        "Ask for the package anew.",
    ),
    "PKG-DOUBTS": Wording(
        "the answers to doubts in the package cannot be read.",
        "answers as “dozor package export” writes them",
        "Ask for the package anew.",
    ),
    "PKG-REMARKS": Wording(
        "the remarks in the package cannot be read.",
        "remarks as “dozor package export” writes them",
        "Ask for the package anew.",
    ),
    "PKG-NOT-RETURNED": Wording(
        "the submission is {found}: there are no remarks to carry.",
        "a submission that is sent back now",
        "Send it back with “dozor submission send-back” first.",
    ),
    "PKG-RECEIPT-FIRST": Wording(
        "the file speaks of {found} as received, and its receipt was not taken here yet.",
        "the receipt of the package it came in",
        "Take the receipt, then this file; ask the recipient for the receipt if it was lost.",
    ),
    "PKG-VERSION": Wording(
        "the file speaks of other rows than those handed in last: {found}.",
        "a file about the version the recipient has",
        "Bring the recipient the last package, or ask which version the file is about.",
    ),
    "PKG-JUDGED": Wording(
        "what was decided does not follow what is known here: {found}.",
        "the steps since the version was accepted, those known here first",
        "Look at “What happened” on the submission’s page in both instances.",
    ),
    "PKG-REQUEST": Wording(
        "this instance’s agency made no request {found}.",
        "the number of a request recorded here",
        "Record it first with “dozor round request”.",
    ),
}
