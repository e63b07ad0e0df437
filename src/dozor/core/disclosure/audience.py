"""Who reads, and what may be shown to them: rules written as text.

An audience sees the releases made for it and those of every wider audience (`reads`); its attacker has
read all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from dozor.core.disclosure.cell import Cell
from dozor.core.text import Text
from dozor.core.yaml_text import Block, Reading


@dataclass(frozen=True)
class Rule:
    """What is sensitive, and how uncertain the attacker has to stay.

    Parameters
    ----------
    smallest_shown
        Counts of persons from 1 up to one below this are sensitive: 8 hides 1–7. The same for those of a
        denominator who are not in the numerator.
    hides_nobody, hides_everyone
        A count of none, 0 %; or 100 %: something is then known of every member of the group.
    width
        The attacker's interval of a hidden count is at least this wide: highest minus lowest, in persons.
    rounding
        Base to which published counts are rounded after suppression, totals each by itself; 1: not rounded.
    share_decimals
        Most digits after the point of a published share or rate.
    least_respondents
        No estimate of a survey rests on fewer people.
    p_percent
        Money: nobody, not the second largest payer either, may come closer than this to what the largest
        gave (percent of it).
    dominance_n, dominance_percent
        Money: `dominance_n` payers together may not give more than `dominance_percent` of the whole.
    """

    smallest_shown: int
    hides_nobody: bool
    hides_everyone: bool
    width: int
    rounding: int
    share_decimals: int
    least_respondents: int
    p_percent: Decimal
    dominance_n: int
    dominance_percent: Decimal

    def __post_init__(self) -> None:
        if min(self.smallest_shown, self.width, self.rounding, self.dominance_n) < 1:
            raise ValueError("smallest_shown, width, rounding and dominance_n are 1 or more")
        if self.share_decimals < 0 or self.least_respondents < 0:
            raise ValueError("share_decimals and least_respondents are 0 or more")
        if not (0 < self.p_percent <= 100 and 0 < self.dominance_percent <= 100):
            raise ValueError("p_percent and dominance_percent are above 0 and at most 100")

    @property
    def largest_hidden(self) -> int:
        return self.smallest_shown - 1


@dataclass(frozen=True)
class Audience:
    """One of those informed (paras 4 and 12): state bodies, legal entities, everyone.

    Parameters
    ----------
    reads
        Codes of the audiences whose releases it has read, its own included.
    rule
        The rule of every row not named below.
    strict, strict_populations
        The rule of rows about these populations (prison, military, key populations).
    """

    code: str
    name: Text
    reads: tuple[str, ...]
    rule: Rule
    strict: Rule
    strict_populations: frozenset[str]

    def rule_of(self, cell: Cell) -> Rule:
        return self.strict if cell.about.population in self.strict_populations else self.rule


@dataclass(frozen=True)
class Audiences:
    audiences: tuple[Audience, ...]

    def __iter__(self) -> Iterator[Audience]:
        return iter(self.audiences)

    def audience(self, code: str) -> Audience:
        """Return the audience with this code; KeyError when there is none."""
        return {a.code: a for a in self.audiences}[code]


def read_audiences(files: Mapping[str, str]) -> Audiences:
    """Read audiences from YAML texts (file name → text).

    Raises
    ------
    Refused
        With every fault of the text: file, line, key, what was found.
    """
    reading = Reading()
    found = []
    for top in reading.top_blocks(files):
        strict_populations = frozenset(top.words("strict_populations"))
        for block in top.blocks("audiences"):
            found.append(_audience(block, strict_populations))
            block.close()
        top.close()
    reading.resolve()
    reading.finish()
    return Audiences(tuple(found))


def _audience(block: Block, strict_populations: frozenset[str]) -> Audience:
    code = block.word("code")
    if code:
        block.reading.define("audience", code, block.place("code"))
    name, reads = block.text("name"), block.words("reads", refer_to="audience", required=True)
    if code and code not in reads:
        block.reading.fault("DIS-READS-ITSELF", block.place("reads"), code)
    rule = _read_rule(block, "rule", None)
    strict = _read_rule(block, "strict", rule)
    return Audience(code, name, reads, rule, strict, strict_populations)


_STAND_IN = Rule(8, False, True, 5, 5, 1, 30, Decimal(10), 2, Decimal(90))
_NUMBERS = ("smallest_shown", "width", "rounding", "share_decimals", "least_respondents", "dominance_n")
_PERCENTS = ("p_percent", "dominance_percent")
_HIDES = ("hides_nobody", "hides_everyone")


def _read_rule(parent: Block, key: str, base: Rule | None) -> Rule:
    """Read a rule; a strict rule says only what differs from the rule before it."""
    block = parent.block(key)
    if block is None:
        return base or _STAND_IN
    said: dict[str, Any] = asdict(base or _STAND_IN)
    wanted = [name for name in (*_NUMBERS, *_PERCENTS, *_HIDES) if base is None or block.has(name)]
    for name in wanted:
        if name in _NUMBERS:
            least = 0 if name in ("share_decimals", "least_respondents") else 1
            number = block.integer(name)
            if number >= least:
                said[name] = number
            elif block.has(name):
                block.reading.fault("DIS-RULE-NUMBER", block.place(name), str(number), least=least)
        elif name in _PERCENTS:
            percent = block.optional_decimal(name) if block.has(name) else Decimal(block.integer(name))
            if percent is not None and 0 < percent <= 100:
                said[name] = percent
            elif percent is not None and block.has(name):
                block.reading.fault("DIS-RULE-PERCENT", block.place(name), str(percent))
        else:
            said[name] = block.one_of(name, ("false", "true")) == "true"
    block.close()
    return Rule(**said)
