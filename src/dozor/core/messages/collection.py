"""Messages about rounds, phones and answers."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

_NOT_KEPT = "Nothing of it was kept. Take it out and send the rest again."
_UNREADABLE = "a record as the form makes it"
_SEND_AGAIN = "Nothing was kept; send it again from the phone."

WORDINGS: dict[str, Wording] = {
    "PERSON-NAME": Wording(
        "a person's name stands here.", "answers that do not tell who a person is", _NOT_KEPT
    ),
    "PERSON-DOCUMENT": Wording(
        "the number of a person's document stands here.",
        "answers that do not tell who a person is",
        _NOT_KEPT,
    ),
    "PERSON-PHONE": Wording(
        "a telephone number stands here.", "answers that do not tell who a person is", _NOT_KEPT
    ),
    "PERSON-ADDRESS": Wording(
        "a home or e-mail address stands here.", "answers that do not tell who a person is", _NOT_KEPT
    ),
    "PERSON-BIRTH-DATE": Wording(
        "a person's exact date of birth stands here.",
        "the age in full years, or the year of birth",
        _NOT_KEPT,
    ),
    "COL-INSTRUMENT": Wording(
        "the plan has no instrument “{found}”.", "one of: {known}", "Choose one of the instruments."
    ),
    "COL-ROUND": Wording("there is no round “{found}”.", "one of: {known}", "Choose one of the rounds."),
    "COL-ROUND-OPEN": Wording(
        "the instrument “{instrument}” is in the field already, in the round {found}.",
        "one open round of an instrument at a place",
        "Close that round first.",
    ),
    "COL-NIL-RECORDS": Wording(
        "forms of this agency are in the round {round} already: {found}.",
        "a round without forms of the agency",
        "Correct the forms that are wrong; a nil report says that there were none.",
    ),
    "COL-VERSION": Wording(
        "the agency gave no version {found}.", "one of: {known}", "Choose one of the versions."
    ),
    "COL-ROUND-CLOSED": Wording(
        "the round {found} is closed.", "an open round", "Open a new round, or name another."
    ),
    "COL-ROUND-ESTIMATED": Wording(
        "the round {found} has been estimated; its answers stand.",
        "a record of a round not yet estimated",
        "Leave the record out, and say so in the reason.",
    ),
    "COL-ROUND-EMPTY": Wording(
        "the round {found} holds no answers.",
        "at least one record",
        "Wait for the records, or record a decision that the round is not held.",
    ),
    "COL-ROUND-OTHER": Wording(
        "the round {found} is a round of another instrument, {instrument}.",
        "a round of the instrument named",
        "Check both names.",
    ),
    "COL-DESIGN-FIELD": Wording(
        "the instrument “{instrument}” has no field “{found}” for the design.",
        "a field of the instrument",
        "Check the name.",
    ),
    "COL-DEVICE-NAME": Wording(
        "a phone of the name “{found}” is let in already, or the name is empty.",
        "a name of its own for each phone",
        "Choose another name, or revoke the other phone first.",
    ),
    "COL-DEVICE": Wording(
        "no phone of the name “{found}” is let in.", "the name of a phone", "Check the name."
    ),
    "COL-QR": Wording(
        "“{found}” is no file for a QR code.", "a name in .png or .svg", "Choose another name."
    ),
    "COL-EXPORT": Wording(
        "“{found}” is no file for answers.", "a name in .csv, .json or .jsonl", "Choose another name."
    ),
    "COL-NO-KEYS": Wording(
        "the keys of the answers are not there ({found}).",
        "the three files in the folder of keys",
        "Put them back; without them the answers cannot be read.",
    ),
    "COL-KEY": Wording(
        "the key {found} is not in the folder of keys.",
        "the key a file was encrypted with",
        "Put back the file answers.key as it was.",
    ),
    "COL-SEALED": Wording(
        "the encrypted file {found} is not there, or it was altered.",
        "a file as Dozor wrote it",
        "Restore the last good backup.",
    ),
    "COL-XML-LARGE": Wording(
        "the record has {found} bytes.", "at most {limit} bytes", "Send photographs as files of their own."
    ),
    "COL-XML-ENCODING": Wording(
        "the record is not written in UTF-8 (byte {found}).", "UTF-8", "Send it from the form itself."
    ),
    "COL-XML-UNREADABLE": Wording("the record cannot be read.", _UNREADABLE, _SEND_AGAIN),
    "COL-XML-ENTITY": Wording(
        "the record declares a document type or entities.", _UNREADABLE, "Send it from the form itself."
    ),
    "COL-XML-DEEP": Wording(
        "the record holds more elements, or deeper ones, than any form.",
        "at most {elements} elements, {depth} deep",
        "Send it from the form itself.",
    ),
    "COL-XML-FORM": Wording(
        "the record does not name its form.", "the form's id in the first element", "Send it from the form."
    ),
    "COL-XML-INSTANCE": Wording(
        "the record has no id of its own, or an impossible one.",
        "meta/instanceID of at most 249 characters",
        "Send it from the form itself.",
    ),
    "COL-FORM-UNKNOWN": Wording(
        "the form “{found}” is not in the field for this phone.",
        "a form from the phone's list",
        "Load the list of forms anew; the record stays on the phone.",
    ),
    "COL-VERSION-UNKNOWN": Wording(
        "the version “{found}” of the form “{form}” was never published.",
        "a published version",
        "Load the form anew; the record stays on the phone.",
    ),
    "COL-CONFLICT": Wording(
        "another record with the id {found} is here already.",
        "an id of its own for each record",
        "Tell the centre; the first record stays.",
    ),
    "COL-EDIT-UNKNOWN": Wording(
        "the record {found} that this one corrects is not here.",
        "a record sent before",
        "Send the first record, then its correction.",
    ),
    "COL-EDIT-STALE": Wording(
        "the record {found} was corrected already.",
        "a correction of the last state",
        "Tell the centre; both earlier records stay.",
    ),
    "COL-LATE": Wording(
        "the round {found} was closed before this record came.",
        "a record sent while the round is open",
        "It is kept apart until the centre decides.",
    ),
    "COL-TOKEN": Wording(
        "the address holds no key of a phone.", "the address from the phone's QR code", "Scan it again."
    ),
    "COL-TOKEN-UNKNOWN": Wording(
        "this phone's key opens nothing: it was revoked or never given.",
        "a key in force",
        "Ask the centre for a new QR code; your records stay on the phone.",
    ),
    "COL-ADDRESS": Wording(
        "there is nothing at “{found}”.", "the address from the phone's QR code", "Scan it again."
    ),
    "COL-METHOD": Wording(
        "nothing here answers to {found}.", "a request as phones make it", "Check the address."
    ),
    "COL-OPENROSA-VERSION": Wording(
        "the request does not name the version of OpenRosa it speaks.",
        "the header X-OpenRosa-Version: 1.0",
        "Use ODK Collect or a program that speaks OpenRosa.",
    ),
    "COL-POST-LARGE": Wording(
        "the post has {found} bytes or more.", "at most {limit} bytes", "Send the files in several posts."
    ),
    "COL-POST-PARTS": Wording(
        "the post does not consist of parts ({found}).", "multipart/form-data", _SEND_AGAIN
    ),
    "COL-POST-HALF": Wording("the post broke off after {found} bytes.", "a whole post", _SEND_AGAIN),
    "COL-POST-XML": Wording("the post holds {found} records.", "one part xml_submission_file", _SEND_AGAIN),
    "COL-ANSWER-MISSING": Wording(
        "there is no answer.", "an answer; “refused” and “don't know” are answers", "Fill it in."
    ),
    "COL-ANSWER-UNKNOWN": Wording(
        "the form has no such question.", "questions of the form", "Take the column out or correct its name."
    ),
    "COL-ANSWER-LONG": Wording("the answer is too long.", "at most {limit} characters", "Shorten it."),
    "COL-ANSWER-CHOICE": Wording(
        "“{found}” is not among the answers to choose from.", "one of: {known}", "Choose one of them."
    ),
    "COL-ANSWER-CHOICES": Wording(
        "“{found}” is not among the answers to choose from.", "codes with spaces between", "Choose from them."
    ),
    "COL-ANSWER-INTEGER": Wording("“{found}” is no whole number.", "a whole number", "Correct the number."),
    "COL-ANSWER-DECIMAL": Wording("“{found}” is no number.", "a number", "Correct the number."),
    "COL-ANSWER-DATE": Wording("“{found}” is no date.", "a date such as 2026-03-01", "Correct the date."),
    "COL-ANSWER-INSTANT": Wording(
        "“{found}” is no instant.", "a date and time such as 2026-03-01T12:00:00+03:00", "Correct it."
    ),
    "COL-ANSWER-LOW": Wording("{found} is too low.", "at least {limit}", "Check the answer."),
    "COL-ANSWER-RULE": Wording(
        "the answer breaks the rule the form has for it.",
        "{rule}",
        "Check the answer, and those the rule speaks of.",
    ),
    "COL-ANSWER-HIGH": Wording("{found} is too high.", "at most {limit}", "Check the answer."),
    "COL-REPEAT": Wording(
        "the cell of a repeated group cannot be read.",
        'a list of turns in JSON, such as [{{"age": "30"}}]',
        "Export the round's answers to see the shape.",
    ),
    "COL-INSTANCE-TWICE": Wording(
        "the record {found} stands twice, or is in the round already.",
        "each record once",
        "Take the second one out.",
    ),
    "COL-NOT-QUARANTINED": Wording(
        "no record {found} waits for a decision.",
        "the id of a record in quarantine",
        "See “dozor round list”.",
    ),
    "COL-REASON": Wording("the decision has no reason.", "a reason in words", "Give one with --reason."),
}
