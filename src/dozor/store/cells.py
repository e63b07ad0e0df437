"""The cells of a cross-classification and how they roll up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dozor.core.design.stage import IntArray


@dataclass(frozen=True)
class Cells:
    """The cells of a cross-classification: the code of each column in each cell, and the codes' texts."""

    by: tuple[str, ...]
    members: IntArray
    texts: Sequence[Sequence[str]]

    def domains_of(self, by: Sequence[str]) -> tuple[IntArray, list[dict[str, str]]]:
        """Roll the cells up to the combinations of fewer columns.

        Returns
        -------
        domain_of_cell
            Number of each cell's domain, -1 where one of the columns is missing.
        domains
            From column to text, for each domain, in order.
        """
        places = [self.by.index(column) for column in by]
        chosen = self.members[:, places]
        complete = (chosen >= 0).all(axis=1)
        domain = np.full(len(chosen), -1, dtype=np.int64)
        if not complete.any():
            return domain, []
        distinct, code = np.unique(chosen[complete], axis=0, return_inverse=True)
        domain[complete] = code.reshape(-1)
        texts = [self.texts[place] for place in places]
        return domain, [{column: texts[i][int(row[i])] for i, column in enumerate(by)} for row in distinct]
