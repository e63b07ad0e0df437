"""SDMX REST 1.5 over the messages of a release: what of them a query asks for, as SDMX-ML 2.1.

A message of the release is cut, never made anew: what is not in its bytes cannot be asked out of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from dozor.publishing.opendata.sdmx import AGENCY, COM, DIMENSIONS, FLOW, MES, STR, VERSION, declare_flow

DETAILS = ("full", "dataonly", "serieskeysonly", "nodata")
KINDS = {  # resource of the query → (list, element) of the structure message
    "dataflow": ("Dataflows", "Dataflow"),
    "datastructure": ("DataStructures", "DataStructure"),
    "codelist": ("Codelists", "Codelist"),
    "conceptscheme": ("Concepts", "ConceptScheme"),
}
_ALL = ("all", "")


@dataclass(frozen=True)
class NotAnswered(Exception):  # noqa: N818 - SDMX's own errors, each with its code
    """A query that gives no data: `code` as SDMX numbers it, `status` as HTTP does."""

    code: int
    status: int
    text: str


def _nothing(text: str) -> NotAnswered:
    return NotAnswered(100, 404, text)


def _syntax(text: str) -> NotAnswered:
    return NotAnswered(140, 400, text)


def error_message(error: NotAnswered) -> bytes:
    """The error as an SDMX-ML message."""
    root = ET.Element(f"{{{MES}}}Error")
    message = ET.SubElement(root, f"{{{MES}}}ErrorMessage", {"code": str(error.code)})
    ET.SubElement(message, f"{{{COM}}}Text").text = error.text
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def select_data(message: bytes, *, flow: str, key: str, asked: Mapping[str, str]) -> bytes:
    """The series and observations of a data message that a query names.

    Parameters
    ----------
    flow
        ``MONITORING``, or with its agency and version: ``DOZOR,MONITORING,1.0``.
    key
        A part for each dimension, joined by dots; an empty one is any, ``A+B`` either; ``all`` is everything.
    asked
        Parameters: ``startPeriod``, ``endPeriod``, ``detail``, ``firstNObservations``, ``lastNObservations``.

    Raises
    ------
    NotAnswered
        100 nothing is there, 140 the query is not as the standard writes it, 501 not offered.
    """
    _check_flow(flow)
    wanted = _key(key)
    detail = asked.get("detail", "full")
    if detail not in DETAILS:
        raise _syntax(f"detail is one of {', '.join(DETAILS)}")
    if asked.get("dimensionAtObservation", "TIME_PERIOD") != "TIME_PERIOD":
        raise NotAnswered(501, 501, "observations are given by TIME_PERIOD only")
    first, last = _count(asked, "firstNObservations"), _count(asked, "lastNObservations")
    start, end = asked.get("startPeriod", ""), asked.get("endPeriod", "")
    root = ET.fromstring(message)  # noqa: S314 - a file of our own, whose checksum the release holds
    declare_flow(root)
    data = root.find(f"{{{MES}}}DataSet")
    if data is None:
        raise _nothing("the release holds no data")
    found = 0
    for series in list(data):
        is_asked = all(not any_of or series.get(name) in any_of for name, any_of in wanted.items())
        told = [o for o in series if _is_within(o.get("TIME_PERIOD", ""), start, end)] if is_asked else []
        if first is not None or last is not None:
            told = (told[:first] if first else []) + (told[-last:] if last else [])
        if not told:
            data.remove(series)
            continue
        found += 1
        for o in list(series):
            if detail in ("serieskeysonly", "nodata") or o not in told:
                series.remove(o)
            elif detail == "dataonly":
                for name in set(o.attrib) - {"TIME_PERIOD", "OBS_VALUE"}:
                    del o.attrib[name]
    if not found:
        raise _nothing("no observation answers this query")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _check_flow(flow: str) -> None:
    parts = flow.split(",")
    agency, code, version = (
        parts if len(parts) == 3 else (*parts, "latest") if len(parts) == 2 else ("all", flow, "latest")
    )
    if agency not in (*_ALL, AGENCY) or code != FLOW or version not in (*_ALL, "latest", VERSION):
        raise _nothing(f"there is one dataflow: {AGENCY},{FLOW},{VERSION}")


def _key(key: str) -> dict[str, frozenset[str]]:
    if key in _ALL:
        return {}
    parts = key.split(".")
    if len(parts) != len(DIMENSIONS):
        raise _syntax(f"a key has {len(DIMENSIONS)} parts: {'.'.join(DIMENSIONS)}")
    return {
        name: frozenset(part.split("+")) - {""} for name, part in zip(DIMENSIONS, parts, strict=True) if part
    }


def _count(asked: Mapping[str, str], name: str) -> int | None:
    said = asked.get(name)
    if said is None:
        return None
    if not said.isascii() or not said.isdigit() or int(said) < 1:
        raise _syntax(f"{name} is a whole number from 1")
    return int(said)


def _is_within(time: str, start: str, end: str) -> bool:
    """Whether a time begins within the bounds, each taken as finely as it is written."""
    return (not start or time[: len(start)] >= start) and (not end or time[: len(end)] <= end)


def select_structure(
    message: bytes, *, kind: str, agency: str, code: str, version: str, references: str
) -> bytes:
    """The structures of a message that a query names, with what they stand on when ``references`` asks.

    Raises
    ------
    NotAnswered
        100: there is no such structure.
    """
    list_name, element = KINDS[kind]
    root = ET.fromstring(message)  # noqa: S314 - a file of our own
    structures = root.find(f"{{{MES}}}Structures")
    if structures is None:
        raise _nothing("the release holds no structure")
    wanted = structures.find(f"{{{STR}}}{list_name}")
    for one in list(wanted) if wanted is not None else []:
        is_asked = (
            one.tag == f"{{{STR}}}{element}"
            and agency in (*_ALL, one.get("agencyID"))
            and code in (*_ALL, one.get("id"))
            and version in (*_ALL, "latest", one.get("version"))
        )
        if not is_asked and wanted is not None:
            wanted.remove(one)
    if wanted is None or not len(wanted):
        raise _nothing(f"there is no such {kind}")
    if references == "none":
        for other in list(structures):
            if other is not wanted:
                structures.remove(other)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
