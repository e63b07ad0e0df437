"""Dozor: a country's monitoring plan as a program.

From a notebook ``import dozor`` gives the estimators of the command line, with frames for answers.
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"

# read when first asked for, so that `import dozor` stays quick
_ELSEWHERE = {"estimate_survey": "dozor.notebook"}
__all__ = ["__version__", "estimate_survey"]


def __getattr__(name: str) -> Any:
    if name in _ELSEWHERE:
        from importlib import import_module

        return getattr(import_module(_ELSEWHERE[name]), name)
    raise AttributeError(f"module 'dozor' has no attribute {name!r}")
