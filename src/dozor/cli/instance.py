"""`dozor init|demo|serve|backup|restore|upgrade`: an instance as a whole."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from dozor.cli.instance_room import open_instance, start_django
from dozor.cli.output import Format, FormatOption, print_json, progress, tell
from dozor.core.findings import Finding, Refused

HOST = "127.0.0.1"
FIRST_PORT = 8000


def _new_home() -> None:
    from dozor.apps.home import home, keys_folder, make_key

    if (keys_folder() / "audit.key").exists() or (home() / "dozor.sqlite3").exists():
        raise Refused(Finding("INST-EXISTS", found=str(home())))
    home().mkdir(parents=True, exist_ok=True)
    make_key("web.key")
    make_key("audit.key")
    start_django()


def _undo_new_home() -> None:
    """Nothing half done: an instance that could not be made leaves no keys behind."""
    from dozor.apps.home import home, keys_folder
    from dozor.apps.instance.archive import ANSWERS, KEYS, LATER_KEYS
    from dozor.apps.releases.content import FOLDER as RELEASES

    made = [keys_folder() / name for name in (*KEYS, *LATER_KEYS)]
    for path in (*made, *home().glob("dozor.sqlite3*"), *home().glob("audit-head.*")):
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

    _new_home()
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
        _undo_new_home()
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
    from dozor.apps.home import home

    _new_home()
    from django.db import transaction
    from django.utils import timezone

    from dozor.apps.instance.actions import accounts_file, create, fill_example, make_tables

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
        _undo_new_home()
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
    _show_accounts()


def _show_accounts() -> None:
    from dozor.apps.home import home
    from dozor.apps.instance.actions import accounts_file

    if accounts_file().exists():
        tell("Example accounts (sign-in name, password, secret of the code app, who it is):")
        for line in accounts_file().read_text(encoding="utf-8").splitlines():
            sys.stderr.write(f"  {line}\n")
        tell(
            "The six-digit code of an account, without an app: dozor user code NAME --home {home}",
            home=home(),
        )


def serve(
    port: Annotated[int | None, typer.Option(help="8000, or the next free one")] = None,
    host: Annotated[str, typer.Option(help="address to listen on; this machine only by default")] = HOST,
    workers: Annotated[int, typer.Option(help="server processes")] = 2,
    threads: Annotated[int, typer.Option(help="threads in each")] = 8,
) -> None:
    """Serve the instance and its background work until stopped."""
    from dozor.apps.home import home, keys_folder

    if not (keys_folder() / "audit.key").exists():
        raise Refused(Finding("INST-NONE", found=str(home())))
    start_django()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone
    from django.utils.module_loading import import_string

    from dozor.apps.instance.upgrade import is_current, upgrade

    # by name: the settings' room lies above this one
    import_string("dozor.config.guard.refuse_unsafe")(settings, host=host)

    if not is_current():
        copy = upgrade(at=timezone.now())
        tell("The instance was upgraded; the database as it was is kept in {copy}.", copy=copy or "—")
    call_command("collectstatic", interactive=False, verbosity=0)
    chosen = _free_port(host, port)
    # each server process opens its own connection
    from django.db import connections

    connections.close_all()
    worker = subprocess.Popen(
        [sys.executable, "-m", "dozor.cli", "worker"], env={**os.environ, "DOZOR_HOME": str(home())}
    )
    _show_accounts()
    try:
        _run_server(f"{host}:{chosen}", f"http://{host}:{chosen}/", workers, threads)
    finally:
        serving_file().unlink(missing_ok=True)
        worker.terminate()
        try:
            worker.wait(timeout=10)
        except subprocess.TimeoutExpired:
            worker.kill()


def _run_server(bind: str, address: str, workers: int, threads: int) -> None:
    from django.conf import settings
    from django.utils.module_loading import import_string
    from gunicorn.app.base import BaseApplication
    from gunicorn.glogging import Logger

    from dozor.apps.logs import HideTokens

    class TokenlessLogger(Logger):  # type: ignore[misc]
        def setup(self, cfg: object) -> None:
            super().setup(cfg)
            for handler in (*self.error_log.handlers, *self.access_log.handlers):
                handler.addFilter(HideTokens())

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            options = {
                "bind": bind,
                "workers": workers,
                "threads": threads,
                "worker_class": "gthread",
                "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108 - gunicorn's heartbeat
                "loglevel": "warning",
                # every request in one line, on standard output
                "accesslog": "-" if os.environ.get("DOZOR_ACCESS_LOG") == "1" else None,
                "timeout": 120,
                "graceful_timeout": 10,
                "control_socket_disable": True,
                "logger_class": TokenlessLogger,
                # when the first process takes visitors: the address is not told before it answers
                "post_worker_init": lambda process: _say_ready(address) if process.age == 1 else None,
            }
            for name, value in options.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> object:
            # by name: the settings' room lies above this one
            return import_string(settings.WSGI_APPLICATION)

    Server().run()


def serving_file() -> Path:
    """Holds the address while the instance is served, for what has to name it (a phone's QR code)."""
    from dozor.apps.home import home

    return home() / "serving"


def _say_ready(address: str) -> None:
    serving_file().write_text(address + "\n")
    tell("Dozor is open. Stop it with Ctrl+C.")
    sys.stdout.write(address + "\n")
    sys.stdout.flush()


def _free_port(host: str, wanted: int | None) -> int:
    if wanted is not None:
        if not _is_free(host, wanted):
            raise Refused(Finding("INST-PORT", found=str(wanted)))
        return wanted
    return next(p for p in range(FIRST_PORT, FIRST_PORT + 1000) if _is_free(host, p))


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def worker() -> None:
    """Do the background work of the instance (started by “dozor serve”)."""
    open_instance()
    from django.conf import settings
    from django.utils.module_loading import import_string

    # by name: the settings' room lies above this one
    import_string(settings.BACKGROUND)()


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


def backup(
    file: Annotated[Path, typer.Argument(help="the file to write")],
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Copy the instance into one file. It holds the keys: keep it as you keep the instance."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.instance.backup import backup as write

    with progress("Copying") as bar:
        manifest = write(
            file,
            at=timezone.now(),
            progress=lambda t, n: bar.update(bar.task_ids[0], description=t, completed=n),
        )
    rows = sum(t["rows"] for t in manifest["tables"].values())
    if format is Format.JSON:
        print_json({"file": str(file), "rows": rows, "head": manifest["head"]})
        return
    tell(
        "{file}: {rows} rows, journal up to event {sequence}.",
        file=file,
        rows=rows,
        sequence=(manifest["head"] or {}).get("sequence", 0),
    )


def restore(
    file: Annotated[Path, typer.Argument(help="a file made by “dozor backup”")],
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Fill a new home (--home) from a backup, verify it, and bring it to this version."""
    from dozor.apps.home import home, keys_folder
    from dozor.cli.output import print_findings

    if (keys_folder() / "audit.key").exists() or (home() / "dozor.sqlite3").exists():
        raise Refused(Finding("INST-EXISTS", found=str(home())))
    # the settings read the keys, so they are put in place before Django starts
    from dozor.apps.instance.archive import read_manifest, restore_keys

    read_manifest(file)
    home().mkdir(parents=True, exist_ok=True)
    try:
        restore_keys(file)
        start_django()
        from dozor.apps.audit.verification import verify
        from dozor.apps.instance.backup import restore as read

        with progress("Restoring") as bar:
            manifest = read(
                file, progress=lambda t, n: bar.update(bar.task_ids[0], description=t, completed=n)
            )
        findings = verify(head=manifest["head"])
    except BaseException:
        _undo_new_home()
        raise
    if findings:
        print_findings(findings, as_json=format is Format.JSON)
        sys.exit(1)
    if format is Format.JSON:
        print_json({"home": str(home()), "rows": sum(t["rows"] for t in manifest["tables"].values())})
        return
    tell("The instance in {home} is restored and verified.", home=home())
