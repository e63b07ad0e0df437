"""All commands in one place."""

from __future__ import annotations

import typer

from dozor.cli import audit, estimate, form, instance, obligations, plan, report, rounds, user, values

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Dozor: a country's monitoring plan as a program. "
    "--home FOLDER names the instance (or DOZOR_HOME), --language ru|be|en the language (or DOZOR_LANGUAGE).",
)
app.command("init")(instance.init)
app.command("demo")(instance.demo)
app.command("serve")(instance.serve)
app.command("worker", hidden=True)(instance.worker)
app.command("upgrade")(instance.upgrade)
app.command("backup")(instance.backup)
app.command("restore")(instance.restore)
app.command("verify")(audit.verify)
app.command("obligations")(obligations.obligations)
app.command("report")(report.report)
app.add_typer(audit.app, name="audit", help="the journal of everything done")
app.add_typer(estimate.app, name="estimate", help="microdata in, estimates out; no instance needed")
app.add_typer(form.app, name="form", help="questionnaires and forms of a plan")
app.add_typer(plan.app, name="plan", help="monitoring plans as text")
app.add_typer(rounds.app, name="round", help="recorded facts that duties follow from")
app.add_typer(user.app, name="user", help="people and their rights")
app.add_typer(values.app, name="values", help="the bank of values")
