"""Keeps what a page worked out for as long as the bank, the plans and the places stay as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from django.core.cache import cache
from django.db.models import Max

import dozor
from dozor.apps.bank.models import HeadlineChoice, MatchRule, ValuesImport
from dozor.apps.bank.queries import read_in_place
from dozor.apps.organisations.models import Area
from dozor.apps.plans.models import PlanVersion, Setting
from dozor.web.names import Names

T = TypeVar("T")
# what an earlier program worked out is of no use to a later one
CODE = str(max(path.stat().st_mtime_ns for path in Path(dozor.__file__).parent.rglob("*.py")))
# all append-only: a higher last id means that something was added
_KEPT = (ValuesImport, HeadlineChoice, MatchRule, PlanVersion, Setting, Area)


def remembered(what: str, names: Names, make: Callable[[], T]) -> T:
    """The result of `make`, from the cache while nothing has been added since it was made.

    For what every reader of one language sees alike; nothing of a person goes in.
    """
    state = f"{CODE}\n{what}\n{names.language}\n{state_of_the_bank()}"
    key = "page." + hashlib.blake2b(state.encode(), digest_size=20).hexdigest()
    found: T | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found)
    return found


def state_of_the_bank() -> str:
    """A text that changes whenever something is added that pages show."""
    if frozen := read_in_place():
        return frozen
    # a cache may outlive its database, as after a restore: the last import's instant tells them apart
    last = ValuesImport.objects.order_by("-id").values_list("recorded_at", flat=True).first()
    ends = [model.objects.aggregate(end=Max("id"))["end"] for model in _KEPT]
    return f"{last}\n{ends}"
