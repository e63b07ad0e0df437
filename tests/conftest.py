"""What every test shares: an instance's home of the tests' own."""

from __future__ import annotations

import importlib
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# a home of its own for each test process; keys exist before the settings are read
_HOME = Path(tempfile.mkdtemp(prefix="dozor-test-"))
os.environ["DOZOR_HOME"] = str(_HOME)
os.environ.pop("DOZOR_KEYS", None)
os.environ.pop("DOZOR_LANGUAGE", None)
os.environ["DOZOR_PACE"] = "0"  # one process asks for everybody; test_pace.py has its own
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dozor.config.settings")

import hypothesis  # noqa: E402
from django.conf import settings  # noqa: E402
from django.utils.functional import empty  # noqa: E402

from dozor.apps.home import make_key  # noqa: E402
from dozor.config import settings as settings_module  # noqa: E402

make_key("web.key")
make_key("audit.key")
# pytest-django read the settings before this file; they are read again, for this home
importlib.reload(settings_module)
settings._wrapped = empty

# a busy machine is slow, and a test's outcome must not hang on that
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")

pytest_plugins = ("tests.instances",)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of minutes go first: at the end one of them would leave the other core nothing to do."""
    items.sort(key=lambda item: item.get_closest_marker("journey") is None)


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


_connect = socket.socket.connect


def _connect_here(self: socket.socket, address: Any) -> None:
    """Tests, and what they run in this process, talk to this machine alone."""
    is_here = self.family == socket.AF_UNIX or str(address[0]) in ("127.0.0.1", "::1", "localhost")
    if not is_here:
        raise RuntimeError(f"{address}: out of the machine")
    _connect(self, address)


socket.socket.connect = _connect_here  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _own_language() -> None:
    """Each test begins in the instance's language: a page asked for in another one leaves its own active."""
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _own_journal_end() -> Iterator[None]:
    """Each test's journal is rolled back with its database; its copy beside the database too."""
    (_HOME / "audit-head.json").unlink(missing_ok=True)
    yield
