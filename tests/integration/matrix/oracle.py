"""Who may do what, told from `rights.txt` and the plan's list of agencies alone.

Nothing here asks the program: `scope.py` is what the answers are held against.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[3]
TABLE = Path(__file__).with_name("rights.txt")
FIELDS = Path(__file__).with_name("fields.txt")
ROLES = {
    "district": "district-specialist",
    "oblast": "oblast-specialist",
    "coordinator": "oblast-coordinator",
    "ministry": "ministry-focal-point",
    "national": "national-analyst",
    "approver": "national-approver",
    "reader": "ministry-reader",
    "auditor": "auditor",
    "admin": "administrator",
}


def table_lines(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line.strip() and not line.startswith("#")]


@cache
def reaches() -> dict[str, dict[str, str]]:
    """Right → role → reach."""
    (_right, *columns), *lines = table_lines(TABLE)
    return {
        right: {ROLES[c]: reach for c, reach in zip(columns, marks, strict=True)} for right, *marks in lines
    }


@cache
def parents() -> dict[str, str]:
    """Every agency of the list and who guides its work, "" when nobody does."""
    found: dict[str, str] = {}
    for name in ("agencies.yaml", "agencies-districts.yaml"):
        text = (ROOT / "plans" / "by-places" / name).read_text(encoding="utf-8")
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        found |= {a["code"]: a.get("parent", "") for a in yaml.load(text, loader)["agencies"]}  # noqa: S506 - safe
    return found


def allowed(role: str | None, own: str | None, right: str) -> set[str]:
    """Agencies about whose rows someone of this role and agency has the right."""
    everything = set(parents())
    if role is None:  # a visitor
        return everything if right == "read-published" else set()
    reach = reaches()[right][role]
    hands_in = {a for a, p in parents().items() if p == own}
    if own == "RCHEPH":
        hands_in |= {a for a, p in parents().items() if not p}
    return {
        "all": everything,
        "own": {own} if own else set(),
        "below": hands_in,
        "chain": hands_in | ({own} if own else set()),
        "-": set(),
    }[reach]


def holds(role: str | None, right: str) -> bool:
    """Whether the role has the right at all."""
    if role is None:
        return right == "read-published"
    return reaches()[right][role] != "-"


@cache
def fields() -> dict[str, tuple[tuple[str, ...], str]]:
    """Model.column → rights any of which lets it be shown, and the route of a page that shows it."""
    _heading, *lines = table_lines(FIELDS)
    return {column: (tuple(rights.split("|")), route) for column, rights, route in lines}


@cache
def may_be_shown(role: str | None, own: str | None, field: str, agency: str) -> bool:
    """Whether someone of this role and agency may be shown a column of an agency's rows."""
    rights, _route = fields().get(field, ((), ""))
    return any(agency in allowed(role, own, right) for right in rights)
