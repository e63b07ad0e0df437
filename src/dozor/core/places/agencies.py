"""Agencies: who exists, which of the plan's roles they play, and which areas they serve."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from dozor.core.places.areas import Areas, circles, is_valid
from dozor.core.text import Text
from dozor.core.yaml_text import Block, Reading


@dataclass(frozen=True)
class Agency:
    """One agency.

    Parameters
    ----------
    roles
        Codes of the plan's executor roles it plays; several allowed.
    areas
        Codes of the areas it serves; several allowed (a centre for a city and the district around it).
    parent
        Code of the agency that guides its work; None at the top.
    valid_from, valid_to
        First and last day of its existence; None where unknown or open.
    """

    code: str
    name: Text
    short_name: Text
    roles: tuple[str, ...]
    areas: tuple[str, ...]
    parent: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid_on(self, day: date) -> bool:
        return is_valid(self.valid_from, self.valid_to, day)


@dataclass(frozen=True)
class Agencies:
    """All agencies, in the order of their text."""

    agencies: tuple[Agency, ...]

    def __iter__(self) -> Iterator[Agency]:
        return iter(self.agencies)

    def __len__(self) -> int:
        return len(self.agencies)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    @cached_property
    def _by_code(self) -> dict[str, Agency]:
        return {agency.code: agency for agency in self.agencies}

    def agency(self, code: str) -> Agency:
        """Return the agency with this code; KeyError when there is none."""
        return self._by_code[code]

    def playing(self, role: str, on: date | None = None) -> tuple[Agency, ...]:
        """The agencies that play a role, on a day when one is given."""
        return tuple(a for a in self.agencies if role in a.roles and (on is None or a.is_valid_on(on)))

    def serving(self, area: str, role: str | None = None) -> tuple[Agency, ...]:
        """The agencies that serve an area itself (not one around it), with a role when one is given."""
        return tuple(a for a in self.agencies if area in a.areas and (role is None or role in a.roles))

    def guided_by(self, code: str) -> tuple[Agency, ...]:
        return tuple(a for a in self.agencies if a.parent == code)


def read_agencies(
    files: Mapping[str, str], areas: Areas, *, roles: Collection[str] | None = None
) -> Agencies:
    """Read agencies from YAML texts (section ``agencies``).

    Parameters
    ----------
    files
        File name → text.
    areas
        The areas that may be served.
    roles
        The roles that may be played; None takes any.

    Raises
    ------
    Refused
        With every fault: unknown area, role or parent, circle, duplicate code, missing translation, …
    """
    reading = Reading()
    blocks: list[tuple[Block, Agency]] = []
    for top in reading.top_blocks(files):
        for block in top.blocks("agencies"):
            blocks.append((block, _agency(block, areas, roles)))
            block.close()
        top.close()
    reading.resolve()
    for round_trip in circles({agency.code: agency.parent for _, agency in blocks if agency.code}):
        first = next(block for block, agency in blocks if agency.code == round_trip[0])
        reading.fault("PLACE-CYCLE", first.place("parent"), " → ".join(round_trip))
    reading.finish()
    return Agencies(tuple(agency for _, agency in blocks))


def _agency(block: Block, areas: Areas, roles: Collection[str] | None) -> Agency:
    reading = block.reading
    code, name = block.word("code"), block.text("name")
    if code:
        reading.define("agency", code, block.place("code"))
    played, served = block.words("roles", required=True), block.words("areas", required=True)
    for role in played:
        if roles is not None and role not in roles:
            reading.fault("PLAN-UNKNOWN-ROLE", block.place("roles"), role, known=", ".join(roles))
    for area in served:
        if area not in areas:
            known = ", ".join(a.code for a in areas.regions()) + " …"
            reading.fault("PLAN-UNKNOWN-AREA", block.place("areas"), area, known=known)
    valid_from, valid_to = block.optional_day("valid_from"), block.optional_day("valid_to")
    if valid_from and valid_to and valid_to < valid_from:
        reading.fault("PLAN-DATES-ORDER", block.place("valid_to"), f"{valid_from} … {valid_to}")
    return Agency(
        code=code,
        name=name,
        short_name=block.optional_text("short_name") or name,
        roles=played,
        areas=served,
        parent=block.optional_reference("parent", "agency"),
        valid_from=valid_from,
        valid_to=valid_to,
    )
