"""How each series of a plan is computed from an instrument's answers, as reviewed text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

from dozor.core.text import Text
from dozor.core.yaml_text import Block, Reading

FILE = "definitions.yaml"
Dimension = Literal["area", "sex", "age"]
Estimand = Literal["share", "mean", "median", "total", "ratio", "cohort", "money", "qualitative"]
Wording = Literal["law", "ungass-2005", "alternative", "part"]
DesignKind = Literal["sample", "rds", "census"]

# what each estimand is told beside its expression: the names of the columns it reads
COLUMNS: Mapping[Estimand, tuple[str, ...]] = {
    "share": (),
    "qualitative": (),
    "total": (),
    "mean": ("value",),
    "ratio": ("numerator", "denominator"),
    "median": ("first_age", "present_age"),
    "money": ("amount", "currency", "date"),
    "cohort": ("start", "end", "exit"),
}
OPTIONAL_COLUMNS: Mapping[Estimand, tuple[str, ...]] = {"total": ("value",), "mean": ("weight",)}
# for a cohort, which answers to `exit` mean that the person is still there, or moved to another site
ANSWERS: Mapping[Estimand, tuple[str, ...]] = {"cohort": ("still", "moved")}
_TERM = re.compile(r"\{([a-z0-9_]+)\}")


@dataclass(frozen=True)
class Design:
    """How rows came into the sample, by the columns that say so.

    Parameters
    ----------
    kind
        ``sample``: weights, strata, clusters; ``rds``: chains of recruitment; ``census``: every row
        there is, with no sampling error.
    columns
        For a sample ``weight``, ``stratum``, ``cluster``, and where people are met at venues ``visits`` (how
        often a person comes there: their weight is divided by it); for chains ``coupon`` (the one brought,
        empty for a seed) and ``degree``.
    coupons
        Columns of the coupons a respondent was given.
    """

    code: str
    kind: DesignKind
    columns: Mapping[str, str] = field(default_factory=dict)
    coupons: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.columns.values(), *self.coupons)


@dataclass(frozen=True)
class SeriesDefinition:
    """One way of computing one series.

    Parameters
    ----------
    wording
        ``law``: the series itself, exactly one for each; ``ungass-2005``: the international indicator of
        the same name, where its words differ; ``alternative``: another reading of the law's words, kept to
        be compared; ``part``: a component shown beside the series. Values of different wordings never
        make one series.
    variant
        Tells definitions of one series apart; empty for the law's.
    expression
        ``EXPR [given EXPR]`` over the instrument's fields: who has the trait, and of whom it is asked. For
        a median: who has begun; for a cohort, a mean, a ratio or money: which rows take part.
    columns
        What the estimand reads besides: ``{"value": "hours"}``; see ``COLUMNS``. The `weight` of a mean
        multiplies the design's.
    answers
        What single answers mean to the estimand: ``{"still": "on"}``; see ``ANSWERS``.
    months
        For a cohort: how long after the start is asked about.
    designs
        The first is used unless the round records another.
    by
        Dimension → field; every disaggregation the plan asks for is there.
    sex, age
        Codes the undivided value carries in the vocabulary.
    ages
        Codes of the age groups the value is divided into.
    rules
        The choices made where the law's words leave room, in words.
    settles_after_months
        Until the youngest of the cohort is so old, the value is provisional; that it changes then is no
        error.
    break_by
        A field: the line is broken where its value changes (the protocol a stage was set by).
    """

    indicator: str
    population: str
    instrument: str
    estimand: Estimand
    expression: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    months: int | None = None
    wording: Wording = "law"
    variant: str = ""
    name: Text | None = None
    designs: tuple[Design, ...] = ()
    by: Mapping[Dimension, str] = field(default_factory=dict)
    sex: str = ""
    age: str = ""
    ages: tuple[str, ...] = ()
    rules: tuple[Text, ...] = ()
    settles_after_months: int | None = None
    break_by: str | None = None
    file: str = FILE
    row: int = 0

    @property
    def code(self) -> str:
        """``4.1/youth`` for the law's, ``4.1/youth/ungass-2005`` for another."""
        return "/".join(part for part in (self.indicator, self.population, self.variant) if part)


