"""Every file that comes in is shown to a scanner of the operator's choosing, if ``DOZOR_SCANNER`` names one.

The command reads the file on its standard input and ends with 0 for a clean one and 1 for one that must not
be kept, as ``clamdscan --no-summary -`` does. Whatever else happens to it, the file is refused: nothing is
taken unseen because a scanner was down.
"""

from __future__ import annotations

import subprocess
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from dozor.core.findings import Finding

LONGEST = 120  # seconds of looking at one file
CLEAN, HARMFUL = 0, 1


class FileRefused(SuspiciousOperation):
    """A file the scanner did not let in; the page about it says the finding's words."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


class ScannedUpload(TemporaryFileUploadHandler):
    """Keeps a sent file outside memory, and hands it on when it has been looked at."""

    def file_complete(self, file_size: int) -> Any:
        file: Any = super().file_complete(file_size)
        if settings.SCANNER:
            _look_at(file)
        return file


def _look_at(file: Any) -> None:
    """Raise ``FILE-HARMFUL`` or ``FILE-NOT-SCANNED`` by what the scanner says of a file."""
    try:
        ended = subprocess.run(  # noqa: S603 - the operator's own command
            settings.SCANNER, stdin=file.file, capture_output=True, timeout=LONGEST, check=False
        ).returncode
    except (OSError, subprocess.TimeoutExpired):
        ended = -1
    file.seek(0)
    if ended != CLEAN:
        file.close()  # and is gone
        code = "FILE-HARMFUL" if ended == HARMFUL else "FILE-NOT-SCANNED"
        raise FileRefused(Finding(code, file=(file.name or "")[:120]))
