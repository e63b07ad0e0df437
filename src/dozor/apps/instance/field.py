"""The simulated field of the example: rounds of several kinds at several stages, invented throughout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from django.utils import timezone

from dozor.apps.collection import simulating as sim
from dozor.apps.collection.closing import close_round
from dozor.apps.collection.devices import add_device
from dozor.apps.collection.gathering import decide_quarantine
from dozor.apps.collection.models import AnswerRecord, Device, Round
from dozor.apps.collection.rounds import open_round
from dozor.apps.organisations.models import Agency
from dozor.core.simulation.records import SimulatedRecord, spoil

BY = "system"
SEED = 20_061_230  # the day the Instruction was adopted
CITIES = ("BY-HM", "BY-HO-c-gomel", "BY-MA-c-mogilev")
REGIONS = ("OCHEPH-BR", "OCHEPH-VI", "OCHEPH-HO", "OCHEPH-HR", "OCHEPH-MI", "OCHEPH-MA", "MCHE")


@dataclass(frozen=True)
class Stage:
    """How far a round has come.

    Parameters
    ----------
    done
        Part of its sample that was interviewed, 0–1.
    planned_in
        Days from today to its planned end; negative: it is late, or over.
    is_closed
        Closed and estimated.
    spoilt
        Records sent with an outdated form, kept apart.
    late
        Records that came after the closing, kept apart.
    decided
        How many of those kept apart were decided about.
    """

    done: float = 1.0
    planned_in: int = -3
    is_closed: bool = False
    spoilt: int = 0
    late: int = 0
    decided: int = 0


@dataclass(frozen=True)
class Exercise:
    """One simulated round of the example."""

    instrument: str
    stage: Stage
    agency: str = ""
    sampling: sim.Sampling = sim.Sampling()  # noqa: RUF009 - frozen
    by_phone: bool = True


OVER, RUNNING = Stage(is_closed=True), Stage(done=0.55, planned_in=9, spoilt=3, decided=1)
LATE, BARELY = Stage(done=0.7, planned_in=-6, spoilt=1), Stage(done=0.15, planned_in=-1)
SMALL = sim.Sampling(sites=4, take=7, size=3000)

EXERCISES: tuple[Exercise, ...] = (
    Exercise("survey-youth", OVER, sampling=sim.Sampling(sites=4, take=10), by_phone=False),
    Exercise(
        "survey-pwid",
        replace(OVER, late=3, decided=1),
        sampling=sim.Sampling(people=110, areas=CITIES),
    ),
    Exercise("survey-msm", RUNNING, sampling=sim.Sampling(people=90, areas=CITIES[:2])),
    Exercise("survey-prison-staff", LATE, agency="MIA", sampling=sim.Sampling(sites=4, take=6)),
    Exercise("survey-heads-general-secondary", RUNNING, sampling=sim.Sampling(sites=2, take=5)),
    Exercise("statistics-deliveries", OVER, by_phone=False),
    *(
        Exercise("survey-women", stage, agency=agency, sampling=SMALL)
        for agency, stage in zip(REGIONS, (OVER, OVER, RUNNING, LATE, OVER, BARELY, RUNNING), strict=True)
    ),
)


def fill_field(
    *,
    at: datetime,
    exercises: Sequence[Exercise] = EXERCISES,
    progress: Callable[[int], None] = lambda _: None,
) -> list[str]:
    """Hold the example's simulated rounds; return their codes.

    The answers go the ways of any answers: phones' records one by one, or a file; a list of the sample;
    closing. Nothing of them enters a submission, a release or the bank's own pages.
    """
    sent = 0
    codes = []
    for number, exercise in enumerate(exercises):
        rng = np.random.default_rng([SEED, number])
        round_ = _hold(exercise, rng, at, lambda n, before=sent: progress(before + n))  # type: ignore[misc]
        codes.append(round_.code)
        sent += round_.records.count()
    return codes


def _hold(
    exercise: Exercise, rng: np.random.Generator, at: datetime, progress: Callable[[int], None]
) -> Round:
    stage = exercise.stage
    today = timezone.localdate(at)
    agency = Agency.objects.get(code=exercise.agency) if exercise.agency else None
    sampling = exercise.sampling
    if agency is not None and agency.areas != ["BY"]:
        sampling = replace(sampling, areas=tuple(agency.areas))
    # a field under way has its planned days; what is not done yet is not sent
    field = sim.simulate(
        exercise.instrument,
        year=today.year,
        today=today - timedelta(days=1),
        rng=rng,
        sampling=replace(sampling, days=24),
    )
    round_ = open_round(
        instrument=exercise.instrument,
        year=today.year,
        agency=agency,
        by=BY,
        at=at,
        opens_at=at - timedelta(days=26),
        planned_end_on=today + timedelta(days=stage.planned_in),
        is_simulated=True,
    )
    sim.record_its_sample(round_, field.drawn, by=BY, at=at)
    in_order = sorted(field.records, key=lambda r: r.done_at)
    records = in_order[: max(1, round(stage.done * len(in_order)))]
    kept, after = records[: len(records) - stage.late], records[len(records) - stage.late :]
    wrong = [spoil(r, field.population, rng) for r in kept[-stage.spoilt :]] if stage.spoilt else []
    kept = kept[: len(kept) - len(wrong)]
    if exercise.by_phone:
        phones = _phones(round_, agency, at)
        _send(phones, round_, [*kept, *wrong], progress)
    else:
        sim.send_by_file(round_, kept, by=BY, at=at)
    if stage.is_closed:
        close_round(round_, by=BY, at=at)
        if after:
            sim.send_by_phone(phones[0], round_, after, at=at + timedelta(seconds=1))
    for apart in list(round_.records.filter(state=AnswerRecord.State.QUARANTINED))[: stage.decided]:
        decide_quarantine(
            instance_id=apart.instance_id,
            is_taken=False,
            reason="Смоделированное решение: запись пришла по устаревшей форме или после закрытия",
            by=BY,
            at=at,
        )
    return round_


def _phones(round_: Round, agency: Agency | None, at: datetime) -> list[Device]:
    """Two phones for a round of one agency; for a round of all, one in each regional centre."""
    owners = [agency, agency] if agency is not None else list(Agency.objects.filter(code__in=REGIONS))
    return [
        add_device(name=f"[смоделировано] {round_.code} {number}", agency=owner, by=BY, at=at).device
        for number, owner in enumerate(owners, start=1)
    ]


def _send(
    phones: Sequence[Device],
    round_: Round,
    records: Sequence[SimulatedRecord],
    progress: Callable[[int], None],
) -> None:
    for n, phone in enumerate(phones):
        sim.send_by_phone(phone, round_, records[n :: len(phones)])
        progress((n + 1) * len(records) // len(phones))
