"""Borders of districts and cities that an operator has given; the newest file is in force."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from dozor.apps.audit.actions import record
from dozor.apps.plans.models import Setting
from dozor.apps.plans.queries import setting
from dozor.core.places.shapes import AreaShape

SHAPES = "area_shapes"
DIGITS = 4  # of a degree: 11 metres


@transaction.atomic
def load_shapes(*, shapes: Sequence[AreaShape], file: str, content: bytes, by: str, at: datetime) -> Setting:
    """Keep the borders in place of those given before; the journal keeps whose file it was, not its lines."""
    drawn = {
        one.code: [
            [[[round(x, DIGITS), round(y, DIGITS)] for x, y in ring] for ring in polygon]
            for polygon in one.polygons
        ]
        for one in shapes
    }
    digest = hashlib.sha256(content).hexdigest()
    row = Setting.objects.create(
        name=SHAPES, value={"file": file, "sha256": digest, "areas": drawn}, reason=file, recorded_at=at
    )
    details = {"file": file, "sha256": digest, "areas": len(drawn)}
    record(action="setting recorded", by=by, at=at, subject=SHAPES, details=details, rows=[row])
    return row


def shapes_of(codes: Sequence[str]) -> dict[str, AreaShape]:
    """The borders of some areas, as far as they were given."""
    given = (setting(SHAPES) or {}).get("areas", {})
    return {
        code: AreaShape(
            code,
            tuple(tuple(tuple((x, y) for x, y in ring) for ring in polygon) for polygon in given[code]),
        )
        for code in codes
        if code in given
    }


def digest() -> str:
    """Which file of borders is in force; empty without one."""
    return str((setting(SHAPES) or {}).get("sha256", ""))
