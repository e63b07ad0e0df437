"""Codes as a person's app shows them, for tests that sign in by the real door.

A code opens once, so whoever signs in again within half a minute takes the next one: the door takes the
steps beside the present one too, for clocks that differ. The one before the present is never given out: a
second later the door may have moved on, and would take it no more.
"""

from __future__ import annotations

import time
from collections import defaultdict
from pathlib import Path

import pyotp

STEP = 30
_taken: dict[str, int] = defaultdict(int)  # the last step whose code was given out, per secret


def next_code(secret: str) -> str:
    """A code not given out before, waiting for one when there is none yet."""
    while True:
        now = int(time.time()) // STEP
        step = max(now, _taken[secret] + 1)
        if step <= now + 1:
            _taken[secret] = step
            return pyotp.TOTP(secret).at(step * STEP)
        time.sleep(1)


def example_accounts(home: Path) -> dict[str, tuple[str, str]]:
    """Sign-in name → password and code app's secret ("" without one), as `dozor demo` prints them."""
    lines = (home / "example-accounts.txt").read_text(encoding="utf-8").splitlines()
    found = (line.split(maxsplit=3) for line in lines)
    return {login: (password, "" if secret == "-" else secret) for login, password, secret, _name in found}
