"""What is given out, as one table: a row is one value as the release's audience sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from dozor.core.observations.observation import Missing, Observation
from dozor.core.places import Areas
from dozor.core.plan import Plan
from dozor.core.text import Text

Value = str | int | Decimal | bool | None


@dataclass(frozen=True)
class Column:
    """A column of the table: its type as Frictionless names it, and what stands in it."""

    name: str
    type: str
    means: Text


COLUMNS = tuple(
    Column(name, kind, Text(*said.split(" | ")))
    for name, kind, said in (
        ("indicator", "string", "Код показателя | Код паказчыка | Code of the indicator"),
        ("population", "string", "Группа населения | Група насельніцтва | Population group"),
        ("sex", "string", "Пол | Пол | Sex"),
        ("age", "string", "Возраст, полных лет | Узрост, поўных гадоў | Age, completed years"),
        ("area", "string", "Код территории | Код тэрыторыі | Code of the area"),
        ("period", "string", "Период | Перыяд | Period"),
        (
            "year",
            "integer",
            "Год, которым период кончается | Год, якім перыяд сканчаецца | Year the period ends in",
        ),
        ("value", "number", "Значение | Значэнне | Value"),
        ("unit", "string", "Единица | Адзінка | Unit"),
        ("lower", "number", "Нижняя граница | Ніжняя мяжа | Lower bound"),
        ("upper", "number", "Верхняя граница | Верхняя мяжа | Upper bound"),
        (
            "n",
            "number",
            "Знаменатель; у опроса — число опрошенных | Назоўнік; у апытання — лік апытаных | "
            "Denominator; of a survey, the respondents",
        ),
        ("status", "string", "Состояние ячейки | Стан ячэйкі | Status of the cell"),
        (
            "headline",
            "boolean",
            "Основной ли источник | Ці асноўная крыніца | Whether the source is the headline",
        ),
        (
            "match",
            "string",
            "Насколько отвечает определению плана | Наколькі адпавядае азначэнню плана | "
            "How well it meets the plan's definition",
        ),
        ("source", "string", "Источник | Крыніца | Source"),
        ("source_url", "string", "Адрес источника | Адрас крыніцы | Address of the source"),
        ("note", "string", "Примечание | Заўвага | Note"),
    )
)
WITHHELD, PUBLISHED, ELSEWHERE = "withheld", "published", "published-elsewhere"


@dataclass(frozen=True)
class Dataset:
    """One release as open data; core values alone, every one as its audience may see it."""

    code: str
    year: int
    version: int
    made_on: date
    note: str
    plans: tuple[Plan, ...]
    areas: Areas
    observations: tuple[Observation, ...]
    already_published: frozenset[int]
    software_version: str

    @property
    def title(self) -> Text:
        return self.plans[0].short_title

    def of(self, indicator: str) -> list[Observation]:
        return self._by_indicator.get(indicator, [])

    @cached_property
    def _by_indicator(self) -> dict[str, list[Observation]]:
        found: dict[str, list[Observation]] = {}
        for o in self.observations:
            found.setdefault(o.indicator, []).append(o)
        return found

    @cached_property
    def withheld(self) -> int:
        """How many values are withheld to protect people."""
        return sum(self.status(o) == WITHHELD for o in self.observations)

    def indicators(self) -> list[str]:
        """Codes that have rows, in the plans' order."""
        return [i.code for p in self.plans for i in p.indicators if i.code in self._by_indicator]

    def status(self, o: Observation) -> str:
        """The same for a cell in every channel."""
        if o.figure.missing is Missing.WITHHELD:
            return WITHHELD
        if o.figure.missing is not None:
            return str(o.figure.missing)
        return ELSEWHERE if o.id in self.already_published else PUBLISHED

    def rows(self, observations: Sequence[Observation]) -> Iterator[tuple[Value, ...]]:
        """Rows as the columns have them, typed; sorted, so that the same release gives the same bytes."""
        for o in sorted(observations, key=_order):
            f = o.figure
            yield (
                *(o.indicator, o.population, o.sex, o.age, o.area, o.period.text, o.period.year),
                *(f.value, f.unit, f.lower, f.upper, f.denominator, self.status(o), o.is_headline),
                *(str(o.match) if o.match else None, o.source.title, o.source.url or None, f.note or None),
            )


def _order(o: Observation) -> tuple[object, ...]:
    return (o.indicator, o.population, o.sex, o.age, o.area, o.period, o.source.title, o.id)
