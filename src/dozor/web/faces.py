"""How a number, and each kind of missing number, looks on a page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from dozor.apps.bank.queries import read_in_place
from dozor.core.observations.observation import Match, Missing, Observation
from dozor.language.numbers import NO_BREAK_SPACE, number, percent
from dozor.web.names import Names

PERCENT = "percent"
YES_NO = "1=yes 0=no"

# a sign where one is enough, words where a reason is due; each is explained under its table
_FACES = {
    Missing.NOT_DUE: "—",
    Missing.NOT_RECEIVED: "…",
    Missing.NOT_APPLICABLE: "×",
    Missing.NOT_HELD: gettext_lazy("not held"),
    Missing.NOT_ESTIMABLE: gettext_lazy("not estimable"),
    Missing.NOT_PUBLISHED: gettext_lazy("no data"),
}
EXPLAINED = {
    Missing.NOT_DUE: gettext_lazy("not due: the plan does not ask for it then"),
    Missing.NOT_RECEIVED: gettext_lazy("due and not received"),
    Missing.NOT_APPLICABLE: gettext_lazy("not applicable"),
    Missing.WITHHELD: gettext_lazy("withheld to protect people, whatever its size"),
    Missing.NOT_HELD: gettext_lazy("the round was not held"),
    Missing.NOT_ESTIMABLE: gettext_lazy("cannot be estimated from what was collected"),
    Missing.NOT_PUBLISHED: gettext_lazy("no published value"),
}


def face(missing: Missing) -> str:
    """The sign or the word that stands for a kind of missing."""
    if missing is Missing.WITHHELD:
        return pgettext("withheld", "c")
    return str(_FACES[missing])


@dataclass(frozen=True)
class Shown:
    """A value ready to be read.

    Attributes
    ----------
    text
        With its unit: ``30,8 %``; or the face of a missing value.
    bare
        The number alone, for a table whose heading names the unit.
    interval
        ``27,9–33,8``, or empty when the source gives none.
    n
        The denominator as the source gives it, or empty.
    href
        The value's card.
    """

    text: str
    bare: str
    interval: str
    n: str
    href: str
    is_near: bool
    missing: Missing | None
    period: str
    when: str
    observation: Observation


def show(o: Observation, names: Names) -> Shown:
    """Put one observation into the reader's words."""
    figure, language = o.figure, names.language
    text = bare = face(figure.missing) if figure.missing else ""
    interval = n = ""
    if figure.value is not None:
        digits = digits_worth(o)
        text = with_unit(figure.value, figure.unit, names, digits)
        bare = _yes_no(figure.value) if figure.unit == YES_NO else number(figure.value, language, digits)
        if figure.lower is not None and figure.upper is not None:
            interval = f"{number(figure.lower, language, digits)}–{number(figure.upper, language, digits)}"
        if figure.denominator is not None:
            n = number(figure.denominator, language)
    return Shown(
        text=text,
        bare=bare,
        interval=interval,
        n=n,
        href=_card(o),
        is_near=o.match is Match.NEAR,
        missing=figure.missing,
        period=names.period(o.period),
        when=names.when(o.period),
        observation=o,
    )


def _card(o: Observation) -> str:
    """The card of a value; a site of a release tells of each value on its indicator's page."""
    if read_in_place():
        return reverse("indicator", args=[o.plan, o.indicator]) + "#all-data"
    return reverse("value", args=[o.id])


def with_unit(value: Decimal, unit: str, names: Names, digits: int | None = None) -> str:
    """A number with its unit: 30,8 %; 1 088 чел."""
    if digits is None:
        digits = digits_of(value)
    if unit == YES_NO:
        return _yes_no(value)
    if unit == PERCENT:
        return percent(value, names.language, digits)
    return f"{number(value, names.language, digits)}{NO_BREAK_SPACE}{names.symbol(unit)}"


def digits_of(value: Decimal) -> int:
    """Digits after the decimal sign, as printed by the source."""
    return max(0, -int(value.as_tuple().exponent))


def digits_worth(o: Observation) -> int:
    """Digits after the decimal sign worth reading: as printed, but no finer than the interval deserves.

    The half-width of the interval keeps two digits that count, as in 30,8 % (27,9–33,8); the card of the
    value shows every printed digit.
    """
    figure = o.figure
    if figure.value is None:
        return 0
    printed = digits_of(figure.value)
    if figure.lower is None or figure.upper is None or figure.upper == figure.lower:
        return printed
    return min(printed, max(0, -((figure.upper - figure.lower) / 2).adjusted() + 1))


def _yes_no(value: Decimal) -> str:
    return _("yes") if value == 1 else _("no") if value == 0 else str(value)
