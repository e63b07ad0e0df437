"""Keeps what was read from sealed tables for as long as the journal says they stand as they were.

Whatever changes a sealed table writes an event in the same transaction, naming the table (`SEALED` in
`verification.py`). So the events since the last look tell which tables have changed, whichever process or
command changed them; usually there is none, and one small question spares the dozen a page would ask. A
request looks once, and again after it has written; anything else looks each time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.signals import request_finished, request_started
from django.db import connection, models

from dozor.apps.audit.models import Event

T = TypeVar("T")
MOST = 400  # things kept of one database
MOST_EVENTS = 200  # more at once: everything is read anew
_DATABASES = 4
TRUSTS_TRANSACTIONS = False  # for tests that run alone in a transaction and roll it back


@dataclass
class _Memory:
    """What is kept of one database; `turns` counts how often each table was seen to change."""

    sequence: int = -1
    mac: str = ""
    turns: dict[str, int] = field(default_factory=dict)
    things: OrderedDict[tuple[Any, ...], tuple[tuple[int, ...], Any]] = field(default_factory=OrderedDict)

    def turns_of(self, tables: Sequence[type[models.Model]]) -> tuple[int, ...]:
        return tuple(self.turns.get(t._meta.db_table, 0) for t in tables)


_memories: OrderedDict[str, _Memory] = OrderedDict()
_lock = threading.Lock()
_here = threading.local()


def kept(name: tuple[Any, ...], tables: Sequence[type[models.Model]], make: Callable[[], T]) -> T:
    """The result of `make`, made again only when one of the tables it reads has changed.

    Parameters
    ----------
    name
        What is kept, with everything `make` depends on beside the tables.
    tables
        Sealed tables, all that `make` reads. Whoever gets the result must not change it.
    """
    if connection.in_atomic_block and not TRUSTS_TRANSACTIONS:
        # what a transaction sees may never be: nothing new is kept of it
        memory = _memory_within(tables)
        known = memory and memory.things.get(name)
        return known[1] if memory and known and known[0] == memory.turns_of(tables) else make()
    memory = _looked()
    now = memory.turns_of(tables)
    found = memory.things.get(name)
    if found is not None and found[0] == now:
        return found[1]  # type: ignore[no-any-return]
    made = make()
    with _lock:
        memory.things[name] = now, made
        memory.things.move_to_end(name)
        while len(memory.things) > MOST:
            memory.things.popitem(last=False)
    return made


def turns(tables: Sequence[type[models.Model]]) -> tuple[int, ...]:
    """How often each table was seen to change by this process; for what is made of kept things."""
    return _looked().turns_of(tables)


@contextmanager
def untouched(*tables: type[models.Model]) -> Iterator[None]:
    """What is kept of these tables holds inside, too: in a transaction that writes none of them.

    It is entered as the transaction begins, and helps only if the journal ends where this process saw it end.
    """
    before = getattr(_here, "within", None)
    memory = _memory()
    is_same = memory.sequence > 0 and _end() == (memory.sequence, memory.mac)
    _here.within = (memory, frozenset(tables)) if is_same else None
    try:
        yield
    finally:
        _here.within = before


def _memory_within(tables: Sequence[type[models.Model]]) -> _Memory | None:
    memory, held = getattr(_here, "within", None) or (None, frozenset())
    return memory if held.issuperset(tables) else None


def forget() -> None:
    """Keep nothing more: rows were changed beside the program."""
    with _lock:
        _memories.clear()
    _here.memory = None


def look_again() -> None:
    """Something was written: the next question looks at the journal anew."""
    _here.memory = None


@contextmanager
def looking_once() -> Iterator[None]:
    """Inside, this thread looks at the journal once, as a request does: for long work on frozen things."""
    before = getattr(_here, "memory", None), getattr(_here, "is_request", False)
    _here.memory, _here.is_request = None, True
    try:
        yield
    finally:
        _here.memory, _here.is_request = before


def _looked() -> _Memory:
    memory: _Memory | None = getattr(_here, "memory", None)
    if memory is not None and getattr(_here, "is_request", False):
        return memory
    memory = _look()
    _here.memory = memory
    return memory


def _memory() -> _Memory:
    said = connection.settings_dict
    database = f"{said['ENGINE']} {said.get('HOST')} {said.get('PORT')} {said['NAME']}"
    with _lock:
        memory = _memories.setdefault(database, _Memory())
        _memories.move_to_end(database)
        while len(_memories) > _DATABASES:
            _memories.popitem(last=False)
        return memory


def _end() -> tuple[int, str] | None:
    """The journal's last event."""
    return Event.objects.order_by("-sequence").values_list("sequence", "mac").first()


def _look() -> _Memory:
    memory = _memory()
    known = memory.sequence
    new = list(
        Event.objects.order_by("sequence")
        .filter(sequence__gte=known)
        .values_list("sequence", "mac", "rows")[: MOST_EVENTS + 2]
    )
    with _lock:
        if memory.sequence != known:
            return memory  # another thread has just looked
        # the event known last must stand where it stood: a database put back has another one there
        is_same = known > 0 and new and new[0][:2] == (known, memory.mac)
        if is_same and len(new) == 1:
            return memory
        if not is_same or len(new) > MOST_EVENTS:
            memory.things.clear()
            memory.sequence, memory.mac = _end() or (-1, "")
            return memory
        for _, _, rows in new[1:]:
            for table in {row["table"] for row in rows}:
                memory.turns[table] = memory.turns.get(table, 0) + 1
        memory.sequence, memory.mac = new[-1][:2]
    return memory


def _starts(**_: Any) -> None:
    _here.memory, _here.is_request = None, True


def _ends(**_: Any) -> None:
    _here.memory, _here.is_request = None, False


request_started.connect(_starts, dispatch_uid="kept starts")
request_finished.connect(_ends, dispatch_uid="kept ends")
