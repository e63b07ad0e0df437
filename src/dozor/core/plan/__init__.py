"""What the law asks: a plan, its indicators, executors and duties, read from reviewed text."""

from dozor.core.plan.crosswalk import Correspondence, Framework
from dozor.core.plan.duties import AfterCollection, Agreed, DutyRule, Fixed, OnRequest
from dozor.core.plan.model import (
    Collection,
    Direction,
    ExecutorRole,
    Group,
    Indicator,
    LegalSource,
    Plan,
    Series,
)
from dozor.core.plan.reading import read_plan
from dozor.core.plan.vocabulary import Age, Breakdown, Population, Sex, Unit

__all__ = [
    "AfterCollection",
    "Age",
    "Agreed",
    "Breakdown",
    "Collection",
    "Correspondence",
    "Direction",
    "DutyRule",
    "ExecutorRole",
    "Fixed",
    "Framework",
    "Group",
    "Indicator",
    "LegalSource",
    "OnRequest",
    "Plan",
    "Population",
    "Series",
    "Sex",
    "Unit",
    "read_plan",
]
