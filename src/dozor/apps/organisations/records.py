"""Translates rows of places and agencies into core values and back."""

from __future__ import annotations

from dozor.apps.organisations import models
from dozor.core.places import Agency, Area
from dozor.core.text import Text


def area_of(row: models.Area) -> Area:
    return Area(
        code=row.code,
        name=Text(ru=row.name_ru, be=row.name_be, en=row.name_en),
        type=row.type,
        parent=row.parent or None,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        population=row.population,
        population_on=row.population_on,
        area_km2=row.area_km2,
        source=row.source or None,
    )


def agency_of(row: models.Agency) -> Agency:
    return Agency(
        code=row.code,
        name=Text(ru=row.name_ru, be=row.name_be, en=row.name_en),
        short_name=Text(ru=row.short_ru, be=row.short_be, en=row.short_en),
        roles=tuple(row.roles),
        areas=tuple(row.areas),
        parent=row.parent or None,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def area_row(area: Area, position: int) -> models.Area:
    return models.Area(
        code=area.code,
        name_ru=area.name.ru,
        name_be=area.name.be,
        name_en=area.name.en,
        type=area.type,
        parent=area.parent or "",
        position=position,
        valid_from=area.valid_from,
        valid_to=area.valid_to,
        population=area.population,
        population_on=area.population_on,
        area_km2=area.area_km2,
        source=area.source or "",
    )


def agency_row(agency: Agency, position: int) -> models.Agency:
    return models.Agency(
        code=agency.code,
        name_ru=agency.name.ru,
        name_be=agency.name.be,
        name_en=agency.name.en,
        short_ru=agency.short_name.ru,
        short_be=agency.short_name.be,
        short_en=agency.short_name.en,
        roles=list(agency.roles),
        areas=list(agency.areas),
        parent=agency.parent or "",
        position=position,
        valid_from=agency.valid_from,
        valid_to=agency.valid_to,
    )
