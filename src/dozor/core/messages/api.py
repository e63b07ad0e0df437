"""Messages of the API for other programs."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

WORDINGS: dict[str, Wording] = {
    "API-SIGN-IN": Wording(
        "nobody is signed in.",
        "a session opened on the sign-in page, with the second factor where the role needs one",
        "Sign in and send the session's cookie along.",
    ),
    "API-DENIED": Wording(
        "your role does not read this.",
        "rows your role and agency may see",
        "Ask about your own agency, or ask the administrator.",
    ),
    "API-NOTHING": Wording(
        "there is nothing at {found}.",
        "an address from openapi.json, and a code you may see",
        "Check the address and the code.",
    ),
    "API-METHOD": Wording(
        "{found} is not taken here.",
        "GET or HEAD: this door only reads",
        "Make changes on the pages or by the command line.",
    ),
    "API-PACE": Wording(
        "too many questions at once.",
        "a burst, then so many a second as the instance sets",
        "Ask again in {found} s.",
    ),
    "API-MISSING": Wording(
        "the parameter is not there.",
        "a value, as openapi.json describes it",
        "Add the parameter.",
    ),
    "API-UNKNOWN": Wording(
        "there is no such parameter.",
        "a parameter named in openapi.json",
        "Correct the name, or leave it out.",
    ),
    "API-TWICE": Wording(
        "the parameter stands here more than once.",
        "each parameter once",
        "Leave the one that is meant.",
    ),
    "API-PARAMETER": Wording(
        "“{found}” cannot stand here.",
        "a value, as openapi.json describes it",
        "Correct the value.",
    ),
}
