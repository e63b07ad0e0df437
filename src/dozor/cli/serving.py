"""`dozor serve`: the server, and the background work beside it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from dozor.cli.instance import show_accounts
from dozor.cli.instance_room import open_instance, start_django
from dozor.cli.output import tell
from dozor.core.findings import Finding, Refused

HOST = "127.0.0.1"
FIRST_PORT = 8000


def serve(
    port: Annotated[int | None, typer.Option(help="8000, or the next free one; 0: any free one")] = None,
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
    from django.utils import timezone
    from django.utils.module_loading import import_string

    from dozor.apps.instance.upgrade import is_current, upgrade
    from dozor.apps.static_files import collect_static

    # by name: the settings' room lies above this one
    import_string("dozor.config.guard.refuse_unsafe")(settings, host=host)

    if not is_current():
        copy = upgrade(at=timezone.now())
        tell("The instance was upgraded; the database as it was is kept in {copy}.", copy=copy or "—")
    collect_static()
    chosen = _free_port(host, port)
    # each server process opens its own connection
    from django.db import connections

    connections.close_all()
    worker = subprocess.Popen(
        [sys.executable, "-m", "dozor.cli", "worker"], env={**os.environ, "DOZOR_HOME": str(home())}
    )
    show_accounts()
    first = os.getpid()
    try:
        _run_server(host, chosen, workers, threads)
    finally:
        if os.getpid() == first:  # not one server process of several, whose place another takes
            _end(worker)


def _end(worker: subprocess.Popen[bytes]) -> None:
    serving_file().unlink(missing_ok=True)
    worker.terminate()
    try:
        worker.wait(timeout=10)
    except subprocess.TimeoutExpired:
        worker.kill()


def _run_server(host: str, port: int, workers: int, threads: int) -> None:
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

    def opened(process: Any) -> None:
        """Tell the address when the first process takes visitors, not before it answers."""
        if process.age == 1:
            listened_on = process.sockets[0].getsockname()[1]
            _say_ready(f"http://{host}:{listened_on}/")

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            options = {
                "bind": f"{host}:{port}",
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
                "post_worker_init": opened,
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
