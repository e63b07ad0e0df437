"""What an instrument's fields mean to its sample, as its definitions' designs and its choices say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dozor.core.plan import Plan
from dozor.core.plan.instruments import Field, Instrument


@dataclass(frozen=True)
class Roles:
    """Names of fields; ``None`` or empty where the instrument has none.

    Parameters
    ----------
    areas
        Fields answered by a place, from the widest to the narrowest.
    """

    areas: tuple[str, ...] = ()
    stratum: str | None = None
    cluster: str | None = None
    coupon: str | None = None
    degree: str | None = None
    coupons: tuple[str, ...] = ()


def roles_of(plan: Plan, instrument: Instrument, parents: Mapping[str, str]) -> Roles:
    """Read the roles of an instrument's fields.

    Parameters
    ----------
    parents
        Area → the area it lies in; areas at the top are there with an empty text.
    """
    designs = [design for d in plan.definitions if d.instrument == instrument.code for design in d.designs]
    columns = {key: name for design in designs for key, name in design.columns.items()}
    given = [name for design in designs for name in design.coupons]
    places = [f for f in instrument.fields if _is_place(f, parents) and f.repeat is None]
    places.sort(key=lambda f: max(_depth(c.name, parents) for c in f.choices))
    return Roles(
        tuple(f.name for f in places),
        columns.get("stratum"),
        columns.get("cluster"),
        columns.get("coupon"),
        columns.get("degree"),
        tuple(dict.fromkeys(given)),
    )


def place_answers(
    instrument: Instrument, roles: Roles, area: str, parents: Mapping[str, str]
) -> dict[str, str]:
    """What each field of a place answers for the narrowest area: itself, or the choice it lies in."""
    answers = {}
    for name in roles.areas:
        offered = {c.name for c in instrument.field(name).choices}
        inside: str | None = area
        while inside and inside not in offered:
            inside = parents.get(inside)
        if inside:
            answers[name] = inside
    return answers


def narrowest_areas(instrument: Instrument, roles: Roles) -> Sequence[str]:
    """Codes of the narrowest places the instrument offers; one empty code where it asks for none."""
    if not roles.areas:
        return ("",)
    return [c.name for c in instrument.field(roles.areas[-1]).choices]


def _is_place(f: Field, parents: Mapping[str, str]) -> bool:
    return bool(f.choices) and all(c.name in parents for c in f.choices)


def _depth(area: str, parents: Mapping[str, str]) -> int:
    depth = 0
    while area := parents.get(area, ""):
        depth += 1
    return depth
