"""What a release holds, as files: the content its readers get, and what only later audits may see."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

import msgspec
from django.conf import settings

from dozor.core.calendar.obligation import Obligation
from dozor.core.disclosure import Certificate, Edition
from dozor.core.findings import Finding, Refused
from dozor.core.observations.observation import Observation
from dozor.core.places import Agencies, Areas
from dozor.core.quality.review import DeskReview
from dozor.core.submissions.handed_in import HandedIn

T = TypeVar("T")
FOLDER = "releases"  # in the home, and in a backup
CONTENT, EDITION, CERTIFICATE = "content.json", "edition.json", "certificate.json"


@dataclass(frozen=True)
class Content:
    """Everything that is shown of a release; a report and a site are made of this and the plans' texts alone.

    Parameters
    ----------
    plans
        Digests of the plans' texts, the monitoring plan first.
    observations
        As this audience sees them: rounded, or with the kind of missing "withheld".
    already_published
        Ids of those whose source had published them before.
    obligations
        Of the year, as they stood on `made_on`.
    review
        Of the quality of data: counts alone.
    handed_in
        What had been submitted and accepted by then.
    """

    code: str
    year: int
    audience: str
    version: int
    made_on: date
    note: str
    software_version: str
    plans: tuple[str, ...]
    areas: Areas
    agencies: Agencies
    observations: tuple[Observation, ...]
    already_published: frozenset[int]
    obligations: tuple[Obligation, ...]
    handed_in: tuple[HandedIn, ...] = ()
    review: DeskReview | None = None


def releases_folder() -> Path:
    return (Path(settings.HOME) / FOLDER).resolve()


def folder(code: str) -> Path:
    return releases_folder() / code


def write(code: str, name: str, thing: object) -> str:
    """Write one file of a release, the same bytes for the same content; return its SHA-256."""
    written = msgspec.json.encode(thing, order="deterministic")
    return write_bytes(code, name, written)


def write_bytes(code: str, name: str, written: bytes) -> str:
    path = folder(code) / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = path.with_suffix(".part")
    half.write_bytes(written)
    half.chmod(0o600)
    half.replace(path)
    return hashlib.sha256(written).hexdigest()


def read(code: str, name: str, checksum: str, kind: type[T]) -> T:
    """Read a file of a release back; ``REL-FILE`` when it is gone or not what was written."""
    return msgspec.json.decode(read_bytes(code, name, checksum), type=kind)


def read_bytes(code: str, name: str, checksum: str) -> bytes:
    path = folder(code) / name
    found = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(found).hexdigest() != checksum:
        raise Refused(Finding("REL-FILE", found=f"{code}/{name}"))
    return found


def read_content(code: str, checksum: str) -> Content:
    return read(code, CONTENT, checksum, Content)


def read_edition(code: str, checksum: str) -> Edition:
    return read(code, EDITION, checksum, Edition)


def read_certificate(code: str, checksum: str) -> Certificate:
    return read(code, CERTIFICATE, checksum, Certificate)
