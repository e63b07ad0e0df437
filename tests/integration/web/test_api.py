"""The API for other programs (API): what rights let through is the matrix's, what it says is here.

API-001  values as known on a day and duties of an agency are what the commands say
API-002  whoever is not signed in, or asks wrongly, gets a coded finding in the language asked for
API-003  it only reads, needs no token for that, and a parameter it does not know is refused
API-005  doubts of quality are what the command says, within the reach of the page
API-006  an answer holds the fields listed here and no other, whoever asks
API-004  a submission's rows are those of the version its reader may see; a draft is its own agency's
"""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.instances import Instance
from tests.integration.matrix.executing import every_route
from tests.integration.web.conftest import browser


def asked(client: Client, route: str, *path: object, **query: object) -> tuple[int, object]:
    answer = client.get(reverse(route, args=path), query)
    return answer.status_code, answer.json()


def test_api_001_the_same_as_the_commands(untouched_example: Instance) -> None:
    status, told = asked(browser("national"), "api-values", indicator="11.1", area="BY", limit=5)
    by_command = untouched_example.cli("values", "show", "11.1", "--area", "BY", "--format", "json").json
    assert status == 200
    assert told == {"count": len(by_command), "values": by_command[:5]}
    status, told = asked(browser("national"), "api-values", indicator="11.1", as_known_on="2000-01-01")
    assert told == {"count": 0, "values": []}
    status, told = asked(browser("gomel"), "api-obligations", year=2025, agency="OCHEPH-HO", language="en")
    by_command = untouched_example.cli(
        "obligations", "--year", "2025", "--agency", "OCHEPH-HO", "--format", "json"
    ).json
    assert status == 200
    assert told == by_command
    assert asked(browser("auditor"), "api-plan")[1]["code"] == "by-hiv-2006-123"


@pytest.mark.parametrize(
    ("login", "route", "query", "status", "code"),
    [
        (None, "api-values", {"indicator": "11.1"}, 401, "API-SIGN-IN"),
        ("education", "api-obligations", {"year": 2025, "agency": "MIA"}, 403, "API-DENIED"),
        ("ministry", "api-submissions", {}, 403, "API-DENIED"),
        ("national", "api-obligations", {"year": 2025, "agency": "XX"}, 404, "API-NOTHING"),
        ("national", "api-values", {"indicator": "99.9"}, 404, "INST-INDICATOR"),
        ("national", "api-values", {}, 422, "API-MISSING"),
        ("national", "api-values", {"indicator": "11.1", "as_known_on": "2026-02-31"}, 422, "API-PARAMETER"),
        ("national", "api-values", {"indicator": "11.1", "agency": "MIA"}, 422, "API-UNKNOWN"),
        ("national", "api-values", {"indicator": ["11.1", "11.1"]}, 422, "API-TWICE"),
        ("gomel", "api-doubts", {"agency": ["OCHEPH-HO", "MIA"]}, 422, "API-TWICE"),
        ("national", "api-obligations", {"year": "9" * 30}, 422, "API-PARAMETER"),
        ("national", "api-values", {"indicator": "a\x00b"}, 422, "API-PARAMETER"),
    ],
)
def test_api_002_refused_in_words(untouched_example: Instance, login, route, query, status, code) -> None:
    got, told = asked(browser(login), route, **query, language="en")
    assert (got, told["findings"][0]["code"]) == (status, code)
    in_russian = asked(browser(login), route, **query)[1]["findings"][0]["message"]
    assert in_russian != told["findings"][0]["message"]


def test_api_003_it_only_reads(untouched_example: Instance) -> None:
    client = browser("admin")
    for method in ("post", "put", "patch", "delete", "options"):
        answer = getattr(client, method)(reverse("api-rounds"))
        assert answer.status_code == 405
        assert answer["Allow"] == "GET, HEAD"
    head, got = client.head(reverse("api-plan")), client.get(reverse("api-plan"))
    assert head.content == b""
    assert head["Content-Length"] == str(len(got.content))
    assert "no-store" in got["Cache-Control"]


def test_api_004_rows_of_the_version_one_may_see(example: Instance) -> None:
    table = example.home / "rows.csv"
    table.write_text("indicator,population,area,period,unit,value\n6.1,prisoners,BY,2025,percent,3\n")
    ran = example.cli(
        "submission",
        "hand-in",
        table,
        "--agency",
        "MIA",
        "--collection",
        "survey-prisoners",
        "--year",
        "2025",
    )
    assert ran.code == 0, ran.err
    own = asked(browser("interior"), "api-submissions", year=2025)[1]
    assert [s["state"] for s in own] == ["draft"]
    assert asked(browser("national"), "api-submissions", year=2025)[1] == []
    whole = asked(browser("interior"), "api-submission", own[0]["id"])[1]
    assert whole["rows"][0]["value"] == "3"
    assert asked(browser("national"), "api-submission", own[0]["id"])[0] == 404


