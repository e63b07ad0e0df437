"""Plans, areas and agencies from folders of text on disk.

The core reads texts, not disks: this module only fetches the texts and hands them over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dozor.core.findings import Finding, Refused
from dozor.core.places import Agencies, Areas, read_agencies, read_areas
from dozor.core.plan import Plan, read_plan

if TYPE_CHECKING:
    from dozor.core.disclosure import Audiences

LARGEST_FILE = 4_000_000  # bytes; the annex of 45 rows takes about 200 thousand
VOCABULARY = "vocabulary"
PLACES = "by-places"
AUDIENCES = "by-audiences"


def packaged_folder() -> Path:
    """The folder of plans that came with the program: inside an installed wheel, else the checkout's."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "plans"
    return installed if installed.is_dir() else package.parents[1] / "plans"


def places_folder() -> Path:
    """The packaged areas and agencies."""
    return packaged_folder() / PLACES


def plan_folders(extra: Path | None = None) -> tuple[Path, ...]:
    """Every folder that holds a ``plan.yaml``: the packaged ones, then those in `extra`.

    The name of a folder means nothing; two versions of one plan stand in two folders.
    """
    roots = [packaged_folder(), *([extra] if extra is not None else [])]
    return tuple(
        folder for root in roots for folder in sorted(root.iterdir()) if (folder / "plan.yaml").is_file()
    )


def read_texts(folder: Path, *, pattern: str = "*.yaml", prefix: str = "") -> dict[str, str]:
    """Read a folder's texts: file name → text. UTF-8, with or without a byte-order mark."""
    if not folder.is_dir():
        raise Refused(Finding("PLAN-NO-FOLDER", found=str(folder)))
    texts: dict[str, str] = {}
    findings: list[Finding] = []
    for path in sorted(folder.glob(pattern)):
        name = prefix + path.name
        try:
            if path.stat().st_size > LARGEST_FILE:
                findings.append(Finding("PLAN-TOO-LARGE", values={"limit": LARGEST_FILE}, file=name))
            else:
                texts[name] = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            row = path.read_bytes()[: wrong.start].count(b"\n") + 1
            findings.append(Finding("PLAN-NOT-UTF-8", found="", file=name, row=row))
        except OSError as wrong:
            findings.append(Finding("PLAN-UNREADABLE", found=wrong.strerror or "", file=name))
    if findings:
        raise Refused(findings)
    return texts


def plan_texts(folder: Path) -> dict[str, str]:
    """The texts one plan is made of: its own, its instruments, and the vocabulary beside it (else ours)."""
    beside = folder.parent / VOCABULARY
    vocabulary = beside if beside.is_dir() else packaged_folder() / VOCABULARY
    texts = read_texts(folder) | read_texts(vocabulary, prefix=f"{VOCABULARY}/")
    for part in ("instruments", "instruments/blocks"):
        if (folder / part).is_dir():
            texts |= read_texts(folder / part, pattern="*.md", prefix=f"{part}/")
    return texts


def load_plan(folder: Path) -> Plan:
    """Read one plan from its folder; raises `Refused` with every fault of its text."""
    return read_plan(plan_texts(folder))


def load_plans(extra: Path | None = None) -> tuple[Plan, ...]:
    """Read every plan there is; several plans, and several versions of one, stand side by side."""
    return tuple(load_plan(folder) for folder in plan_folders(extra))


def find_plan(plan: str, extra: Path | None = None) -> Plan:
    """Read one plan by the path of its folder or by its code; `Refused` when neither is there."""
    if (Path(plan) / "plan.yaml").is_file():
        return load_plan(Path(plan))
    if any(sign in plan for sign in "/\\"):
        raise Refused(Finding("PLAN-NO-FOLDER", found=plan))
    found = {p.code: p for p in load_plans(extra)}
    if plan not in found:
        raise Refused(Finding("INST-PLAN", found=plan, values={"known": ", ".join(found)}))
    return found[plan]


def digest(texts: Mapping[str, str]) -> str:
    """SHA-256 over names and texts, in hexadecimal: the same texts give the same digest anywhere."""
    sha = hashlib.sha256()
    for name in sorted(texts):
        for part in (name, texts[name].replace("\r\n", "\n")):
            encoded = part.encode()
            sha.update(len(encoded).to_bytes(8, "big"))
            sha.update(encoded)
    return sha.hexdigest()


def places_texts(folder: Path) -> dict[str, str]:
    """The texts of areas and agencies: YAML files and ``areas.csv``."""
    return read_texts(folder) | read_texts(folder, pattern="areas.csv")


def load_areas(folder: Path) -> Areas:
    """Read the areas of a folder; raises `Refused` with every fault."""
    texts = places_texts(folder)
    return read_areas({name: text for name, text in texts.items() if not name.startswith("agencies")})


def load_agencies(folder: Path, *, roles: Collection[str] | None = None) -> Agencies:
    """Read the agencies of a folder (``agencies*.yaml``); the areas they serve stand beside them."""
    texts = places_texts(folder)
    own = {name: text for name, text in texts.items() if name.startswith("agencies")}
    return read_agencies(own, load_areas(folder), roles=roles)


def load_audiences(folder: Path | None = None) -> Audiences:
    """Read the audiences of a folder, by default the packaged ones; raises `Refused` with every fault."""
    from dozor.core.disclosure import read_audiences

    return read_audiences(read_texts(folder or packaged_folder() / AUDIENCES))
