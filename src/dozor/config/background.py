"""What the background process does: the ordered work; beside it the site, pages ahead, reminders, checks."""

from __future__ import annotations

import threading

from django.core.management import call_command

from dozor.web.ahead import keep_prepared
from dozor.web.checking import keep_checking
from dozor.web.reminding import keep_reminding


def work() -> None:
    """Do the instance's background work until stopped."""
    threading.Thread(target=keep_prepared, name="pages ahead", daemon=True).start()
    threading.Thread(target=keep_reminding, name="reminders", daemon=True).start()
    threading.Thread(target=keep_checking, name="quality", daemon=True).start()
    call_command("db_worker", verbosity=0, reload=False)
