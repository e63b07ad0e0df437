"""Keeps what a page worked out for as long as the bank, the plans and the places stay as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar, cast

from django.core.cache import cache
from django.db.models import Max

from dozor.apps.audit.kept import kept
from dozor.apps.bank.models import HeadlineChoice, MatchRule, ValuesImport
from dozor.apps.bank.queries import read_in_place
from dozor.apps.organisations.models import Area
from dozor.apps.plans.models import PlanVersion, Setting
from dozor.apps.software import STAMP
from dozor.web.names import Names

T = TypeVar("T")
# all append-only: a higher last id means that something was added
_KEPT = (ValuesImport, HeadlineChoice, MatchRule, PlanVersion, Setting, Area)


def remembered(what: str, names: Names, make: Callable[[], T]) -> T:
    """The result of `make`, from the cache while nothing has been added since it was made.

    For what every reader of one language sees alike; nothing of a person goes in. Each page of a
    release is made once, and right after it the picture of the same things: only the last is kept.
    """
    if release := read_in_place():
        return _of_release((release, what, names.language), make)
    state = f"{STAMP}\n{what}\n{names.language}\n{state_of_the_bank()}"
    key = "page." + hashlib.blake2b(state.encode(), digest_size=20).hexdigest()
    # of this process: what the file holds has to be unpacked anew each time
    return kept(("page", key), _KEPT, lambda: _from_file(key, make))


_last: tuple[tuple[str, str, str], object] | None = None


def _of_release(name: tuple[str, str, str], make: Callable[[], T]) -> T:
    global _last  # noqa: PLW0603 - set and read in one step each, so threads may share it
    if (last := _last) is not None and last[0] == name:
        return cast(T, last[1])
    made = make()
    _last = name, made
    return made


def _from_file(key: str, make: Callable[[], T]) -> T:
    found: T | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found)
    return found


def state_of_the_bank() -> str:
    """A text that changes whenever something is added that pages show."""
    return kept(("state of the bank",), _KEPT, _ends)


def _ends() -> str:
    # a cache may outlive its database, as after a restore: the last import's instant tells them apart
    last = ValuesImport.objects.order_by("-id").values_list("recorded_at", flat=True).first()
    ends = [model.objects.aggregate(end=Max("id"))["end"] for model in _KEPT]
    return f"{last}\n{ends}"
