"""Pictures of a respondent-driven sample: does it settle, do its chains agree, who recruited whom."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from dozor.core.design.recruitment import Recruitment
from dozor.core.estimation.rds.diagnostics import CumulativePoint
from dozor.core.estimation.rds.sample import Codes
from dozor.language import gettext, number, percent
from dozor.publishing.charts.frame import Heading, Surround, picture, rule_layer, text_layer
from dozor.publishing.charts.scales import ticks
from dozor.publishing.charts.style import ACCENT, INK, MUTED, PAPER, RULE, SMALL, SOFT, Spec, Width
from dozor.publishing.fonts import text_width

FOOT = 24
WAVE = 34  # pixels between waves of the forest


def convergence_specification(
    points: Sequence[CumulativePoint], name: str, language: str, width: Width = "wide", *, group: int = 1
) -> Spec:
    """Draw the estimate after each wave; points of :func:`convergence`, for one group."""
    heading = Heading(
        gettext("{name}: the estimate after each wave, %", language).format(name=name),
        gettext("A line that still moves at its end says that the seeds still show.", language),
    )
    return _lines(points, group, heading, language, width)


def bottleneck_specification(
    points: Sequence[CumulativePoint],
    name: str,
    language: str,
    width: Width = "wide",
    *,
    group: int = 1,
    seed_names: Sequence[str] = (),
) -> Spec:
    """Draw the estimate from each seed's chains; points of :func:`bottleneck`, for one group."""
    heading = Heading(
        gettext("{name}: the estimate from each seed's chains, %", language).format(name=name),
        gettext(
            "Lines that do not meet say that the network is split. At the end of a line stands its seed.",
            language,
        ),
    )
    return _lines(points, group, heading, language, width, seed_names=seed_names)


def recruitment_specification(
    tree: Recruitment, codes: Codes, name: str, language: str, width: Width = "wide", *, group: int = 1
) -> Spec:
    """Draw the forest of recruitment, waves downwards; those of the group are filled."""
    title = gettext("Who recruited whom: {n} respondents, {seeds} seeds, {waves} waves", language)
    heading = Heading(
        title.format(n=tree.size, seeds=int((tree.parent < 0).sum()), waves=int(tree.wave.max())),
        gettext("Filled: {name}; hollow: not; grey: no answer.", language).format(name=name),
    )
    surround = Surround.of(heading, width, titled=True)
    place = _places(tree)
    size = max(3.0, min(9.0, surround.width / (place.max() + 1) * 0.7))
    across = size + place / max(place.max(), 1.0) * (surround.width - 2 * size)
    down = size + tree.wave * WAVE
    recruited = np.flatnonzero(tree.parent >= 0)
    links = [
        {
            "x": float(across[tree.parent[i]]),
            "y": float(down[tree.parent[i]]),
            "x2": float(across[i]),
            "y2": float(down[i]),
        }
        for i in recruited
    ]
    layers = [rule_layer(links, colour=MUTED)]
    for chosen, fill, stroke in (
        (codes == group, ACCENT, ACCENT),
        ((codes >= 0) & (codes != group), PAPER, ACCENT),
        (codes < 0, MUTED, MUTED),
    ):
        rows = [{"x": float(across[i]), "y": float(down[i])} for i in np.flatnonzero(chosen)]
        if rows:
            layers.append(_dots(rows, fill, stroke, size))
    plot_height = float(down.max() + size)
    layers += surround.layers(0, surround.top, plot_height)
    return picture(
        {"width": surround.width, "height": plot_height, "layer": layers},
        width=surround.width,
        height=surround.top + plot_height + surround.bottom,
        left=0,
        top=surround.top,
        description=f"{heading.title}. {heading.subtitle}",
    )


