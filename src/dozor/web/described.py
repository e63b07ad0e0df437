"""What a page of the site tells search engines of its data: a block of JSON-LD, which no browser executes."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from dozor.apps.releases.opendata import dataset_of
from dozor.core.plan.model import Indicator
from dozor.publishing.opendata.describing import schema_org, schema_org_indicator
from dozor.web.names import Names


def described(request: HttpRequest, names: Names, indicator: Indicator | None = None) -> SafeString | None:
    """The schema.org Dataset of the release, or of one indicator in it; None on a page of the workbench."""
    release = getattr(request, "release", None)
    if release is None:
        return None
    dataset = dataset_of(release, names.plans)
    if indicator is None:
        return _block(schema_org(dataset, names.language))
    if not dataset.of(indicator.code):
        return None
    return _block(schema_org_indicator(dataset, indicator, names.language))


def _block(said: dict[str, Any]) -> SafeString:
    told = json.dumps(said, ensure_ascii=False)
    for sign in "<>&":  # nothing in it may end the block
        told = told.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(f'<script type="application/ld+json">{told}</script>')  # noqa: S308 - escaped above
