"""`dozor init|demo|upgrade`: making an instance and bringing it to this version."""

from __future__ import annotations

import shutil
import sys
from typing import Annotated

import typer

from dozor.cli.instance_room import start_django
from dozor.cli.output import Format, FormatOption, print_json, progress, tell
from dozor.core.findings import Finding, Refused


def new_home() -> None:
    """An empty home with its keys; raises ``INST-EXISTS`` when there is an instance in it already."""
    from dozor.apps.home import home, keys_folder, make_key

    if (keys_folder() / "audit.key").exists() or (home() / "dozor.sqlite3").exists():
        raise Refused(Finding("INST-EXISTS", found=str(home())))
    home().mkdir(parents=True, exist_ok=True)
    make_key("web.key")
    make_key("audit.key")
    start_django()


def undo_new_home() -> None:
    """Nothing half done: an instance that could not be made leaves no keys behind."""
    from dozor.apps.home import home, keys_folder
    from dozor.apps.instance.archive import ANSWERS, KEYS, LATER_KEYS
    from dozor.apps.releases.content import FOLDER as RELEASES

    made = [keys_folder() / name for name in (*KEYS, *LATER_KEYS)]
    for path in (*made, *home().glob("dozor.sqlite3*"), *home().glob("audit-*.*")):
        path.unlink(missing_ok=True)
    for filled in (ANSWERS, RELEASES):
        shutil.rmtree(home() / filled, ignore_errors=True)
    for folder in (keys_folder(), home()):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def init(
    login: Annotated[str, typer.Option(help="sign-in name of the first administrator")] = "admin",
    password: Annotated[
        str | None, typer.Option(help="their password; without it one is drawn and shown")
    ] = None,
    format: FormatOption = Format.TABLE,  # noqa: A002 - the option's name is the contract
) -> None:
    """Make an empty instance: plan, places and agencies loaded, a first administrator."""
    from dozor.apps.home import home

    new_home()
    from django.db import transaction
    from django.utils import timezone

    from dozor.apps.instance.actions import create, first_administrator, make_tables

    try:
        with progress("Making the instance"):
            make_tables()
            with transaction.atomic():
                create(at=timezone.now())
                account = first_administrator(login=login, password=password, at=timezone.now())
    except BaseException:
        undo_new_home()
        raise
    if format is Format.JSON:
        print_json({"home": str(home()), "login": account.login, "password": account.password})
        return
    tell("The instance is in {home}.", home=home())
    tell("First administrator: {login}, password: {password}", login=account.login, password=account.password)
    tell(
        "Keep the password: it is shown only now. Start the instance with “dozor serve --home {home}”.",
        home=home(),
    )


def demo(
    with_field: Annotated[
        bool, typer.Option("--with-field", help="and rounds of simulated answers, marked as such")
    ] = False,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Make the example instance: the published figures of Belarus, each with its source."""
    from dozor.apps.home import accounts_file, home

    new_home()
    from django.db import transaction
    from django.utils import timezone

    from dozor.apps.instance.actions import create, fill_example, make_tables

    try:
        with progress("Loading the published figures of Belarus") as bar:
            make_tables()
            with transaction.atomic():
                create(at=timezone.now())
                accounts = fill_example(
                    at=timezone.now(), progress=lambda n: bar.update(bar.task_ids[0], completed=n)
                )
        rounds: list[str] = []
        if with_field:
            from dozor.apps.instance.field import fill_field

            with progress("Simulating a field") as bar:
                rounds = fill_field(
                    at=timezone.now(), progress=lambda n: bar.update(bar.task_ids[0], completed=n)
                )
    except BaseException:
        undo_new_home()
        raise
    lines = [f"{a.login:12} {a.password:18} {a.totp or '-':34} {a.name}" for a in accounts]
    accounts_file().touch(mode=0o600)
    accounts_file().write_text("\n".join(lines) + "\n", encoding="utf-8")
    if format is Format.JSON:
        told = {
            "home": str(home()),
            "accounts": [{"login": a.login, "password": a.password, "totp": a.totp} for a in accounts],
        }
        print_json(told | ({"simulated_rounds": rounds} if with_field else {}))
        return
    tell("The example instance is in {home}.", home=home())
    if rounds:
        tell("Simulated rounds: {rounds}. Their answers are invented.", rounds=", ".join(rounds))
    show_accounts()


def show_accounts() -> None:
    """The example's accounts, while their file is there."""
    from dozor.apps.home import accounts_file, home

    if accounts_file().exists():
        tell("Example accounts (sign-in name, password, secret of the code app, who it is):")
        for line in accounts_file().read_text(encoding="utf-8").splitlines():
            sys.stderr.write(f"  {line}\n")
        tell(
            "The six-digit code of an account, without an app: dozor user code NAME --home {home}",
            home=home(),
        )


def upgrade() -> None:
    """Bring an instance made by an earlier version to this one."""
    from dozor.apps.home import home, keys_folder

    if not (keys_folder() / "audit.key").exists():
        raise Refused(Finding("INST-NONE", found=str(home())))
    start_django()
    from django.utils import timezone

    from dozor.apps.instance import upgrade as room

    if room.is_current():
        tell("The instance is of this version already.")
        return
    copy = room.upgrade(at=timezone.now())
    tell("The instance was upgraded; the database as it was is kept in {copy}.", copy=copy or "—")
