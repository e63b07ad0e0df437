"""The plan's text of quality: thresholds of the rules, and which series are related how."""

from __future__ import annotations

from dataclasses import dataclass, field

from dozor.core.plan.model import QUALITY
from dozor.core.quality.digits import Digits
from dozor.core.quality.expectation import Unexpected
from dozor.core.quality.history import Outlying, Steady
from dozor.core.quality.related import AtLeast, Near, Term
from dozor.core.quality.repeated import Repeated
from dozor.core.quality.reporting import Rate
from dozor.core.quality.survey.thresholds import SurveyRules
from dozor.core.yaml_text import Block, Reading


@dataclass(frozen=True)
class Rules:
    """Thresholds of every rule; defaults are the WHO toolkit's, DHIS2's and FASTR's where these name one."""

    reports: Rate = field(default_factory=lambda: Rate(0.90, 0.75))
    values: Rate = field(default_factory=lambda: Rate(0.90, 0.75))
    timeliness: Rate = field(default_factory=lambda: Rate(0.90, 0.75))
    completeness_falls_by: float = 0.10
    z: Outlying = field(default_factory=lambda: Outlying(3, 8))
    modified_z: Outlying = field(default_factory=lambda: Outlying(5, 8))
    unexpected: Unexpected = field(default_factory=Unexpected)
    heavy_year: tuple[float, float, int] = (10, 100, 8)
    steady: Steady = field(default_factory=Steady)
    recount: tuple[float, float, float] = (0.90, 1.10, 0.90)
    double_entry: float = 0.01
    late_changes: float = 0.05
    repeated: Repeated = field(default_factory=Repeated)
    digits: Digits = field(default_factory=Digits)
    survey: SurveyRules = field(default_factory=SurveyRules)
    at_least: tuple[AtLeast, ...] = ()
    near: tuple[Near, ...] = ()
    switched_off: frozenset[str] = field(default_factory=frozenset)


def read_rules(text: str) -> Rules:
    """Read the text of a plan's ``quality.yaml`` (:attr:`Plan.quality`); what it omits keeps its default.

    Raises
    ------
    Refused
        With every fault of the text: a number that is none, a rate out of order, a key that is unknown.
    """
    reading = Reading()
    rules = Rules()
    for top in reading.top_blocks({QUALITY: text} if text.strip() else {}):
        block = top.block("quality")
        if block is not None:
            rules = _rules(block, rules)
            block.close()
        top.close()
    reading.finish()
    return rules


def _rules(block: Block, default: Rules) -> Rules:
    unexpected, z, modified = (
        block_of(block, "unexpected"),
        block_of(block, "z"),
        block_of(block, "modified_z"),
    )
    heavy, steady, recount = (
        block_of(block, "heavy_year"),
        block_of(block, "steady"),
        block_of(block, "recount"),
    )
    repeated, digits = block_of(block, "repeated"), block_of(block, "digits")
    u, s, r, d = default.unexpected, default.steady, default.repeated, default.digits
    found = Rules(
        reports=_rate(block, "reports", default.reports),
        values=_rate(block, "values", default.values),
        timeliness=_rate(block, "timeliness", default.timeliness),
        completeness_falls_by=number(block, "completeness_falls_by", default.completeness_falls_by),
        z=_outlying(z, default.z),
        modified_z=_outlying(modified, default.modified_z),
        unexpected=Unexpected(
            number(unexpected, "q", u.q),
            number(unexpected, "ratio", u.ratio),
            number(unexpected, "points", u.points),
            int(number(unexpected, "areas", u.areas)),
            int(number(unexpected, "years", u.years)),
        ),
        heavy_year=(
            number(heavy, "deviations", default.heavy_year[0]),
            number(heavy, "least", default.heavy_year[1]),
            int(number(heavy, "fewest", default.heavy_year[2])),
        ),
        steady=Steady(
            number(steady, "lowest", s.lowest),
            number(steady, "highest", s.highest),
            number(steady, "least", s.least),
        ),
        recount=(
            number(recount, "lowest", default.recount[0]),
            number(recount, "highest", default.recount[1]),
            number(recount, "documents", default.recount[2]),
        ),
        double_entry=number(block, "double_entry", default.double_entry),
        late_changes=number(block, "late_changes", default.late_changes),
        repeated=Repeated(int(number(repeated, "numbers", r.numbers)), number(repeated, "chance", r.chance)),
        digits=Digits(
            number(digits, "p", d.p),
            int(number(digits, "fewest", d.fewest)),
            number(digits, "smallest", d.smallest),
        ),
        survey=SurveyRules.read(block_of(block, "survey"), default.survey),
        at_least=tuple(_at_least(b) for b in block.blocks("at_least", name_by="terms")),
        near=tuple(_near(b) for b in block.blocks("near", name_by="one")),
        switched_off=frozenset(block.words("switched_off")),
    )
    for part in (unexpected, z, modified, heavy, steady, recount, repeated, digits):
        if part is not None:
            part.close()
    return found


def block_of(block: Block | None, key: str) -> Block | None:
    return block.block(key) if block is not None and block.has(key) else None


def number(block: Block | None, key: str, default: float) -> float:
    """A number of the text, or the default where the key is absent."""
    if block is None or not block.has(key):
        return default
    found = block.optional_decimal(key)
    return default if found is None else float(found)


def _rate(block: Block, key: str, default: Rate) -> Rate:
    part = block_of(block, key)
    found = Rate(number(part, "amber", default.amber), number(part, "red", default.red))
    if part is not None:
        if not 0 <= found.red <= found.amber <= 1:
            block.reading.fault("PLAN-BAD-NUMBER", part.place("red"), f"{found.red} … {found.amber}")
        part.close()
    return found


def _outlying(block: Block | None, default: Outlying) -> Outlying:
    return Outlying(
        number(block, "extreme", default.extreme),
        int(number(block, "fewest", default.fewest)),
    )


def _term(said: str) -> Term:
    """``11.1/PWID`` or ``plhiv-registered``."""
    indicator, _, population = said.partition("/")
    return Term(indicator, population)


def _at_least(block: Block) -> AtLeast:
    found = AtLeast(tuple(_term(word) for word in block.words("terms", required=True)))
    block.close()
    return found


def _near(block: Block) -> Near:
    found = Near(
        block.one_of("rule", ("D10", "D12", "D13")),
        _term(block.word("one")),
        _term(block.word("other")),
        number(block, "within", 0.1),
    )
    block.close()
    return found
