"""Projects in the reader's words: who pays, for what, from when to when."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dozor.apps.cooperation.models import Project
from dozor.core.observations.period import NotAPeriod, Period, PeriodKind, read_period
from dozor.language.numbers import NO_BREAK_SPACE, date_text, number
from dozor.publishing.charts import Heading, Term, TermsChart
from dozor.web.lines import first_upper
from dozor.web.names import Names
from dozor.web.pictures import Picture, picture

# what sources call payers and themes, with the words of the reader's language; others stand as in the source
_WORDS = {
    "Global Fund": lambda: _("Global Fund"),
    "European Union": lambda: _("European Union"),
    "United Nations": lambda: _("United Nations"),
    "UNICEF": lambda: _("UNICEF"),
    "WHO": lambda: _("WHO"),
    "IAEA": lambda: _("IAEA"),
    "UNDP": lambda: _("UNDP"),
    "UNFPA": lambda: _("UNFPA"),
    "UN agencies": lambda: _("UN agencies"),
    "state budget": lambda: _("state budget"),
    "Ministry of Health": lambda: _("Ministry of Health"),
    "Ministry for Emergency Situations": lambda: _("Ministry for Emergency Situations"),
    "HIV/AIDS": lambda: _("HIV/AIDS"),
    "HIV/AIDS and tuberculosis": lambda: _("HIV/AIDS and tuberculosis"),
    "tuberculosis": lambda: _("tuberculosis"),
    "PMTCT": lambda: _("mother to child"),
    "grant": lambda: _("grant"),
    "total": lambda: _("the whole amount"),
    "disaster risk reduction": lambda: _("disaster risk reduction"),
    "non-communicable diseases": lambda: _("non-communicable diseases"),
    "epidemiological safety": lambda: _("epidemiological safety"),
    "climate emergencies": lambda: _("climate emergencies"),
    "child development": lambda: _("child development"),
    "child health": lambda: _("child health"),
    "adolescents": lambda: _("adolescents"),
    "health system": lambda: _("health system"),
    "framework": lambda: _("framework"),
    "forest fires": lambda: _("forest fires"),
    "drug demand and trafficking": lambda: _("drug demand and trafficking"),
    "radiation emergency": lambda: _("radiation emergency"),
}
_END = 12  # months


def in_words(text: str) -> str:
    """A list of names separated by semicolons, those known in the reader's language."""
    parts = [part.strip() for part in text.split(";")]
    return "; ".join(_WORDS[part]() if part in _WORDS else part for part in parts)


def is_foreign(text: str) -> bool:
    """Whether a part of it stands as in the source."""
    return any(part.strip() not in _WORDS for part in text.split(";")) if text else False


def span(start: str, end: str, names: Names) -> str:
    """From when to when, no finer than printed; where only one of them is known, which of them it is."""
    if start and end:
        return (
            " – ".join(_moment(part, names) for part in (start, end))
            if start != end
            else _moment(start, names)
        )
    if start:
        return _("start: %(when)s") % {"when": _moment(start, names)}
    return _("end: %(when)s") % {"when": _moment(end, names)} if end else ""


def amount(project: Project, language: str) -> str:
    if project.amount is None:
        return ""
    whole = project.amount == project.amount.to_integral()
    said = number(project.amount, language, 0 if whole else 2)
    return f"{said}{NO_BREAK_SPACE}{project.currency}"


def terms(projects: list[Project], names: Names) -> Picture | None:
    """The terms of all projects with a known beginning or end, by who pays; None without any."""
    drawn = []
    for one in sorted(projects, key=lambda one: not one.donor):  # those nobody is named for stand last
        begins, ends = _year(one.start, is_end=False), _year(one.end, is_end=True)
        if begins is None and ends is None:
            continue
        payer = first_upper(in_words(one.donor) if one.donor else _("who pays was not published"))
        drawn.append(Term(payer, one.title, begins, ends, amount(one, names.language)))
    if not drawn:
        return None
    title = _("Terms of projects by who pays, years")
    return picture(TermsChart(Heading(title), tuple(drawn)), names.language)


def _read(text: str) -> Period | None:
    try:
        return read_period(f"{text}..{text}" if text.count("-") == 1 else text)
    except NotAPeriod:
        return None


def _year(text: str, *, is_end: bool) -> float | None:
    period = _read(text) if text else None
    if period is None:
        return None
    day = period.ends_on if is_end else period.starts_on
    return day.year + (day.month - 1 + is_end) / _END


def _moment(text: str, names: Names) -> str:
    period = _read(text)
    if period is None:
        return text
    is_day = period.kind is PeriodKind.STATE
    return date_text(period.starts_on, names.language) if is_day else names.period(period)
