"""Reads the single blocks of a plan's text: a direction, an executor, a rule of duty, …"""

from __future__ import annotations

from typing import cast, get_args

from dozor.core.plan import model
from dozor.core.plan.crosswalk import Correspondence, Framework, Match, Status
from dozor.core.plan.duties import About, AfterCollection, Agreed, DutyRule, Fixed, OnRequest, Rule
from dozor.core.plan.model import Collection, Direction, ExecutorRole, Group, LegalSource
from dozor.core.plan.retention import Retention
from dozor.core.plan.sending_back import Reason, SendingBack
from dozor.core.plan.vocabulary import Age, Breakdown, Population, Sex, Unit
from dozor.core.yaml_text import Block

RULES = ("after-collection", "agreed", "fixed", "on-request")


def _defined_code(block: Block, kind: str, *, may_be_empty: bool = False) -> str:
    code = block.word("code", may_be_empty=may_be_empty)
    if code or may_be_empty:
        block.reading.define(kind, code, block.place("code"))
    return code


def read_source(block: Block) -> LegalSource | None:
    source = block.block("source")
    if source is None:
        return None
    found = LegalSource(
        title=source.text("title"),
        issuer=source.text("issuer"),
        number=source.word("number"),
        adopted_on=source.day("adopted_on"),
        url=source.optional_word("url"),
    )
    source.close()
    return found


def read_direction(block: Block) -> Direction:
    number = block.integer("number")
    block.reading.define("direction", str(number), block.place("number"))
    name = block.text("name")
    return Direction(
        number, name, block.optional_text("short_name") or name, block.optional_integer("cycle_anchor")
    )


def read_group(block: Block) -> Group:
    return Group(_defined_code(block, "group"), block.text("name"))


def read_executor(block: Block) -> ExecutorRole:
    return ExecutorRole(
        _defined_code(block, "executor"), block.text("name"), block.text("short_name"), block.text("clause")
    )


def read_collection(block: Block) -> Collection:
    return Collection(
        code=_defined_code(block, "collection"),
        kind=cast(model.CollectionKind, block.one_of("kind", get_args(model.CollectionKind))),
        name=block.text("name"),
        populations=block.words("populations", refer_to="population", required=True),
    )


def read_breakdown(block: Block) -> Breakdown:
    return Breakdown(_defined_code(block, "breakdown"), block.text("name"))


def read_population(block: Block) -> Population:
    code, name = _defined_code(block, "population"), block.text("name")
    return Population(
        code=code,
        name=name,
        short_name=block.optional_text("short_name") or name,
        legal_term=block.optional_text("legal_term"),
        breakdown=block.optional_reference("breakdown", "breakdown"),
    )


def read_sex(block: Block) -> Sex:
    return Sex(_defined_code(block, "sex", may_be_empty=True), block.text("name"))


def read_age(block: Block) -> Age:
    return Age(
        _defined_code(block, "age", may_be_empty=True),
        block.text("name"),
        block.optional_integer("lowest"),
        block.optional_integer("highest"),
    )


def read_unit(block: Block) -> Unit:
    code, name = _defined_code(block, "unit"), block.text("name")
    return Unit(
        code=code,
        name=name,
        symbol=block.optional_text("symbol") or name,
        maximum=block.optional_decimal("maximum"),
        currency=block.optional_word("currency"),
        scale=block.optional_integer("scale") or 1,
        factor=block.optional_decimal("factor"),
        is_count=block.yes_or_no("is_count"),
    )


def read_framework(block: Block) -> Framework:
    return Framework(_defined_code(block, "framework"), block.text("name"), block.optional_text("note"))


def read_correspondence(block: Block) -> Correspondence:
    return Correspondence(
        indicator=block.reference("indicator", "indicator"),
        framework=block.reference("framework", "framework"),
        their_code=block.optional_word("their_code"),
        their_title=block.text("their_title"),
        match=cast(Match, block.one_of("match", get_args(Match))),
        status=cast(Status, block.one_of("status", get_args(Status))),
        caution=block.optional_text("caution"),
    )


def read_duty(block: Block) -> DutyRule:
    return DutyRule(
        senders=block.words("senders", refer_to="executor", required=True),
        recipient=block.reference("recipient", "executor"),
        clause=block.text("clause"),
        rule=_rule(block),
        about=cast(About, block.one_of("about", get_args(About), "indicator")),
        media=block.words("media"),
        note=block.optional_text("note"),
    )


def read_reason(block: Block) -> Reason:
    return Reason(_defined_code(block, "reason"), block.text("name"))


def read_retention(block: Block) -> Retention:
    code, name = _defined_code(block, "retention"), block.text("name")
    years = block.integer("years")
    if years < 0:
        block.reading.fault("PLAN-BAD-NUMBER", block.place("years"), str(years))
    return Retention(code, name, years or None, block.text("ground"))


def read_sending_back(block: Block) -> SendingBack:
    days = block.integer("days")
    if days < 0:
        block.reading.fault("PLAN-BAD-NUMBER", block.place("days"), str(days))
    moves = block.one_of("non_working_day", ("next", "stays"))
    return SendingBack(max(days, 0), "next" if moves == "next" else "stays", note=block.optional_text("note"))


def _rule(block: Block) -> Rule:
    kind = block.one_of("rule", RULES)
    if kind == "after-collection":
        days = block.integer("days")
        if days < 0:
            block.reading.fault("PLAN-BAD-NUMBER", block.place("days"), str(days))
        moves = block.one_of("non_working_day", ("next", "stays"))
        return AfterCollection(max(days, 0), "next" if moves == "next" else "stays")
    if kind == "fixed":
        month, day, offset = block.integer("month"), block.integer("day"), block.integer("year_offset")
        block.one_of("target", ("last-working-day-on-or-before",), "last-working-day-on-or-before")
        try:
            return Fixed(month, day, offset)
        except ValueError:
            block.reading.fault("PLAN-BAD-DATE", block.place("day"), f"{day}.{month}")
            return OnRequest()
    return Agreed() if kind == "agreed" else OnRequest()
