"""Styles, scripts and fonts, named by their content and packed for the way: once for each program."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from dozor.apps.software import STAMP


def collect_static() -> None:
    """Put them into the home, unless this very program did: packing them takes seconds of each start."""
    folder = Path(settings.STATIC_ROOT)
    made_by = folder.with_suffix(".of")  # beside it: what lies within is served
    if (folder / "staticfiles.json").exists() and made_by.exists() and made_by.read_text() == STAMP:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    made_by.write_text(STAMP)
