"""Pictures of a respondent-driven sample.

DIA-001  Every respondent has a dot and every recruitment a line; recruiters stand over their recruits.
DIA-002  The pictures draw without reaching for anything, in three languages, and say in words what they show.
"""

from __future__ import annotations

import numpy as np
import pytest

from dozor.core.design.recruitment import read_recruitment
from dozor.core.estimation.rds.diagnostics import bottleneck, convergence
from dozor.core.estimation.rds.sample import RdsSample
from dozor.publishing.charts.drawing import draw_svg
from dozor.publishing.diagnostics import (
    bottleneck_specification,
    convergence_specification,
    recruitment_specification,
)

TREE = read_recruitment(["a", "b", "c", "d", "e", "f"], ["", "a", "a", "b", "b", "0"])
SAMPLE = RdsSample(TREE, np.array([3.0, 2, 5, 1, 4, 2]))
GROUP = np.array([0, 1, 0, 1, -1, 1])


def test_the_forest() -> None:
    spec = recruitment_specification(TREE, GROUP, "HIV", "en")
    links, *dots = [layer["data"]["values"] for layer in spec["layer"] if "data" in layer][:4]
    assert len(links) == 4
    assert [len(rows) for rows in dots] == [3, 2, 1]  # filled, hollow, grey
    where = {round(row["x"], 3): row["y"] for rows in dots for row in rows}
    assert len(where) >= 5
    under_b = [link for link in links if link["y2"] == max(one["y2"] for one in links)]
    assert sum(link["x2"] for link in under_b) / 2 == pytest.approx(under_b[0]["x"])


@pytest.mark.parametrize("language", ["ru", "be", "en"])
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_pictures_draw(language: str, width: str) -> None:
    lines = convergence_specification(convergence(SAMPLE, GROUP, 2), "HIV", language, width)
    chains = bottleneck_specification(
        bottleneck(SAMPLE, GROUP, 2), "HIV", language, width, seed_names=["a", "b", "c", "d", "e", "f"]
    )
    forest = recruitment_specification(TREE, GROUP, "HIV", language, width)
    for spec in (lines, chains, forest):
        svg = draw_svg(spec, language)
        assert spec["description"] in svg.replace("&lt;", "<")
        assert f'lang="{language}"' in svg
    assert "a: " in chains["description"]
