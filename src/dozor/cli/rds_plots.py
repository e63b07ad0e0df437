"""Pictures and figures that tell whether a respondent-driven sample may be believed."""

from __future__ import annotations

import json
import math
import re
from dataclasses import asdict
from pathlib import Path

import numpy as np

from dozor.cli.output import language
from dozor.core.estimation.rds.diagnostics import (
    bottleneck,
    convergence,
    differential_activity,
    population_homophily,
    recruiting,
    recruitment_homophily,
)
from dozor.core.estimation.rds.estimators import binary_codes
from dozor.core.estimation.rds.weights import volz_heckathorn_weights
from dozor.publishing.charts.drawing import draw_svg
from dozor.publishing.diagnostics import (
    bottleneck_specification,
    convergence_specification,
    recruitment_specification,
)
from dozor.store.recruited import RdsRequest, read_recruited
from dozor.store.source import Source


def write_diagnostics(folder: Path, source: Source, request: RdsRequest) -> None:
    """Write for each outcome three pictures (SVG), and for all of them ``diagnostics.json``."""
    recruited = read_recruited(source, request)
    sample = recruited.sample
    ids = recruited.rows.texts(request.id)
    folder.mkdir(parents=True, exist_ok=True)
    told: dict[str, object] = {"recruiting": asdict(recruiting(sample)), "outcomes": {}}
    outcomes: dict[str, object] = {}
    for definition in request.shares:
        codes = binary_codes(recruited.rows.binary(definition), name=definition.name)
        if not (codes >= 0).any():
            continue
        points = convergence(sample, codes, 2)
        by_seed = bottleneck(sample, codes, 2)
        weights = volz_heckathorn_weights(sample.degree)
        name = re.sub(r"[^\w-]+", "_", definition.name)
        pictures = {
            "convergence": convergence_specification(points, definition.name, language()),
            "bottleneck": bottleneck_specification(by_seed, definition.name, language(), seed_names=ids),
            "recruitment": recruitment_specification(sample.recruitment, codes, definition.name, language()),
        }
        for kind, spec in pictures.items():
            (folder / f"{name}-{kind}.svg").write_text(draw_svg(spec, language()), encoding="utf-8")
        answered = np.where(codes >= 0, weights, 0.0)
        outcomes[definition.name] = {
            "recruitment_homophily": _known(recruitment_homophily(sample, codes, 2)),
            "population_homophily": _known(float(population_homophily(sample, codes, 2, weights)[0])),
            "differential_activity": _known(differential_activity(sample, codes == 1, answered)),
            "convergence": [{"wave": p.wave, "n": p.n, "share": p.shares[1]} for p in points],
            "bottleneck": [
                {"seed": ids[p.seed], "wave": p.wave, "n": p.n, "share": p.shares[1]} for p in by_seed
            ],
        }
    told["outcomes"] = outcomes
    text = json.dumps(told, ensure_ascii=False, indent=1)
    (folder / "diagnostics.json").write_text(text + "\n", encoding="utf-8")


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
