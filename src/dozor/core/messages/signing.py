"""Messages about signing in: second factors, invitations, accounts."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

WORDINGS: dict[str, Wording] = {
    "SIGN-CODE": Wording(
        "this code does not fit.",
        "the six digits the app shows now, not used before, or an unused recovery code",
        "Wait for the next code of the app and enter that one.",
    ),
    "SIGN-WAIT": Wording(
        "there were too many wrong codes.",
        "a pause of {minutes} minutes",
        "Come back after it. If it was not you, tell your administrator: somebody knows your password.",
    ),
    "SIGN-PASSKEY": Wording(
        "this passkey was not recognised.",
        "a passkey enrolled here for this account",
        "Try it again, or enter a code.",
    ),
    "SIGN-INVITATION": Wording(
        "this link opens nothing: it was used, has run out or was replaced by a newer one.",
        "the last link your administrator gave you, not used yet",
        "Ask your administrator for a new one.",
    ),
    "SIGN-PASSWORD": Wording(
        "this is not your present password.", "the password you signed in with", "Enter it again."
    ),
    "SIGN-REASON": Wording(
        "the reason is missing.", "a few words that will stand in the journal", "Write why."
    ),
    "SIGN-SELF": Wording(
        "this is your own account.",
        "another administrator",
        "Nobody closes their own account or changes their own role: ask another administrator.",
    ),
    "SIGN-LAST-ADMINISTRATOR": Wording(
        "{found} is the last administrator.",
        "one administrator who can sign in",
        "Make another administrator first.",
    ),
    "SIGN-LAST-FACTOR": Wording(
        "this is the last second factor, and this role does not work without one.",
        "another app or passkey",
        "Add the new one first, then take this one away.",
    ),
    "SIGN-PERSON": Wording(
        "there is no account “{found}”.", "a sign-in name of “dozor user list”", "Check the name."
    ),
    "SIGN-NOT-EXAMPLE": Wording(
        "this is no example instance.",
        "an instance made by “dozor demo”",
        "On an instance of one's own, codes are shown by the person's own app alone.",
    ),
    "INST-UNSAFE-DEBUG": Wording(
        "DEBUG is on: a page about a fault would show the program's insides.",
        "DEBUG off wherever others can come",
        "Take DEBUG out of the settings.",
    ),
    "INST-UNSAFE-KEY": Wording(
        "the key that signs sessions is missing or a known one.",
        "a key of the instance's own",
        "Make the instance with “dozor init”, or put its keys back (DOZOR_KEYS).",
    ),
    "INST-UNSAFE-HTTP": Wording(
        "passwords and answers would cross the network in the open ({found}).",
        "a proxy in front that ends TLS, and DOZOR_TLS=1; or this machine alone",
        "See the deployment guide; nothing was opened.",
    ),
    "INST-UNSAFE-MAIL": Wording(
        "the password of the mail server {found} would cross the network in the open.",
        "DOZOR_MAIL_TLS 1 (STARTTLS) or ssl, or a mail server on this machine",
        "See the deployment guide; nothing was opened.",
    ),
}
