"""`dozor doubts …`: what the rules of quality found, who answered it; what they are fed with by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dozor.cli.instance_room import open_instance
from dozor.cli.output import Format, FormatOption, language, print_json, print_table, read_date, tell, worded
from dozor.cli.submissions import As, who
from dozor.core.findings import Finding, Refused
from dozor.language.words import DOUBT_STATES

if TYPE_CHECKING:
    pass

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
RoundOption = Annotated[str | None, typer.Option("--round", help="code of a round")]


@app.command("list")
def list_doubts(
    year: Annotated[int | None, typer.Option(help="year the doubts are about")] = None,
    agency: Annotated[str | None, typer.Option(help="code of the agency whose figures or reports")] = None,
    submission: Annotated[str | None, typer.Option(help="code of a submission")] = None,
    round_code: RoundOption = None,
    state: Annotated[str | None, typer.Option(help="open, confirmed, explained or corrected")] = None,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Doubts as they stand: number, rule, place, what was found, what was expected, how answered."""
    open_instance()
    from dozor.apps.quality.queries import doubts, in_order
    from dozor.apps.quality.showing import as_mappings
    from dozor.apps.submissions.queries import submission_of

    found = in_order(
        doubts(
            year=year,
            agencies=None if agency is None else {agency},
            submission=None if submission is None else submission_of(submission),
            round_code=round_code,
            state=state,
            with_exercises=round_code is not None,
        )
    )
    told = as_mappings(found, language())
    if format is Format.JSON:
        print_json(told)
        return
    print_table(
        ["No.", "rule", "where", "state", "finding"],
        (
            [str(t["number"]), t["rule"], _where(t), worded(DOUBT_STATES, t["state"]), t["message"]]
            for t in told
        ),
        numeric=(0,),
    )


def _where(told: dict[str, Any]) -> str:
    return " ".join(str(v) for k, v in told["place"].items() if v and k != "records")


@app.command()
def answer(
    numbers: Annotated[list[int], typer.Argument(help="numbers of doubts, see “list”")],
    confirm: Annotated[
        bool, typer.Option("--confirm", help="compared with the primary records: right")
    ] = False,
    explain: Annotated[str, typer.Option(help="why the figure stands, in words")] = "",
    as_: As = None,
) -> None:
    """Confirm or explain doubts; what is wrong is corrected in its submission and found so by itself."""
    if confirm == bool(explain):
        raise Refused(Finding("QLT-TEXT"))
    open_instance()
    from django.utils import timezone

    from dozor.apps.quality.answering import answer_doubts, doubt_of
    from dozor.core.quality.standing import DoubtAct

    act = DoubtAct.CONFIRM if confirm else DoubtAct.EXPLAIN
    doubts = [doubt_of(n) for n in numbers]
    by = ""
    for agency in sorted({d.agency.code for d in doubts}):
        by = who(as_, "answer-findings", agency)
    done = answer_doubts(doubts, act=act, text=explain, by=by, at=timezone.now())
    tell("Answered: {count}.", count=len(done))


@app.command("check")
def check_all(
    year: Annotated[
        int | None, typer.Option(help="reporting year; without it this year and the last")
    ] = None,
    agency: Annotated[str | None, typer.Option(help="code of one agency")] = None,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Check at once what has changed since it was last checked; the server does so by itself every hour."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.quality.sweeping import sweep

    kept = sweep(
        at=timezone.now(),
        years=None if year is None else {year},
        agencies=None if agency is None else {agency},
    )
    if format is Format.JSON:
        print_json({"raised": kept.raised, "corrected": kept.corrected})
    tell("Raised: {raised}; corrected: {corrected}.", raised=kept.raised, corrected=kept.corrected)


@app.command()
def recount(
    agency: Annotated[str, typer.Option(help="code of the agency the site reports to")],
    year: Annotated[int, typer.Option(help="reporting year")],
    indicator: Annotated[str, typer.Option(help="what was recounted")],
    site: Annotated[str, typer.Option(help="the site visited")],
    reported: Annotated[float, typer.Option(help="as the site had reported")],
    recounted: Annotated[float, typer.Option(help="as its own records show")],
    visited: Annotated[str, typer.Option(help="day of the visit, 2026-03-01")],
    evidence: Annotated[str, typer.Option(help="number and date of the visit's act")],
    asked: Annotated[int, typer.Option(help="source documents asked for")] = 0,
    documents: Annotated[int, typer.Option(help="of these, found")] = 0,
    weight: Annotated[float, typer.Option(help="sites it stands for, where sites were drawn")] = 1.0,
    stratum: Annotated[str, typer.Option(help="stratum it was drawn in")] = "",
    as_: As = None,
) -> None:
    """Record a visit to a site: reported against its own records (D14), source documents found (D15)."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.organisations.models import Agency
    from dozor.apps.plans.queries import main_plan
    from dozor.apps.quality.recording import record_recount

    of = Agency.objects.filter(code=agency).first()
    if of is None:
        raise Refused(Finding("INST-AGENCY", found=agency))
    if not main_plan().has_indicator(indicator):
        raise Refused(Finding("VAL-INDICATOR", found=indicator))
    day = read_date(visited)
    record_recount(
        agency=of,
        year=year,
        indicator=indicator,
        site=site,
        reported=reported,
        recounted=recounted,
        visited_on=day,
        evidence=evidence,
        asked=asked,
        documents=documents,
        weight=weight,
        stratum=stratum,
        by=who(as_, "check-submission", agency),
        at=timezone.now(),
    )
    tell("The visit to {site} is recorded.", site=site)


@app.command("back-check")
def back_check(
    round_code: Annotated[str, typer.Argument(metavar="ROUND", help="code of a round")],
    file: Annotated[Path, typer.Argument(help="re-interviews: respondent and the questions asked again")],
    as_: As = None,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Compare re-interviews with a round's interviews, by interviewer and question (S10)."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.collection.rounds import round_of
    from dozor.apps.plans.queries import main_plan
    from dozor.apps.quality.recording import record_back_check
    from dozor.apps.submissions.queries import national_centre

    of = round_of(round_code)
    agency = of.agency.code if of.agency else national_centre(main_plan()).code
    by = who(as_, "record-round", agency)
    found = record_back_check(of, file, name=file.name, by=by, at=timezone.now())
    told = [
        {
            "interviewer": a.interviewer,
            "question": a.question,
            "n": a.n,
            "kappa": None if a.kappa != a.kappa else a.kappa,
        }
        for a in found
    ]
    if format is Format.JSON:
        print_json(told)
        return
    print_table(
        ["interviewer", "question", "n", "κ"],
        (
            [t["interviewer"], t["question"], str(t["n"]), "—" if t["kappa"] is None else f"{t['kappa']:.2f}"]
            for t in told
        ),
        numeric=(2, 3),
    )
