"""Pages without a server, as for the tests of pages; the count of cells at the end."""

from __future__ import annotations

from typing import Any

from tests.integration.matrix.executing import TALLY
from tests.integration.web.conftest import _pages

__all__ = ["_pages"]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if TALLY.cells:
        told = ", ".join(f"{n} {outcome}" for outcome, n in sorted(TALLY.outcomes.items()))
        terminalreporter.write_line(
            f"Authorisation matrix: {TALLY.cells} cells executed ({told}); {TALLY.wrong} cells wrong"
        )
