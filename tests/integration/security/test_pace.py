"""Who asks too fast is told when to ask again, and keeps nobody else waiting (PACE).

PACE-001  a visitor's burst is answered, then 429 with ``Retry-After``; in time the next question is taken
PACE-003  wrong passwords from one address are counted whichever names they are tried with; others come in
PACE-002  others, and whoever is signed in, are answered meanwhile; a person's questions count too
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from tests.instances import Instance
from tests.integration.web.conftest import _pages, browser

from dozor.web import pace

pytestmark = pytest.mark.any_engine

__all__ = ["_pages"]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr("dozor.web.pace.time.monotonic", clock)
    for one in (pace.VISITORS, pace.PEOPLE, pace.WRONG):
        one.forget()
    with override_settings(PACE=2.0):
        yield clock
    for one in (pace.VISITORS, pace.PEOPLE, pace.WRONG):
        one.forget()


def asked(client: Client, **more: str) -> tuple[int, str | None]:
    answer = client.get(reverse("sdmx-structure", kwargs={"kind": "codelist"}), **more)
    return answer.status_code, answer.get("Retry-After")


def test_pace_001_002_a_burst_of_visitors(untouched_example: Instance, clock: Clock) -> None:
    scraper = Client()
    (answered,) = {asked(scraper)[0] for _ in range(pace.VISITORS.burst)}
    assert answered != 429
    assert asked(scraper) == (429, "1")
    assert asked(Client(REMOTE_ADDR="10.0.0.9"))[0] == answered
    assert asked(browser("national"))[0] == answered
    clock.now += 1
    assert [asked(scraper)[0] for _ in range(3)] == [answered, answered, 429]


def test_pace_002_a_person_of_the_api(untouched_example: Instance, clock: Clock) -> None:
    program, address = browser("national"), reverse("api-submissions")
    assert {program.get(address).status_code for _ in range(pace.PEOPLE.burst)} == {200}
    refused = program.get(address)
    assert (refused.status_code, refused["Retry-After"]) == (429, "1")
    assert refused.json()["findings"][0]["code"] == "API-PACE"
    assert browser("gomel").get(address).status_code == 200
    assert program.get(reverse("submissions")).status_code == 200  # the pages of work are not counted
    with override_settings(PACE=0):
        assert program.get(address).status_code == 200


def test_pace_003_one_address_and_many_names(
    untouched_example: Instance, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace.WRONG, "burst", 3)
    guesser, other = Client(), Client(REMOTE_ADDR="10.0.0.9")

    def knock(client: Client, number: int) -> int:
        given = {"username": f"name{number}", "password": "no such password"}
        return client.post(reverse("sign-in"), given).status_code

    assert [knock(guesser, n) for n in range(4)] == [200, 200, 200, 429]
    assert knock(other, 5) == 200
    clock.now += 40  # one more of fifty in half an hour
    assert [knock(guesser, n) for n in (6, 7)] == [200, 429]
    assert guesser.get(reverse("sign-in")).status_code == 200
