"""What a release shows otherwise than the one its readers have in hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dozor.apps.releases.content import Content
from dozor.core.observations.observation import Observation

Key = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """One cell that is new, gone or shown otherwise; `before` and `now` as the audience sees them."""

    before: Observation | None
    now: Observation | None

    @property
    def kind(self) -> str:
        return "new" if self.before is None else "gone" if self.now is None else "changed"

    @property
    def of(self) -> Observation:
        found = self.now or self.before
        assert found is not None  # noqa: S101 - a difference has a side
        return found


def differences(before: Content, now: Content) -> Iterator[Difference]:
    """Cells of one source each, in the release's order; those that only one of the two holds too."""
    earlier = {_key(o): o for o in before.observations}
    for o in now.observations:
        old = earlier.pop(_key(o), None)
        if old is None or _said(old) != _said(o):
            yield Difference(old, o)
    for old in earlier.values():
        yield Difference(old, None)


def _key(o: Observation) -> Key:
    return (o.indicator, o.population, o.sex, o.age, o.area, o.period.text, o.figure.unit, o.source.key)


def _said(o: Observation) -> tuple[object, ...]:
    f = o.figure
    return (f.value, f.missing, f.lower, f.upper, f.numerator, f.denominator)
