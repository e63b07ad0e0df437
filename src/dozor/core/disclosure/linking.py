"""Rows between quantities: sums and inequalities, changes since an earlier release, few persons left over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from scipy.sparse import csr_array

from dozor.core.disclosure.audience import Rule
from dozor.core.disclosure.cell import About, Cell, Kind
from dozor.core.disclosure.quantities import Quantities, complement_of, name_of
from dozor.core.disclosure.relations import DIMENSIONS, Relation, relations
from dozor.core.disclosure.showing import UNBOUNDED
from dozor.core.disclosure.structure import Structure
from dozor.core.disclosure.system import System


def revisions_of(
    builder: Quantities,
    cells: Sequence[Cell],
    rules: Sequence[Rule],
    own: dict[About, int],
    past: Sequence[dict[About, int]],
) -> Iterator[tuple[int, int, int, Rule]]:
    """The change of a quantity since an earlier release, where it is a few persons: sensitive itself."""
    seen = set()
    for cell, rule in zip(cells, rules, strict=True):
        if cell.is_published or not cell.counts_persons or cell.kind in (Kind.MEAN, Kind.MONEY):
            continue
        about = cell.numerator_about
        for layer in past:
            new, old = own.get(about), layer.get(about)
            if new is None or old is None or new == old or (new, old) in seen:
                continue
            seen.add((new, old))
            change = builder.truth[new] - builder.truth[old]
            if abs(change) < rule.smallest_shown:
                yield builder.add(f"{name_of(about)}: change", change, -UNBOUNDED, about), new, old, rule


def rules_of_persons(cells: Sequence[Cell], rules: Sequence[Rule], own: dict[About, int]) -> dict[int, Rule]:
    """The strictest rule of each quantity of persons that this release shows or hides."""
    found: dict[int, Rule] = {}
    for cell, rule in zip(cells, rules, strict=True):
        if cell.is_published or not cell.counts_persons or cell.kind in (Kind.MEAN, Kind.MONEY):
            continue
        for about in (cell.numerator_about, cell.denominator_about):
            quantity = own.get(about, -1)
            if quantity >= 0 and (
                quantity not in found or found[quantity].smallest_shown < rule.smallest_shown
            ):
                found[quantity] = rule
    return found


def remainders_of(
    builder: Quantities, rows: dict[tuple[tuple[int, int], ...], bool], persons: dict[int, Rule]
) -> list[tuple[int, Rule, tuple[int, ...]]]:
    """Few persons left when parts are taken from a whole: a quantity of its own, though no cell shows it."""
    found = []
    for terms, is_sum in list(rows.items()):
        left = -sum(k * builder.truth[quantity] for quantity, k in terms)
        rules = [persons[quantity] for quantity, _ in terms if quantity in persons]
        if is_sum or left <= 0 or not rules:
            continue
        rule = max(rules, key=lambda rule: rule.smallest_shown)
        if left < rule.smallest_shown:
            whole = next(quantity for quantity, k in reversed(terms) if k < 0)
            quantity = builder.add(f"{builder.names[whole]}: the rest", left, 0, builder.about[whole])
            rows[(*terms, (quantity, 1))] = True
            found.append((quantity, rule, tuple(quantity for quantity, _ in terms)))
    return found


def rows_of(
    builder: Quantities,
    layers: Sequence[dict[About, int]],
    structure: Structure,
    cells: Iterable[Cell],
    revisions: Iterable[tuple[int, int, int, Rule]],
) -> dict[tuple[tuple[int, int], ...], bool]:
    """Every relation once, over quantities by number: True where it is a sum, False where an inequality."""
    found: dict[tuple[tuple[int, int], ...], bool] = {}

    def enter(terms: Iterable[tuple[int, int]], is_sum: bool) -> None:
        key = tuple(sorted(terms))
        if len({quantity for quantity, _ in key}) == len(key) > 1:
            found[key] = found.get(key, False) or is_sum

    relation: Relation
    for layer in layers:
        for relation in relations(layer, structure):
            enter(((layer[about], k) for about, k in relation[0]), relation[1])
    for cell in cells:
        if cell.numerator is None or cell.denominator is None or cell.kind not in (Kind.SHARE, Kind.RATE):
            continue
        top = builder.quantity(cell.numerator_about, cell.numerator)
        bottom = builder.quantity(cell.denominator_about, cell.denominator)
        if cell.kind is Kind.SHARE:
            enter(((top, 1), (complement_of(builder, cell), 1), (bottom, -1)), True)
        elif cell.numerator <= cell.denominator:
            enter(((top, 1), (bottom, -1)), False)
    for change, new, old, _ in revisions:
        enter(((new, 1), (old, -1), (change, -1)), True)
    return found


def system_of(
    builder: Quantities, rows: dict[tuple[tuple[int, int], ...], bool], cells: int
) -> tuple[System, tuple[tuple[str, ...], ...]]:
    """Keep the rows the true table obeys; a sum that is not one may still be an inequality."""
    kept: list[tuple[tuple[int, int], ...]] = []
    lower: list[int] = []
    set_aside = []
    truth = builder.truth
    for terms, is_sum in rows.items():
        residual = sum(k * truth[quantity] for quantity, k in terms)
        if is_sum and residual == 0:
            lower.append(0)
        else:
            if is_sum or residual > 0:
                whole_last = sorted(terms, key=lambda term: (term[1] < 0, term[0]))
                set_aside.append(tuple(builder.names[quantity] for quantity, _ in whole_last))
            if residual > 0:
                continue
            lower.append(-UNBOUNDED)
        kept.append(terms)
    indptr = np.zeros(len(kept) + 1, np.int64)
    np.cumsum([len(terms) for terms in kept], out=indptr[1:])
    flat = np.array([term for terms in kept for term in terms], np.int64).reshape(-1, 2)
    matrix = csr_array((flat[:, 1], flat[:, 0], indptr), shape=(len(kept), len(truth)))
    codes = np.zeros((len(DIMENSIONS), len(truth)), np.int64)
    for dimension, name in enumerate(DIMENSIONS):
        numbers: dict[str, int] = {}
        codes[dimension] = [numbers.setdefault(getattr(about, name), len(numbers)) for about in builder.about]
    says = np.array(builder.says, np.int64).reshape(-1, 4)
    system = System(
        names=tuple(builder.names),
        truth=np.array(truth, np.int64),
        floor=np.array(builder.floor, np.int64),
        rows=matrix,
        row_lower=np.array(lower, np.int64),
        row_upper=np.zeros(len(kept), np.int64),
        says_cell=np.ascontiguousarray(says[:, 0]),
        says_quantity=np.ascontiguousarray(says[:, 1]),
        says_lower=np.ascontiguousarray(says[:, 2]),
        says_upper=np.ascontiguousarray(says[:, 3]),
        cells=cells,
        codes=codes,
    )
    return system, tuple(set_aside)
