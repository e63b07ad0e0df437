"""What a mail server says to a trial letter."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

WORDINGS = {
    "MAIL-NONE": Wording(
        "no mail server is set for this instance.",
        "DOZOR_MAIL_HOST and its neighbours in the environment",
        "See the deployment guide. Until then reminders stand in the page alone.",
    ),
    "MAIL-SERVER": Wording(
        "the mail server did not take the letter: {found}.",
        "a server that answers at DOZOR_MAIL_HOST and DOZOR_MAIL_PORT",
        "Look whether it runs and whether this machine may reach it.",
    ),
    "MAIL-SIGN-IN": Wording(
        "the mail server refused the sign-in: {found}.",
        "the name and password it knows in DOZOR_MAIL_USER and DOZOR_MAIL_PASSWORD",
        "Put them right and try again.",
    ),
    "MAIL-ENCRYPTION": Wording(
        "no protected connection with the mail server: {found}.",
        "DOZOR_MAIL_TLS as the server has it (1: STARTTLS, ssl: from the first byte) "
        "and a certificate this machine trusts",
        "Name the authority of its certificate in SSL_CERT_FILE if it is your own.",
    ),
    "MAIL-ADDRESS": Wording(
        "the mail server refused the address: {found}.", "an address it delivers to", "Put the address right."
    ),
}