def hand_in_what_is_doubted(example: Instance) -> None:
    """Rows whose parts do not make their whole."""
    table = example.home / "rows.csv"
    table.write_text(
        "indicator,population,sex,area,period,unit,value,numerator,denominator\n"
        "4.1,youth,all,BY-HO,2025,percent,40,400,1000\n"
        "4.1,youth,female,BY-HO,2025,percent,50,250,500\n"
        "4.1,youth,male,BY-HO,2025,percent,50,250,500\n"
    )
    about = ("--agency", "OCHEPH-HO", "--collection", "survey-youth", "--year", "2025")
    assert example.cli("submission", "hand-in", table, *about).code == 0


def test_api_005_doubts_are_what_the_command_says_within_the_same_reach(example: Instance) -> None:
    hand_in_what_is_doubted(example)
    by_command = example.cli("doubts", "list", "--agency", "OCHEPH-HO", "--format", "json").json
    status, told = asked(browser("gomel"), "api-doubts", year=2025, language="en")
    assert status == 200
    assert told["count"] == len(by_command) == 1
    left_out = ("answered_by", "raised_at")
    assert [{k: d[k] for k in d if k not in left_out} for d in told["doubts"]] == [
        {k: d[k] for k in d if k not in left_out} for d in by_command
    ]
    # a draft's doubts are its own agency's alone, and nobody asks about another's
    assert asked(browser("national"), "api-doubts", year=2025)[1] == {"count": 0, "doubts": []}
    assert asked(browser("education"), "api-doubts", agency="OCHEPH-HO")[0] == 403
    assert asked(browser("gomel"), "api-doubts", state="answered")[0] == 422


# every field of every answer, by hand: one that is added stands here first
_SUBMISSION = (
    "id code agency recipient collection year state answer_due_on submitted_version accepted_version"
)
FIELDS = {
    "api-plan": "code version kind title in_force in_force_from in_force_to confirmed_until status_note "
    "directions indicators",
    "api-obligations": "indicator executor agency area year recipient due_on expected_by target_on basis "
    "status",
    "api-values": "count values indicator population sex age area period value unit lower upper recorded_at "
    "source simulated headline missing match",
    "api-rounds": "id code instrument year agency state opens_at planned_end_on closed_at records kept_apart "
    "planned simulated",
    "api-submissions": _SUBMISSION,
    "api-submission": f"{_SUBMISSION} version checksum handed_in_at rows",
    "api-doubts": "count doubts number rule grade about agency submission round place code found expected "
    "message state answer raised_at",
}
FIELDS["api-round"] = FIELDS["api-rounds"]
FREE = {
    "title",
    "in_force",
    "status_note",
    "directions",
    "indicators",
    "place",
    "rows",
}  # of the plan, of a cell


def _fields(told: object) -> set[str]:
    if isinstance(told, list):
        return set().union(*map(_fields, told))
    if not isinstance(told, dict):
        return set()
    return set(told).union(*(_fields(v) for k, v in told.items() if k not in FREE))


def test_api_006_an_answer_holds_the_fields_listed_and_no_other(example: Instance) -> None:
    assert set(FIELDS) == {n for n in every_route() if n.startswith("api-")} - {"api-description"}
    hand_in_what_is_doubted(example)
    assert example.cli("round", "open", "survey-youth", "--year", "2025", "--agency", "OCHEPH-HO").code == 0
    asked_of = {"api-values": {"indicator": "11.1"}, "api-obligations": {"year": 2025}}
    seen: dict[str, set[str]] = {}
    for login in ("admin", "national", "gomel", "gomel-lead", "education", "ministry", "auditor"):
        client = browser(login)
        for name in FIELDS:
            path: tuple[object, ...] = ()
            if name in ("api-round", "api-submission"):
                status, listed = asked(client, f"{name}s")
                if status != 200 or not listed:
                    continue
                path = (listed[0]["id"],)
            status, told = asked(client, name, *path, **asked_of.get(name, {}))
            if status == 200:
                seen.setdefault(name, set()).update(_fields(told))
    assert seen == {name: set(listed.split()) for name, listed in FIELDS.items()}
