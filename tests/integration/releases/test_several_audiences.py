"""Releases for several audiences, read together (AUD).

AUD-001  A release for everyone that would open what an earlier one for state bodies hides is not published.
AUD-002  In the other order the second release knows the first, and both are published.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.instances import Instance
from tests.integration.releases.test_channels import YEAR, hand_in

# alone, 400 of 410 (402 of 409, rounded to five) leave 6–14 girls; with the exact 409 they leave 7–11
ROWS = [
    {"indicator": "13.2", "unit": "persons", "value": value, "sex": sex}
    for sex, value in (("female", "7"), ("male", "402"), ("all", "409"))
]


@pytest.mark.parametrize(
    ("audiences", "is_refused"),
    [(("state-bodies", "public"), True), (("public", "state-bodies"), False)],
)
def test_aud_001_and_002_what_one_hides_another_does_not_open(
    instance: Instance, tmp_path: Path, audiences: tuple[str, str], is_refused: bool
) -> None:
    for login, role, agency in (
        ("oblast", "oblast-coordinator", "OCHEPH-HO"),
        ("national", "national-analyst", "RCHEPH"),
        ("first", "national-approver", "RCHEPH"),
        ("second", "national-approver", "RCHEPH"),
    ):
        assert (
            instance.cli("user", "add", login, "--role", role, "--agency", agency, "--name", login).code == 0
        )
    hand_in(instance, tmp_path, "statistical-survey-orphans", ROWS)
    for audience in audiences:
        made = instance.cli("release", "create", "--year", YEAR, "--audience", audience, "--format", "json")
        assert (made.code, made.json["verdict"]) == (0, "safe"), made.err
        code = made.json["id"]
        for login in ("first", "second"):
            assert instance.cli("release", "approve", code, "--person", login).code == 0
        done = instance.cli("release", "publish", code)
        if is_refused and audience == audiences[1]:
            assert (done.code, "REL-OTHERS" in done.err) == (2, True)
            assert f"{YEAR}-{audiences[0]}-1" in done.err
        else:
            assert done.code == 0, done.err
