"""Pages without a server: static files unhashed, background work done at once."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path

import axes.conf
import pytest
from django.conf import settings
from django.test import Client, override_settings
from tests.instances import Instance

PLAIN_STATIC = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
AT_ONCE = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

SignedIn = Callable[[str | None], Client]


@pytest.fixture(scope="module", autouse=True)
def _pages() -> Iterator[None]:
    # axes wrote its defaults into the settings that the tests have read again since
    importlib.reload(axes.conf)
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    with override_settings(STORAGES=PLAIN_STATIC, TASKS=AT_ONCE):
        yield


def browser(login: str | None) -> Client:
    """A browser of somebody signed in, or of a visitor."""
    from dozor.apps.organisations.models import Person

    client = Client()
    if login:
        person = Person.objects.get(login=login)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def shown(untouched_example: Instance) -> Client:
    """A browser of somebody who may read the example's bank and nothing else."""
    return browser("ministry")
