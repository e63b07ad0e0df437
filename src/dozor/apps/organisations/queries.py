"""Places and agencies as core values."""

from __future__ import annotations

from dozor.apps.organisations import models
from dozor.apps.organisations.records import agency_of, area_of
from dozor.core.places import Agencies, Areas, AreaType
from dozor.core.text import Text


def areas() -> Areas:
    return Areas(
        areas=tuple(area_of(row) for row in models.Area.objects.all()),
        types=tuple(
            AreaType(t.code, Text(ru=t.name_ru, be=t.name_be, en=t.name_en))
            for t in models.AreaType.objects.all()
        ),
    )


def agencies() -> Agencies:
    return Agencies(tuple(agency_of(row) for row in models.Agency.objects.all()))
