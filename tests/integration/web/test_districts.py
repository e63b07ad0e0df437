"""An oblast's page with borders given by an operator.

GEO-004  Borders loaded by the command draw the districts' values; a refused file changes nothing.
"""

from __future__ import annotations

import json

from django.urls import reverse
from tests.instances import GOOD_ROW, Instance, table
from tests.integration.web.conftest import _pages, browser  # noqa: F401 - a fixture for the whole module

DISTRICTS = ("BY-HO-rechitsa", "BY-HO-mozyr", "BY-HO-loyev")


def borders(instance: Instance, *codes: str) -> str:
    features = [
        {
            "type": "Feature",
            "properties": {"iso": code},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, 52], [x + 1, 52], [x + 1, 53], [x, 53], [x, 52]]],
            },
        }
        for x, code in enumerate(codes, start=28)
    ]
    file = instance.home / "borders.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return str(file)


def test_geo_004_borders_draw_the_districts(instance: Instance) -> None:
    rows = [
        GOOD_ROW | {"area": code, "value": value}
        for code, value in zip(DISTRICTS, ("21.5", "30.8", "44.1"), strict=True)
    ]
    assert instance.load(table(*rows)).code == 0
    added = instance.cli(
        "user", "add", "first", "--role", "national-analyst", "--agency", "RCHEPH", "--name", "first"
    )
    assert added.code == 0
    page = reverse("place", args=["BY-HO"])
    assert 'aria-labelledby="within-' not in browser("first").get(page).content.decode()
    wrong = instance.cli("places", "shapes", borders(instance, "BY-XX"), "--code-in", "iso")
    assert (wrong.code, "SHAPE-UNKNOWN" in wrong.err) == (2, True)
    command = ("places", "shapes", borders(instance, *DISTRICTS), "--code-in", "iso", "--format", "json")
    tried = instance.cli(*command, "--dry-run")
    assert (tried.code, tried.json["dry_run"]) == (0, True)
    assert 'aria-labelledby="within-' not in browser("first").get(page).content.decode()
    done = instance.cli(*command)
    assert done.code == 0, done.err
    assert done.json["regions"]["BY-HO"]["have"] == len(DISTRICTS)
    shown = browser("first").get(page).content.decode()
    assert 'aria-labelledby="within-11.1"' in shown
    assert "44,1" in shown
    assert instance.cli("verify").code == 0
