"""A round at a desk: opened once for a module, filled in through the pages."""

from __future__ import annotations

from tests.integration.web.conftest import _pages, browser

__all__ = ["_pages", "browser"]
