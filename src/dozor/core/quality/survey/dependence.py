"""How answers of one questionnaire go together: a Chow–Liu tree, to score rows and to draw sham samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

Codes = NDArray[np.int16]
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Tree:
    """Items in an order in which each follows its parent; probabilities given the parent's answer.

    `tables[k]` has shape (answers of the parent + 1, answers of item k + 1); row and column 0 stand for
    "not asked". The root's parent is −1 and its table has one row.
    """

    order: tuple[int, ...]
    parents: tuple[int, ...]
    tables: tuple[Array, ...]


def fit_tree(codes: Codes, *, smoothing: float = 0.5) -> Tree:
    """Fit the tree of greatest mutual information between items.

    Parameters
    ----------
    codes
        Shape (n, items); −1 where not asked.

    References
    ----------
    Chow, C., Liu, C. (1968). Approximating discrete probability distributions with dependence trees.
    IEEE Trans. Inf. Theory 14, 462–467.
    """
    shifted = codes.astype(np.int64) + 1
    levels = shifted.max(axis=0) + 1
    items = codes.shape[1]
    if items == 0:
        return Tree((), (), ())
    gains = np.zeros((items, items))
    for a in range(items):
        for b in range(a + 1, items):
            gains[a, b] = _mutual_information(shifted[:, a], shifted[:, b], int(levels[a]), int(levels[b]))
    # the spanning tree wants costs above zero; the greatest information is the least cost
    costs = np.triu(gains.max() + 1 - gains, 1)
    spanning = minimum_spanning_tree(costs)
    order, before = breadth_first_order(spanning + spanning.T, 0, directed=False)
    parents = tuple(int(before[k]) if before[k] >= 0 else -1 for k in order)
    tables = []
    for k, parent in zip(order, parents, strict=True):
        above = np.zeros(len(shifted), dtype=np.int64) if parent < 0 else shifted[:, parent]
        rows = 1 if parent < 0 else int(levels[parent])
        counts = np.bincount(above * levels[k] + shifted[:, k], minlength=rows * levels[k]).reshape(rows, -1)
        smooth = counts + smoothing * (counts.sum(axis=0) + 1) / (counts.sum() + counts.shape[1])
        tables.append(smooth / smooth.sum(axis=1, keepdims=True))
    return Tree(tuple(int(k) for k in order), parents, tuple(tables))


def log_likelihood(tree: Tree, codes: Codes) -> Array:
    """Logarithm of each row's probability under the tree."""
    shifted = codes.astype(np.int64) + 1
    total = np.zeros(len(codes))
    for k, parent, table in zip(tree.order, tree.parents, tree.tables, strict=True):
        above = np.zeros(len(codes), dtype=np.int64) if parent < 0 else shifted[:, parent]
        total += np.log(table[above, shifted[:, k]])
    return total


def draw(tree: Tree, n: int, rng: np.random.Generator) -> Codes:
    """Draw n rows that answer as these people do, one item following another."""
    drawn = np.zeros((n, len(tree.order)), dtype=np.int64)
    for k, parent, table in zip(tree.order, tree.parents, tree.tables, strict=True):
        above = np.zeros(n, dtype=np.int64) if parent < 0 else drawn[:, parent]
        limits = table.cumsum(axis=1)[above]
        drawn[:, k] = (rng.random(n)[:, None] > limits[:, :-1]).sum(axis=1)
    return (drawn - 1).astype(np.int16)


def _mutual_information(a: NDArray[np.int64], b: NDArray[np.int64], levels_a: int, levels_b: int) -> float:
    joint = np.bincount(a * levels_b + b, minlength=levels_a * levels_b).reshape(levels_a, levels_b) / len(a)
    apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    known = joint > 0
    return float((joint[known] * np.log(joint[known] / apart[known])).sum())
