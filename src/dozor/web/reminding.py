"""Reminds and sends mail beside the server, for as long as it runs."""

from __future__ import annotations

import logging
import time

from django.db import close_old_connections
from django.utils import timezone

from dozor.apps.reminders.actions import remind
from dozor.apps.reminders.mailing import send_mail

PAUSE = 600  # seconds between two looks at the calendar
log = logging.getLogger("dozor.reminders")


def keep_reminding() -> None:
    """Look at the calendar again and again; a failure is told and the next look goes on."""
    while True:
        close_old_connections()
        try:
            at = timezone.now()
            remind(at)
            send_mail(at)
        except Exception:
            log.exception("reminders were not made")
        close_old_connections()
        time.sleep(PAUSE)
