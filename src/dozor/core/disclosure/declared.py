"""What a plan's text declares of how its series hang together: cascades, parts, running totals, quotients."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeVar, cast, get_args

from dozor.core.disclosure.structure import Division
from dozor.core.plan.model import RELATIONS, Plan
from dozor.core.yaml_text import Block, Reading

T = TypeVar("T")
DenominatorIs = Literal["same", "everyone", "next"]


@dataclass(frozen=True)
class Quotient:
    """A share or rate `of` whose numerator and denominator are counts with names of their own.

    Parameters
    ----------
    of, numerator, denominator
        Codes of series.
    denominator_is
        ``same``: of the same place, people and time; ``everyone``: of the same place and time, undivided;
        ``next``: residents on the 1 January after the year, else on that at its beginning.
    """

    of: str
    numerator: str
    denominator: str
    denominator_is: DenominatorIs = "same"


@dataclass(frozen=True)
class Declared:
    """Relations between series (`measures`, `running`, `quotients`) and between groups of people."""

    measures: tuple[Division, ...] = ()
    running: tuple[tuple[str, str], ...] = ()
    quotients: tuple[Quotient, ...] = ()
    populations: tuple[Division, ...] = ()


def declared_relations(plan: Plan) -> Declared:
    """Read the text of a plan's ``relations.yaml`` (:attr:`Plan.relations`); nothing where it has none.

    Raises
    ------
    Refused
        With every fault of the text; a code of no series or group is one.
    """
    if not plan.relations.strip():
        return Declared()
    reading = Reading()
    tops = reading.top_blocks({RELATIONS: plan.relations})
    for top in tops:
        for code in (one.code for one in plan.indicators):
            reading.define("indicator", code, top.place())
        for code in (one.code for one in plan.populations):
            reading.define("population", code, top.place())
    found = Declared()
    for top in tops:
        if (block := top.block("relations")) is not None:
            found = _read(block)
            block.close()
        top.close()
    reading.resolve()
    reading.finish()
    return found


def _read(block: Block) -> Declared:
    measures = [
        Division(wider, (narrower,), is_complete=False)
        for one in block.blocks("within", name_by="series")
        for wider, narrower in pairwise(
            _closed(one, one.words("series", refer_to="indicator", required=True))
        )
    ]
    measures += [_division(one, "indicator") for one in block.blocks("parts", name_by="whole")]
    running = [
        _closed(one, (one.reference("total", "indicator"), one.reference("flow", "indicator")))
        for one in block.blocks("running", name_by="total")
    ]
    quotients = [
        _closed(
            one,
            Quotient(
                one.reference("of", "indicator"),
                one.reference("numerator", "indicator"),
                one.reference("denominator", "indicator"),
                cast(DenominatorIs, one.one_of("denominator_is", get_args(DenominatorIs), "same")),
            ),
        )
        for one in block.blocks("quotients", name_by="of")
    ]
    populations = [_division(one, "population") for one in block.blocks("groups", name_by="whole")]
    return Declared(tuple(measures), tuple(running), tuple(quotients), tuple(populations))


def _closed(block: Block, read: T) -> T:
    block.close()
    return read


def _division(block: Block, kind: str) -> Division:
    found = Division(
        block.reference("whole", kind),
        block.words("parts", refer_to=kind, required=True),
        block.yes_or_no("complete"),
    )
    block.close()
    return found
