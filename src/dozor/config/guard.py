"""Refuses to open to others in a state that no instance may be open in."""

from __future__ import annotations

from typing import Any

from dozor.core.findings import Finding, Refused

LOCAL = ("localhost", "127.0.0.1", "[::1]", "::1")
NO_KEY = "no-instance-yet"  # what the settings hold before `dozor init` has made a key


def refuse_unsafe(settings: Any, *, host: str = "127.0.0.1") -> None:
    """Raise ``INST-UNSAFE-…`` when open faults, a known key, plain HTTP or a mail password would face others.

    Parameters
    ----------
    host
        The address listened on. Beyond this machine, and under any name but its own, a proxy has to end TLS
        (``DOZOR_TLS=1``).
    """
    findings = []
    if settings.DEBUG:
        findings.append(Finding("INST-UNSAFE-DEBUG"))
    if settings.SECRET_KEY == NO_KEY or len(settings.SECRET_KEY) < 32:
        findings.append(Finding("INST-UNSAFE-KEY"))
    facing = [name for name in (*settings.ALLOWED_HOSTS, host) if name not in LOCAL]
    if facing and not settings.TLS:
        findings.append(Finding("INST-UNSAFE-HTTP", found=", ".join(dict.fromkeys(facing))))
    is_open_mail = not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL)
    if is_open_mail and settings.EMAIL_HOST_PASSWORD and settings.EMAIL_HOST not in LOCAL:
        findings.append(Finding("INST-UNSAFE-MAIL", found=settings.EMAIL_HOST))
    if findings:
        raise Refused(findings)
