"""Prints how many cases of R every method passes: ``python -m tests.reference.table [--folder FOLDER]``.

Without a folder it runs the cases kept here and writes ``docs/generated/reference.md``; a folder may hold
further files of the same kind, which may not be kept here (`apistrat`, `apiclus1`, `faux`, `fauxmadrona`).
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.reference import cohort_cases, random_cases, recruited_cases, survey_cases, trend_cases
from tests.reference.comparing import TOLERANCE, gap

HERE = Path(__file__).parent / "data"
TARGET = Path(__file__).parents[2] / "docs" / "generated" / "reference.md"
Pairs = Iterable[tuple[str, float | None, float | None]]


@dataclass(frozen=True)
class Outcome:
    """One case: what it is of, and whether every figure agrees; `None`: left out."""

    program: str
    method: str
    case: str
    passed: bool | None


def outcomes(folder: Path) -> Iterator[Outcome]:
    """Run every case of every file in the folder."""
    yield from _surveys(folder)
    yield from _cohorts(folder)
    yield from _trends(folder)
    yield from _recruited(folder)
    if (folder / "random.json").exists():
        for case in random_cases.load(folder):
            program = "survival" if case["design"] == "cohort" else "survey"
            tolerance = {"tol": random_cases.tolerance(case)}
            passed = _agrees(lambda c=case: random_cases.pairs(c), tolerance)
            yield Outcome(f"{program}, random designs", case["kind"], str(case), passed)


def _surveys(folder: Path) -> Iterator[Outcome]:
    surveys = {tag: survey_cases.Survey(tag, folder) for tag in survey_cases.DESIGNS}
    for file in ("apistrat", "apiclus1", "hhsurvey_dev"):
        if not (folder / f"{file}.json").exists():
            continue
        for case in survey_cases.load(folder, file):
            if case["id"].startswith("hh.afs."):
                continue
            if case["id"].startswith(survey_cases.NOT_HERE):
                yield Outcome("survey", "regression", case["id"], None)
                continue
            survey = surveys[survey_cases.tag_of(case)]
            passed = _agrees(lambda c=case, s=survey: survey_cases.pairs(c, s), case)
            yield Outcome("survey", survey_cases.method_of(case), case["id"], passed)


def _cohorts(folder: Path) -> Iterator[Outcome]:
    if (folder / "art_dev.json").exists():
        cases, rows = cohort_cases.load(folder)
        for case in cases:
            if case["id"] in cohort_cases.NOT_HERE:
                yield Outcome("survival", "regression", case["id"], None)
                continue
            method = "Kaplan–Meier" if ".km." in case["id"] else "ways out, tests, restricted mean"
            yield Outcome(
                "survival",
                method,
                case["id"],
                _agrees(lambda c=case, r=rows: cohort_cases.pairs(c, r), case),
            )
    if (folder / "hhsurvey_dev.json").exists():
        passed = _agrees(lambda: cohort_cases.first_age_pairs(folder), {})
        for case in ("hh.afs.km.unweighted", "hh.afs.km.weighted", "hh.afs.svykm"):
            yield Outcome("survival", "age at first sex", case, passed)


def _trends(folder: Path) -> Iterator[Outcome]:
    if not (folder / "sentinel_dev.json").exists():
        return
    cases, rounds = trend_cases.load(folder)
    for case in cases:
        method = "interval of a prevalence" if ".ci." in case["id"] else "trend of sentinel rounds"
        passed = _agrees(lambda c=case: trend_cases.pairs(c, rounds), case)
        yield Outcome("stats, survey", method, case["id"], passed)


def _recruited(folder: Path) -> Iterator[Outcome]:
    for file in recruited_cases.FILES:
        if not (folder / f"{file}.json").exists():
            continue
        data = recruited_cases.Sample(folder, file)
        for case in data.cases:
            if case.get("stochastic"):
                tolerance = recruited_cases.BOOTSTRAP_TOLERANCE
                passed = _agrees(
                    lambda c=case, d=data: recruited_cases.bootstrap_errors(c, d),
                    {"tol": tolerance},
                )
                yield Outcome("RDS", "bootstrap standard error, within 12 %", case["id"], passed)
                continue
            passed = _agrees(lambda c=case, d=data: recruited_cases.pairs(c, d), case)
            inside = case["id"].endswith(".SS")
            method = (
                "Gile's estimate, inside R's random error" if inside else "estimates, weights, diagnostics"
            )
            yield Outcome("RDS", method, case["id"], passed)


def _agrees(run: Any, case: dict[str, Any]) -> bool:
    """Tell whether a case has figures and all of them agree; a fault counts as not passed and is told."""
    try:
        compared = list(run())
    except Exception as fault:
        print(f"{case.get('id')}: {fault!r}", file=sys.stderr)  # noqa: T201
        return False
    tolerance = max(case.get("tol", TOLERANCE), TOLERANCE)
    wrong = [pair for pair in compared if gap(*pair[1:]) > tolerance]
    if wrong:
        print(f"{case.get('id')}: {wrong[:3]}", file=sys.stderr)  # noqa: T201
    return bool(compared) and not wrong


def table(found: Iterable[Outcome]) -> str:
    """Write the counts as a Markdown table."""
    rows = list(found)
    passed = Counter((o.program, o.method) for o in rows if o.passed)
    tried = Counter((o.program, o.method) for o in rows if o.passed is not None)
    left = Counter((o.program, o.method) for o in rows if o.passed is None)
    lines = ["| R package | method | cases | passed |", "| --- | --- | ---: | ---: |"]
    for program, method in sorted({*tried, *left}):
        key = (program, method)
        shown = f"{tried[key]} | {passed[key]}" if tried[key] else f"{left[key]} | left out"
        lines.append(f"| {program} | {method} | {shown} |")
    lines.append(f"| | all | {sum(tried.values())} | {sum(passed.values())} |")
    return "\n".join(lines) + "\n"


ELSEWHERE = "The same run over "
HEADING = """# Held against R

Cases printed by R 4.2.2 with `survey` 4.5, `survival` 3.5-3 and `RDS` 0.9-10 on our own simulated data
(`tests/reference/data`), compared to a relative 1e-9, or to the tolerance a case states where R iterates.
Regressions (survey logistic, Cox) are left to statistical packages. "Random designs" are drawn here and put
to R 4.2.2 with `survey` 4.1-1 and `survival` 3.5-3 (`random_designs.R`). Made by `make test-reference`.

"""


def _elsewhere(found: Iterable[Outcome]) -> str:
    """Say what a run over R's own example data gave: counted, for those files may not be kept here."""
    counted = Counter(outcome.passed for outcome in found)
    tried = counted[True] + counted[False]
    return (
        "R's own example data (`apistrat`, `apiclus1`, `faux`, `fauxmadrona`), whose terms keep them out of\n"
        f"this repository, passes {counted[True]} of {tried} cases; {counted[None]} regressions left out.\n"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=HERE, help="folder of cases; ours by default")
    folder = parser.parse_args().folder
    found = list(outcomes(folder))
    text = table(found)
    print(text)  # noqa: T201
    written = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
    before, mark, elsewhere = written.partition(ELSEWHERE)
    if folder == HERE:
        before = HEADING + text + "\n"
    else:
        mark, elsewhere = ELSEWHERE, _elsewhere(found)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(before + mark + elsewhere, encoding="utf-8")
    return int(any(o.passed is False for o in found))


if __name__ == "__main__":
    sys.exit(main())
