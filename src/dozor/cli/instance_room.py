"""Opens an instance for a command: its home, its settings, its database."""

from __future__ import annotations

import os

from dozor.core.findings import Finding, Refused


def start_django() -> None:
    """Load the settings of the home named; nothing of Django may be imported before."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dozor.config.settings")
    import django

    django.setup()


def open_instance() -> None:
    """Open an existing instance of this version, or say what to do."""
    from dozor.apps.home import home, keys_folder

    if not (keys_folder() / "audit.key").exists():
        raise Refused(Finding("INST-NONE", found=str(home())))
    start_django()
    from dozor.apps.instance.upgrade import is_current

    if not is_current():
        raise Refused(Finding("INST-OLD", found=str(home())))


def whoami() -> str:
    """The name an operator's act on the command line is recorded under."""
    import getpass

    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"