def read_definitions(files: Mapping[str, str]) -> tuple[SeriesDefinition, ...]:
    """Read the definitions of a plan from ``definitions.yaml``; none where there is no such file.

    Raises
    ------
    Refused
        With every fault of the text itself. Whether fields and series exist is asked by
        :func:`dozor.core.estimation.series.check_series`.
    """
    reading = Reading()
    definitions: list[SeriesDefinition] = []
    for top in reading.top_blocks({FILE: files[FILE]} if FILE in files else {}):
        terms, rules = dict[str, str](), dict[str, Text]()
        for block in top.blocks("terms"):
            terms[_defined(block, "term")] = block.word("means")
            block.close()
        for block in top.blocks("rules"):
            rules[_defined(block, "rule")] = block.text("text")
            block.close()
        designs = {design.code: design for b in top.blocks("designs") for design in [_design(b)]}
        for block in top.blocks("definitions", name_by="indicator"):
            definitions.append(_definition(block, terms, rules, designs))
            block.close()
        top.close()
    reading.resolve()
    reading.finish()
    return tuple(definitions)


def _defined(block: Block, kind: str) -> str:
    code = block.word("code")
    block.reading.define(kind, code, block.place("code"))
    return code


def _design(block: Block) -> Design:
    names = ("weight", "stratum", "cluster", "visits", "coupon", "degree")
    columns = {name: block.optional_word(name) for name in names}
    found = Design(
        _defined(block, "design"),
        cast(DesignKind, block.one_of("kind", get_args(DesignKind))),
        {name: column for name, column in columns.items() if column},
        block.words("coupons"),
    )
    block.close()
    return found


def _definition(
    block: Block, terms: Mapping[str, str], rules: Mapping[str, Text], designs: Mapping[str, Design]
) -> SeriesDefinition:
    estimand = cast(Estimand, block.one_of("estimand", get_args(Estimand)))
    wording = cast(Wording, block.one_of("wording", get_args(Wording), "law"))
    columns = {}
    for name in COLUMNS[estimand]:
        columns[name] = block.word(name)
    for name in OPTIONAL_COLUMNS.get(estimand, ()):
        if column := block.optional_word(name):
            columns[name] = column
    answers = {name: block.word(name) for name in ANSWERS.get(estimand, ())}
    needs = estimand in {"share", "qualitative", "median"} or (estimand == "total" and not columns)
    written = (block.word("expression") if needs else block.optional_word("expression")) or ""
    expression = _TERM.sub(lambda found: _term(found.group(1), terms, block), written)
    by = {
        cast(Dimension, dimension): column
        for dimension in get_args(Dimension)
        if (column := block.optional_word(f"by_{dimension}"))
    }
    return SeriesDefinition(
        indicator=block.word("indicator"),
        population=block.word("population"),
        instrument=block.word("instrument"),
        estimand=estimand,
        expression=expression,
        columns=columns,
        answers=answers,
        months=block.integer("months") if estimand == "cohort" else None,
        wording=wording,
        variant=block.optional_word("variant") or ("" if wording == "law" else wording),
        name=block.text("name") if wording != "law" else block.optional_text("name"),
        designs=tuple(designs[code] for code in _codes(block, "designs", "design") if code in designs),
        by=by,
        sex=block.optional_word("sex") or "",
        age=block.optional_word("age") or "",
        ages=block.words("ages"),
        rules=tuple(rules[code] for code in _codes(block, "rules", "rule") if code in rules),
        settles_after_months=block.optional_integer("settles_after_months"),
        break_by=block.optional_word("break_by"),
        file=block.file,
        row=block.place("indicator").line,
    )


def _codes(block: Block, key: str, kind: str) -> tuple[str, ...]:
    return block.words(key, refer_to=kind, required=key == "designs")


def _term(code: str, terms: Mapping[str, str], block: Block) -> str:
    """A named part of expressions, in brackets; a part may use those written before it."""
    if code not in terms:
        known = ", ".join(terms)
        block.reading.fault("DEF-NO-TERM", block.place("expression"), code, known=known)
        return "TRUE"
    inner = {name: said for name, said in terms.items() if name != code}
    return "(" + _TERM.sub(lambda found: _term(found.group(1), inner, block), terms[code]) + ")"
