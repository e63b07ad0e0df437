"""Writes everything anew under a new key and forgets the old one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dozor.store.answers_at_rest import bundles, tables, waiting
from dozor.store.answers_at_rest.keys import add_key, drop_old_keys

Progress = Callable[[int, int], None]


def rotate(folder: Path, keys_folder: Path, *, progress: Progress = lambda *_: None) -> int:
    """Encrypt every file of answers under a new key; return how many there were.

    A rotation cut off half-way leaves both keys and every file readable; run again, it ends the work.
    Nothing else may write answers meanwhile.
    """
    keys = add_key(keys_folder)
    kinds = {waiting.SUFFIX, bundles.SUFFIX, tables.SUFFIX}
    files = sorted(p for p in folder.rglob("*") if p.suffix in kinds)
    for done, path in enumerate(files, start=1):
        if path.suffix == tables.SUFFIX:
            tables.rewrite(path, keys)
        elif path.suffix == bundles.SUFFIX:
            bundles.reseal_bundle(path, keys)
        else:
            content = waiting.unseal(path.read_bytes(), path.stem, keys)
            waiting.put(path, waiting.seal(content, path.stem, keys))
        progress(done, len(files))
    drop_old_keys(keys_folder)
    return len(files)
