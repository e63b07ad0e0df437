"""What is in the field now."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from dozor.apps.collection.models import Device, Form, Round
from dozor.core.findings import Finding, Refused


def _rounds(device: Device, at: datetime) -> list[Round]:
    reach = Q(agency=device.agency) | Q(agency__isnull=True)
    return list(
        Round.objects.filter(reach, opens_at__lte=at).select_related("form").defer("form__xml").order_by("id")
    )


def forms_in_field(device: Device, *, at: datetime) -> list[Form]:
    """The forms of the open rounds that reach a phone's agency."""
    return [r.form for r in _rounds(device, at) if r.state(at) == "open"]


def form_in_field(device: Device, *, instrument: str, version: str, at: datetime) -> Form:
    """A published version of an instrument in the field for this phone; raises ``COL-FORM-UNKNOWN``."""
    reached = any(r.instrument == instrument for r in _rounds(device, at) if r.state(at) == "open")
    found = Form.objects.filter(instrument=instrument, version=version).first() if reached else None
    if found is None:
        raise Refused(Finding("COL-FORM-UNKNOWN", found=instrument[:80]))
    return found
