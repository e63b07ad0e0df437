"""Places and agencies as core values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model

from dozor.apps.audit.kept import kept
from dozor.apps.organisations import models
from dozor.apps.organisations.records import agency_of, area_of
from dozor.core.places import Agencies, Areas, AreaType
from dozor.core.text import Text

R = TypeVar("R", bound=Model)


def areas() -> Areas:
    return kept(("areas",), (models.Area, models.AreaType), _areas)


def _areas() -> Areas:
    return Areas(
        areas=tuple(area_of(row) for row in models.Area.objects.all()),
        types=tuple(
            AreaType(t.code, Text(ru=t.name_ru, be=t.name_be, en=t.name_en))
            for t in models.AreaType.objects.all()
        ),
    )


def agencies() -> Agencies:
    return kept(("agencies",), (models.Agency,), _agencies)


def agency_rows() -> dict[str, models.Agency]:
    """Agencies' own rows by code, in their order; shared by all who ask, so never to be changed."""
    return kept(("agency rows",), (models.Agency,), lambda: {a.code: a for a in models.Agency.objects.all()})


def with_agencies(rows: Iterable[R], *names: str) -> list[R]:
    """Rows whose foreign keys to agencies, by name, are looked up already: no join, no question for each."""
    by_key = kept(("agencies by key",), (models.Agency,), lambda: {a.pk: a for a in agency_rows().values()})
    found = list(rows)
    for row in found:
        for name in names:
            if (known := by_key.get(getattr(row, f"{name}_id"))) is not None:
                row._state.fields_cache[name] = known
    return found


def _agencies() -> Agencies:
    return Agencies(tuple(agency_of(row) for row in models.Agency.objects.all()))
