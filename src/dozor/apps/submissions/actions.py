"""The steps of a submission's life, each one event of its own and of the journal: the door to their rooms."""

from dozor.apps.submissions.judging import Accepted, accept, lock, reopen, send_back
from dozor.apps.submissions.laying_in import Came, hand_in
from dozor.apps.submissions.sending import answer, correct, submit

__all__ = [
    "Accepted",
    "Came",
    "accept",
    "answer",
    "correct",
    "hand_in",
    "lock",
    "reopen",
    "send_back",
    "submit",
]
