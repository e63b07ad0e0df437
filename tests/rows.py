"""A row that may enter the bank and a small vocabulary it is checked against."""

from __future__ import annotations

from decimal import Decimal

from dozor.core.observations.checking import IndicatorRule, Vocabulary

PLACES = {"BY": "BY", "BY-HO": "BY-HO", "Gomel oblast": "BY-HO"}


def rule(
    code: str, *units: str, populations: tuple[str, ...] = ("general",), **more: object
) -> IndicatorRule:
    return IndicatorRule("a-plan", code, frozenset(populations), frozenset(units), **more)  # type: ignore[arg-type]


VOCABULARY = Vocabulary(
    indicators={
        r.code: r
        for r in (
            rule("11.1", "percent", populations=("PWID",), maxima={"percent": Decimal(100)}),
            rule("8.4", "percent", "persons", populations=("MSM", "FSW"), maxima={"percent": Decimal(100)}),
            rule("hcv", "percent", maxima={"percent": Decimal(120)}),
            rule("1.1", "BYN", "BYR", "USD"),
            rule("rate", "per 100k"),
            rule("growth", "percent", may_be_negative=True),
            rule("cases", "persons"),
        )
    },
    populations=frozenset({"general", "PWID", "MSM", "FSW"}),
    sexes=frozenset({"all", "male", "female"}),
    ages=frozenset({"all", "15-24"}),
    units=frozenset({"percent", "persons", "BYN", "BYR", "USD", "per 100k"}),
    area=PLACES.get,
    factors={"percent": Decimal(100), "per 100k": Decimal(100_000), "persons": None},
)
GOOD = {
    "indicator": "11.1",
    "area": "BY-HO",
    "period": "2017",
    "value": "30.8",
    "unit": "percent",
    "source_title": "A",
}
