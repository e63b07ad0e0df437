"""How a report writes values, periods, groups and statuses."""

from __future__ import annotations

from decimal import Decimal

from dozor.core.calendar.obligation import Status
from dozor.core.observations.observation import Missing, Observation
from dozor.core.observations.period import Period, PeriodKind
from dozor.core.plan import Plan, Series
from dozor.language import date_text, gettext, number, percent
from dozor.publishing.documents import Strong, Words
from dozor.publishing.report.values import WHOLE, Cell

PERCENT = "percent"
YES_NO = "1=yes 0=no"
NO_BREAK = "\u00a0"


def amount(value: Decimal, unit: str, plan: Plan, language: str) -> str:
    """Write a value with its unit: 30,8 %, 26 005 чел., да."""
    if unit == PERCENT:
        return percent(value, language, _digits(value))
    if unit == YES_NO:
        return gettext("yes", language) if value else gettext("no", language)
    symbol = plan.unit(unit).symbol.in_language(language)
    return f"{number(value, language, _digits(value))}{NO_BREAK}{symbol}"


def _digits(value: Decimal) -> int | None:
    """Leave out digits that no survey or budget bears: kopecks of millions, a share's third decimal."""
    printed = -int(value.normalize().as_tuple().exponent)
    most = 0 if abs(value) >= 1000 else 2 if abs(value) >= 1 else 4
    return max(0, min(printed, most))


def with_interval(one: Observation, plan: Plan, language: str) -> Words:
    """Write a value with the interval beside it, where the source gives one: 30,8 % (27,9–33,8)."""
    figure = one.figure
    if figure.value is None:
        return missing_words(figure.missing or Missing.NOT_PUBLISHED, language)
    value = Strong(amount(figure.value, figure.unit, plan, language))
    if figure.lower is None or figure.upper is None:
        return (value,)
    lower, upper = (number(bound, language, _digits(bound)) for bound in (figure.lower, figure.upper))
    return (value, f" ({lower}–{upper})")


def cell_words(cell: Cell, plan: Plan, language: str) -> Words:
    """Write the chosen value; where sources disagree and none is chosen, each of their values."""
    if cell.chosen is not None:
        return with_interval(cell.chosen, plan, language)
    values = dict.fromkeys(
        amount(one.value, one.figure.unit, plan, language)
        for one in cell.observations
        if one.value is not None
    )
    return gettext("sources differ: {values}", language).format(values="; ".join(values))


def respondents(one: Observation | None, language: str) -> str:
    """Write n, the denominator of a share, or nothing where the source has none."""
    if one is None or one.figure.denominator is None or one.figure.unit != PERCENT:
        return ""
    return number(one.figure.denominator, language)


def period_words(period: Period, language: str) -> str:
    """Write a period: 2017; 2008–2009; 1 марта 2024; 1 января 2023 – 30 ноября 2023."""
    if period.kind is PeriodKind.STATE:
        return date_text(period.starts_on, language)
    if period.kind is PeriodKind.PART:
        return f"{date_text(period.starts_on, language)} – {date_text(period.ends_on, language)}"
    return period.text.replace("-", "–")


def group_words(one: Observation, plan: Plan, language: str) -> str:
    """Write a sex and an age group; empty for the undivided."""
    parts = []
    if one.sex not in WHOLE:
        parts.append(plan.sex(one.sex).name.in_language(language))
    if one.age not in WHOLE:
        parts.append(plan.age(one.age).name.in_language(language))
    return ", ".join(parts)


def series_name(series: Series, plan: Plan, language: str) -> str:
    """Write an indicator's current name, with the population where the indicator has several."""
    name = series.indicator.short_name.in_language(language)
    if len(series.indicator.populations) == 1:
        return name
    return f"{name}: {lower_first(plan.population(series.population).name.in_language(language))}"


def lower_first(text: str) -> str:
    """Begin with a small letter, unless the first word is an abbreviation."""
    return text[0].lower() + text[1:] if len(text) > 1 and text[1].islower() else text


def missing_words(kind: Missing, language: str) -> str:
    """Name a kind of missing."""
    return gettext(
        {
            Missing.NOT_DUE: "not due",
            Missing.NOT_RECEIVED: "due, not received",
            Missing.NOT_HELD: "not held",
            Missing.NOT_APPLICABLE: "not applicable",
            Missing.NOT_ESTIMABLE: "not estimable",
            Missing.NOT_PUBLISHED: "no published value",
            Missing.WITHHELD: "withheld to protect people",
        }[kind],
        language,
    )


def status_words(status: Status, language: str) -> str:
    """Name where a duty stands."""
    return gettext(
        {
            Status.NOT_RECORDED: "not recorded",
            Status.NOT_HELD: "not held by decision",
            Status.POSTPONED: "postponed by decision",
            Status.COLLECTION_NOT_PLANNED: "collection not planned",
            Status.COLLECTING: "collection under way",
            Status.COLLECTION_OVERDUE: "collection overdue",
            Status.NO_DATE_AGREED: "no date agreed",
            Status.DUE: "to come",
            Status.DUE_SOON: "due within a week",
            Status.OVERDUE: "overdue",
            Status.RECEIVED: "received in time",
            Status.RECEIVED_LATE: "received late",
        }[status],
        language,
    )
