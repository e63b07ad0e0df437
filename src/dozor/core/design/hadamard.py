"""Matrices of ones and minus ones with orthogonal columns, for balanced half-samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SignMatrix = NDArray[np.int64]


def hadamard(at_least: int) -> SignMatrix:
    """Return the smallest Hadamard matrix we can build of order `at_least` or more; first column all ones.

    References
    ----------
    Paley (1933). On orthogonal matrices. Journal of Mathematics and Physics 12, 311–320.
    """
    order = max(at_least, 1)
    while True:
        matrix = _of_order(order)
        if matrix is not None:
            return matrix * matrix[:, :1]
        order += 1


def _of_order(order: int) -> SignMatrix | None:
    if order == 1:
        return np.ones((1, 1), dtype=np.int64)
    half = _of_order(order // 2) if order == 2 or order % 4 == 0 else None
    if half is not None:
        return np.block([[half, half], [half, -half]])
    if order % 4 == 0 and _is_prime(order - 1):
        return _paley(order - 1)
    return None


def _paley(q: int) -> SignMatrix:
    """Paley's first construction, for a prime q of the form 4k + 3."""
    squares = {(i * i) % q for i in range(1, q)}
    character = np.array([0] + [1 if i in squares else -1 for i in range(1, q)])
    index = np.arange(q)
    skew = np.zeros((q + 1, q + 1), dtype=np.int64)
    skew[0, 1:], skew[1:, 0] = 1, -1
    skew[1:, 1:] = character[(index[:, None] - index[None, :]) % q]
    return np.asarray(skew + np.eye(q + 1, dtype=np.int64))


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % d for d in range(2, int(number**0.5) + 1))
