"""Where a request comes from."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The visitor's network address; behind a proxy the one it saw, not the proxy's own.

    Behind the proxy that ends TLS (`DOZOR_TLS`) every connection comes from this machine, and a stranger's
    wrong passwords would shut out the owner of an account. The proxy writes the address it saw last in
    ``X-Forwarded-For``; what stands before it a visitor may have written.
    """
    seen = str(request.META.get("REMOTE_ADDR", ""))
    told = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.TLS else ""
    return str(told).rpartition(",")[2].strip() or seen
