"""Checks that run by themselves: ordered when data have come, done in the background.

An order is a row written in the transaction of what it is to look at: neither stands without the other, and a
deadline day pays for one commit, not two. What is checked is imported inside the tasks: those who order a
check are what it looks at.
"""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task


@task()
def do_submission(pk: int) -> None:
    """Check the last version of a submission."""
    from dozor.apps.quality.submitted import check_submission
    from dozor.apps.submissions.models import Submission

    one = Submission.objects.select_related("agency", "recipient").get(pk=pk)
    check_submission(one, at=timezone.now())


@task()
def do_round(pk: int) -> None:
    """Check a round's answers and aggregate rows."""
    from dozor.apps.collection.models import Round
    from dozor.apps.quality.answers import check_round

    check_round(Round.objects.select_related("form", "agency").get(pk=pk), at=timezone.now())


@task()
def do_bank() -> None:
    """Check the values operators have loaded."""
    from dozor.apps.quality.banked import check_bank

    check_bank(at=timezone.now())


def order_submission(pk: int) -> None:
    do_submission.enqueue(pk)


def order_round(pk: int) -> None:
    do_round.enqueue(pk)


def order_bank() -> None:
    do_bank.enqueue()
