"""Two people of an agency lay the first rows in at the same moment (SUB).

SUB-022  Whoever comes second finds the submission the first has opened: one submission, two versions.
"""

from __future__ import annotations

from unittest import mock

from django.utils import timezone
from tests.instances import Instance

from dozor.apps.organisations.models import Agency
from dozor.apps.submissions import laying_in
from dozor.apps.submissions.models import Submission, SubmissionVersion
from dozor.core.submissions.content import Row


def lay_in(value: str, by: str) -> SubmissionVersion:
    row = Row(
        "4.1", area="BY-HO", period="2026", unit="percent", population="youth", age="15-24", value=value
    )
    return laying_in.hand_in(
        agency=Agency.objects.get(code="OCHEPH-HO"), collection="survey-youth", year=2026, rows=[row],
        came_by=SubmissionVersion.Came.BROWSER, by=by, at=timezone.now(),
    )  # fmt: skip


def test_sub_022_the_second_finds_what_the_first_has_opened(instance: Instance) -> None:
    first = lay_in("31", "anna")
    held, looks = laying_in._held, iter([True])

    def as_the_second_sees_it(code: str) -> Submission | None:
        """On PostgreSQL: nothing there when they look, taken when they write."""
        return None if next(looks, False) else held(code)

    with mock.patch.object(laying_in, "_held", as_the_second_sees_it):
        second = lay_in("32", "boris")
    assert Submission.objects.get() == first.submission == second.submission
    assert (first.number, second.number) == (1, 2)
    assert instance.cli("verify").code == 0
