"""The instance's cache: a folder of files, counted now and then instead of at every write.

Django's own looks through the whole folder before each write, which for the thousand drawings of a site took
longer than writing them.
"""

from __future__ import annotations

import itertools

from django.core.cache.backends.filebased import FileBasedCache

EVERY = 100  # writes of one process between two counts: the folder may outgrow its limit by as many


class CacheOfFiles(FileBasedCache):
    _writes = itertools.count()

    def _cull(self) -> None:
        if next(self._writes) % EVERY == 0:
            super()._cull()
