"""The shape of a backup file, readable before an instance exists."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

from dozor.apps.home import keys_folder
from dozor.core.findings import Finding, Refused

FORMAT = 2  # 1 held no answers
KEYS = ("web.key", "audit.key")
# there from the first round, the first package on
LATER_KEYS = ("answers.key", "answers-naming.key", "respondents.key", "package.key")
ANSWERS = "answers"  # encrypted files, in the home and in a backup alike
# what reading a damaged or foreign file may raise
DAMAGED = (OSError, zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, AttributeError)
_ANSWER_FILE = re.compile(rf"{ANSWERS}/\d+/[a-z]+/[0-9a-f-]+\.(sealed|bundle|parquet)")


def read_manifest(source: Path) -> dict[str, Any]:
    """Read and check a backup's manifest, before anything is made."""
    try:
        with zipfile.ZipFile(source) as archive:
            manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
            wanted = {f"tables/{label}.jsonl" for label in manifest["tables"]} | {f"keys/{k}" for k in KEYS}
            wanted |= set(manifest.get("answers", {}))
            is_newer = int(manifest["format"]) > FORMAT
            if not wanted <= set(archive.namelist()) or not isinstance(manifest["migrations"], dict):
                raise ValueError("a part is missing")
    except DAMAGED as problem:
        raise Refused(Finding("INST-BACKUP", found=str(source))) from problem
    if is_newer:
        raise Refused(Finding("INST-BACKUP-NEWER", found=str(manifest.get("dozor", "?"))))
    return manifest


def restore_keys(source: Path) -> None:
    """Put the keys in place; the instance's settings need them before its database is opened."""
    with zipfile.ZipFile(source) as archive:
        keys_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        there = set(archive.namelist())
        for name in (*KEYS, *LATER_KEYS):
            if f"keys/{name}" in there:
                path = keys_folder() / name
                path.touch(mode=0o600)
                path.write_bytes(archive.read(f"keys/{name}"))


def is_answer_file(name: str) -> bool:
    """Whether a name in a backup is one that Dozor gives to a file of answers."""
    return _ANSWER_FILE.fullmatch(name) is not None
