"""All commands in one place."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import typer
import typer.core
import typer.main

from dozor.cli import (
    aggregates,
    answers,
    audit,
    check,
    devices,
    doubts,
    form,
    instance,
    judging,
    mail,
    obligations,
    package_keys,
    packages,
    places,
    plan,
    release,
    report,
    rounds,
    safekeeping,
    serving,
    site,
    submissions,
    user,
    values,
)


class EstimateGroup(typer.core.TyperGroup):
    """`dozor estimate`, whose libraries take seconds to load, made when it is asked for."""

    @cached_property
    def group(self) -> Any:
        from dozor.cli import estimate

        return typer.main.get_command(estimate.app)

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.group.list_commands(ctx))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return self.group.get_command(ctx, cmd_name)


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Dozor: a country's monitoring plan as a program. "
    "--home FOLDER names the instance (or DOZOR_HOME), --language ru|be|en the language (or DOZOR_LANGUAGE).",
)
app.command("init")(instance.init)
app.command("demo")(instance.demo)
app.command("serve")(serving.serve)
app.command("worker", hidden=True)(serving.worker)
app.command("upgrade")(instance.upgrade)
app.command("backup")(safekeeping.backup)
app.command("restore")(safekeeping.restore)
app.command("verify")(audit.verify)
app.command("check")(check.check)
app.command("mail")(mail.mail)
app.command("obligations")(obligations.obligations)
app.command("report")(report.report)
app.add_typer(aggregates.app, name="aggregates", help="counts given instead of answers: import, show")
app.add_typer(answers.app, name="answers", help="answers of rounds: import, export, decisions, keys")
app.add_typer(audit.app, name="audit", help="the journal of everything done")
app.add_typer(devices.app, name="device", help="phones that send for an agency")
app.add_typer(
    typer.Typer(cls=EstimateGroup, no_args_is_help=True),
    name="estimate",
    help="microdata in, estimates out; no instance needed",
)
app.add_typer(doubts.app, name="doubts", help="what the rules of quality found, answered or not")
app.add_typer(form.app, name="form", help="questionnaires and forms of a plan")
packages.app.registered_commands += package_keys.app.registered_commands
app.add_typer(packages.app, name="package", help="submissions on a memory stick, signed")
app.add_typer(places.app, name="places", help="borders of districts for maps")
app.add_typer(plan.app, name="plan", help="monitoring plans as text")
app.add_typer(release.app, name="release", help="figures frozen, audited and published")
app.add_typer(site.app, name="site", help="the public site of a release")
app.add_typer(rounds.app, name="round", help="dates that duties follow from; instruments in the field")
submissions.app.registered_commands += judging.app.registered_commands
app.add_typer(submissions.app, name="submission", help="what agencies hand in, checked and accepted")
app.add_typer(user.app, name="user", help="people and their rights")
app.add_typer(values.app, name="values", help="the bank of values")
