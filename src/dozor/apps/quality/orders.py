"""Checks that run by themselves: ordered when data have come, done in the background.

An order is a row written in the transaction of what it is to look at: neither stands without the other, and a
deadline day pays for one commit, not two. What is checked is imported inside the tasks: those who order a
check are what it looks at.
"""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult


@task()
def do_submissions() -> None:
    """Check the last version of every submission that has one nobody looked at."""
    from dozor.apps.quality.submitted import check_submission, unchecked

    problems = []
    for one in unchecked():
        try:
            check_submission(one, at=timezone.now())
        except Exception as problem:  # told below; the others are checked all the same
            problems.append(problem)
    if problems:
        raise ExceptionGroup("submissions were not checked", problems)


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


def order_submissions() -> None:
    """Have submissions checked: one order does for all that are handed in until it is begun.

    A waiting order is held until the transaction ends, so that it is not begun before what it is to look at
    is there.
    """
    waiting = DBTaskResult.objects.ready().filter(task_path=do_submissions.module_path)
    if not waiting.select_for_update().values_list("pk")[:1]:
        do_submissions.enqueue()


def order_round(pk: int) -> None:
    do_round.enqueue(pk)


def order_bank() -> None:
    do_bank.enqueue()
