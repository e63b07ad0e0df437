"""Checks the quality of what has changed beside the server, for as long as it runs."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from django.db import close_old_connections
from django.utils import timezone

from dozor.apps.quality.sweeping import sweep

FIRST, PAUSE = 120, 3600  # seconds
A_DAY = timedelta(hours=20)
log = logging.getLogger("dozor.quality")


def keep_checking() -> None:
    """Look through what has changed again and again; a failure is told and the next look goes on."""
    time.sleep(FIRST)
    while True:
        close_old_connections()
        try:
            at = timezone.now()
            sweep(at=at, open_rounds_since=at - A_DAY)
        except Exception:
            log.exception("the quality of figures was not checked")
        close_old_connections()
        time.sleep(PAUSE)
