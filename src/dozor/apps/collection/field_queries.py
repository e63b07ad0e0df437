"""What is in the field now."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from dozor.apps.collection.models import AnswerRecord, Device, Form, Round
from dozor.apps.organisations.models import Agency
from dozor.core.findings import Finding, Refused

_published: dict[tuple[str, str, str], Form] = {}  # by database: tests open several in one process


def _database() -> str:
    return str(connection.settings_dict["NAME"])


def _rounds(device: Device, at: datetime) -> list[Round]:
    reach = Q(agency=device.agency) | Q(agency__isnull=True)
    return list(
        Round.objects.filter(reach, opens_at__lte=at).select_related("form").defer("form__xml").order_by("id")
    )


def rounds_in_field(device: Device, *, at: datetime) -> list[Round]:
    """The open rounds that reach a phone's agency, with their forms."""
    return [r for r in _rounds(device, at) if r.state(at) == "open"]


def published_form(instrument: str, version: str) -> Form | None:
    """A published version, without its bytes; read once, for it never changes."""
    key = (_database(), instrument, version)
    if key not in _published:
        found = Form.objects.filter(instrument=instrument, version=version).defer("xml").first()
        if found is None:
            return None
        _published[key] = found
    return _published[key]


# the open round, or of the closed ones the last
_ROUND = """
    SELECT id, code, instrument, year FROM collection_instrumentround
    WHERE instrument = %s AND opens_at <= %s AND (agency_id = %s OR agency_id IS NULL)
    ORDER BY closed_at IS NULL DESC, COALESCE(closed_at, opens_at) DESC, id DESC LIMIT 1
"""


def round_for(instrument: str, agency: Agency, at: datetime, chosen: Round | None = None) -> Round | None:
    """The round that a record of an agency belongs to: the open one, or the one closed last.

    Parameters
    ----------
    chosen
        The round a desk's form was opened in; None when it is not in the field for the agency.
    """
    if chosen is not None:
        reaches = chosen.instrument == instrument and chosen.agency_id in (None, agency.pk)
        return chosen if reaches and chosen.opens_at <= at else None
    # asked for every record of every phone: composing a query takes ten times as long as its answer
    with connection.cursor() as cursor:
        cursor.execute(_ROUND, [instrument, connection.ops.adapt_datetimefield_value(at), agency.pk])
        found = cursor.fetchone()
    # what was not read is fetched when it is asked for
    return Round.from_db(connection.alias, ["id", "code", "instrument", "year"], found) if found else None


def form_in_field(device: Device, *, instrument: str, version: str, at: datetime) -> Form:
    """A published version of an instrument in the field for this phone; raises ``COL-FORM-UNKNOWN``."""
    reached = any(r.instrument == instrument for r in _rounds(device, at) if r.state(at) == "open")
    found = Form.objects.filter(instrument=instrument, version=version).first() if reached else None
    if found is None:
        raise Refused(Finding("COL-FORM-UNKNOWN", found=instrument[:80]))
    return found


def own_records(agency: Agency) -> QuerySet[AnswerRecord]:
    """Records an agency sent, by phone or from a desk."""
    return AnswerRecord.objects.filter(Q(agency=agency) | Q(agency__isnull=True, device__agency=agency))
