"""One linear programme asked several questions: HiGHS keeps its basis between them."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

Floats = NDArray[np.float64]
WHOLE_WITHIN = 1e-6


@dataclass(frozen=True)
class Answer:
    """The cheapest point found, and whether it is proven that none is cheaper."""

    at: Floats
    is_best: bool

    @property
    def is_whole(self) -> bool:
        return bool(np.abs(self.at - np.rint(self.at)).max(initial=0.0) < WHOLE_WITHIN)


class Programme:
    """Minimise cost · x over row_lower ≤ matrix @ x ≤ row_upper and 0 ≤ x ≤ upper.

    Questions differ in cost and upper bounds only. Presolve is off: the parts are small, and a basis kept
    is worth more.
    """

    def __init__(self, matrix: csc_array, row_lower: Floats, row_upper: Floats) -> None:
        rows, self.columns = matrix.shape
        self._every = np.arange(self.columns, dtype=np.int32)
        self._zero = np.zeros(self.columns)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self.columns, rows
        model.col_cost_, model.col_lower_, model.col_upper_ = self._zero, self._zero, self._zero
        model.row_lower_, model.row_upper_ = row_lower, row_upper
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = matrix.indptr
        model.a_matrix_.index_ = matrix.indices
        model.a_matrix_.value_ = matrix.data
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (("output_flag", False), ("threads", 1), ("presolve", "off"), ("random_seed", 1)):
            self._solver.setOptionValue(name, value)
        self._solver.setOptionValue("mip_rel_gap", 1e-9)
        self._solver.passModel(model)

    def least(
        self,
        cost: Floats,
        upper: Floats,
        *,
        whole: bool = False,
        nodes: int = 2**30,
        seconds: float = 600.0,
    ) -> Answer | None:
        """Ask one question; None when there is no answer within the bounds of effort.

        Parameters
        ----------
        whole
            x is in whole numbers.
        nodes
            Most branches of that search. Counted, not timed: a busy machine gives the same answer.
        seconds
            A last resort.
        """
        solver = self._solver
        solver.changeColsCost(self.columns, self._every, cost)
        solver.changeColsBounds(self.columns, self._every, self._zero, upper)
        kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
        solver.changeColsIntegrality(self.columns, self._every, np.full(self.columns, int(kind), np.uint8))
        solver.setOptionValue("presolve", "choose" if whole else "off")
        solver.setOptionValue("mip_max_nodes", nodes)
        solver.setOptionValue("time_limit", solver.getRunTime() + seconds)
        solver.run()
        is_best = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        solution = solver.getSolution()
        if not solution.value_valid:
            return None
        return Answer(np.array(solution.col_value), is_best)
