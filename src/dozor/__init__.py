"""Dozor: a country's monitoring plan as a program.

From a notebook ``import dozor`` gives the estimators of the command line, with frames for answers.
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"

__all__ = [
    "__version__",
    "estimate_first_age",
    "estimate_rds",
    "estimate_retention",
    "estimate_size",
    "estimate_survey",
    "estimate_trend",
]


def __getattr__(name: str) -> Any:
    # read when first asked for, so that `import dozor` stays quick
    if name in __all__:
        from importlib import import_module

        return getattr(import_module("dozor.notebook"), name)
    raise AttributeError(f"module 'dozor' has no attribute {name!r}")