def _lines(
    points: Sequence[CumulativePoint],
    group: int,
    heading: Heading,
    language: str,
    width: Width,
    *,
    seed_names: Sequence[str] = (),
) -> Spec:
    surround = Surround.of(heading, width, titled=True)
    levels = ticks(100 * max(p.shares[group] for p in points), limit=100)
    words = [percent(level, language) for level in levels]
    left = max(text_width(word, SMALL) for word in words) + 8
    names = {
        seed: seed_names[seed] if len(seed_names) else str(seed + 1) for seed in {p.seed for p in points}
    }
    ends = {seed: list(run)[-1] for seed, run in groupby(points, key=lambda p: p.seed)}
    labels = {
        seed: percent(100 * end.shares[group], language, 1) if seed < 0 else names[seed]
        for seed, end in ends.items()
    }
    right = max(text_width(word, SMALL, 600) for word in labels.values()) + 12
    plot_width, plot_height = surround.width - left - right, 220 if width == "wide" else 190
    most = max(p.n for p in points)

    def across(n: float) -> float:
        return n / most * plot_width

    def height(share: float) -> float:
        return plot_height * (1 - 100 * share / levels[-1])

    rules = [{"x": 0, "y": height(v / 100), "x2": plot_width, "y2": height(v / 100)} for v in levels]
    scale = [{"x": -8, "y": height(v / 100), "t": word} for v, word in zip(levels, words, strict=True)]
    layers = [rule_layer(rules[1:], colour=RULE), text_layer(scale, fill=SOFT, align="right")]
    for _, run in groupby(points, key=lambda p: p.seed):
        rows = [{"x": across(p.n), "y": height(p.shares[group]), "w": p.wave} for p in run]
        mark: Spec = {"type": "line", "color": ACCENT, "strokeWidth": 2}
        encoding = _pixels() | {"order": {"field": "w", "type": "quantitative"}}
        layers.append({"data": {"values": rows}, "mark": mark, "encoding": encoding})
        layers.append(_dots(rows, ACCENT, ACCENT, 5))
    layers.append(rule_layer(rules[:1], colour=INK))
    # a seed that recruited nobody is a point at 0 or 100 %: named, such points would lie over each other
    grown = {seed: end for seed, end in ends.items() if end.wave > 0 or len(ends) == 1}
    told = [
        {"x": across(end.n) + 8, "y": height(end.shares[group]), "t": labels[seed]}
        for seed, end in grown.items()
    ]
    layers.append(text_layer(told, weight=600, fill=INK))
    foot = gettext("{n} answers", language).format(n=number(most, language))
    layers.append(text_layer([{"x": plot_width, "y": plot_height + 14, "t": foot}], fill=SOFT, align="right"))
    layers += surround.layers(left, surround.top, plot_height + FOOT)
    in_words = "; ".join(
        (f"{names[seed]}: " if seed >= 0 else "") + percent(100 * end.shares[group], language, 1)
        for seed, end in ends.items()
    )
    return picture(
        {"width": plot_width, "height": plot_height, "layer": layers},
        width=surround.width,
        height=surround.top + plot_height + FOOT + surround.bottom,
        left=left,
        top=surround.top,
        description=f"{heading.title}. {in_words}.",
    )


def _places(tree: Recruitment) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Place leaves side by side and every recruiter over the middle of its recruits."""
    recruits: dict[int, list[int]] = {}
    for row, parent in enumerate(tree.parent):
        recruits.setdefault(int(parent), []).append(row)
    place = np.zeros(tree.size)
    free = 0.0
    waiting = [(row, False) for row in reversed(recruits.get(-1, []))]
    while waiting:
        row, seen = waiting.pop()
        below = recruits.get(row, [])
        if not below:
            place[row] = free
            free += 1
        elif seen:
            place[row] = (place[below[0]] + place[below[-1]]) / 2
        else:
            waiting.append((row, True))
            waiting += [(recruit, False) for recruit in reversed(below)]
    return place


def _dots(rows: Sequence[dict[str, float]], fill: str, stroke: str, size: float) -> Spec:
    mark: Spec = {
        "type": "point",
        "filled": True,
        "fill": fill,
        "stroke": stroke,
        "strokeWidth": min(1.5, size / 5),
        "opacity": 1,
        "size": size * size,
    }
    return {"data": {"values": list(rows)}, "mark": mark, "encoding": _pixels()}


def _pixels() -> Spec:
    return {
        "x": {"field": "x", "type": "quantitative", "scale": None, "axis": None},
        "y": {"field": "y", "type": "quantitative", "scale": None, "axis": None},
    }
