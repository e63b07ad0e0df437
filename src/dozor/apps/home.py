"""Where an instance lives: one folder holding its database, keys, cache and backups."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

DEFAULT = Path("instance")


def home() -> Path:
    """The instance's folder: ``DOZOR_HOME``, or ``instance`` in the folder you stand in."""
    return Path(os.environ.get("DOZOR_HOME") or DEFAULT).absolute()


def keys_folder() -> Path:
    """Keys lie outside the database; ``DOZOR_KEYS`` puts them on another volume."""
    return Path(os.environ.get("DOZOR_KEYS") or home() / "keys").absolute()


def accounts_file() -> Path:
    """Where the example's passwords stay readable for its owner: a demonstration has no secrets to keep."""
    return home() / "example-accounts.txt"


def read_key(name: str) -> str | None:
    path = keys_folder() / name
    return path.read_text().strip() if path.exists() else None


def make_key(name: str) -> str:
    """Make a key once; an existing one is never overwritten."""
    folder = keys_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key := secrets.token_hex(32))
    return key
