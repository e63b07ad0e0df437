"""Tags and filters of the pages: numbers, dates, values with their doors."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from dozor.core.text import Text
from dozor.language.numbers import date_text
from dozor.language.numbers import number as written_number
from dozor.web.faces import Shown
from dozor.web.lines import first_upper, inside
from dozor.web.names import reader_language

register = template.Library()


@register.filter
def number(value: Decimal | int | None) -> str:
    return "" if value is None else written_number(value, reader_language())


@register.filter
def day(value: date | datetime | None) -> str:
    """A date in words, in Minsk's time."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return date_text(value, reader_language())


@register.filter
def instant(value: datetime | None) -> str:
    """A date and a time of day."""
    return "" if value is None else f"{day(value)}, {timezone.localtime(value):%H:%M}"


@register.filter
def said(text: Text | None) -> str:
    """A text of the plan in the reader's language."""
    return text.in_language(reader_language()) if text else ""


@register.filter
def lower_first(text: str) -> str:
    return inside(text)


@register.filter
def upper_first(text: object) -> str:
    return first_upper(str(text))


@register.filter
def full_stop(text: object) -> str:
    """End a sentence; an abbreviation's own stop is enough."""
    words = str(text).rstrip()
    return mark_safe(words if words.endswith(".") else words + ".")  # noqa: S308 - text already rendered


@register.simple_tag
def door(shown: Shown, bare: bool = False) -> SafeString:
    """A number that opens its card; a near one carries its sign and says so to those who listen."""
    text = shown.bare if bare else shown.text
    kind = "num near" if shown.is_near else "num"
    if shown.missing:
        kind = "face"
    words = _("near value, by another definition") if shown.is_near else ""
    aloud = format_html('<span class="hidden-words"> ({})</span>', words) if words else ""
    return format_html('<a class="{}" href="{}">{}{}</a>', kind, shown.href, text, aloud)


@register.inclusion_tag("parts/table.html")
def table(table: object, **more: object) -> dict[str, object]:
    return {"table": table, **more}


@register.inclusion_tag("parts/picture.html")
def figure(picture: object, **more: object) -> dict[str, object]:
    return {"picture": picture, **more}


SQUARE = 17  # pixels from one square to the next


@register.filter
def squares_width(count: int) -> int:
    return count * SQUARE


@register.simple_tag
def square_at(place: int, state: str) -> float:
    """Where a square begins; a hollow one is drawn inside its stroke."""
    return place * SQUARE + (1.5 if state == "near" else 0.5)


@register.filter
def bar_width(value: float | Decimal, longest: float | Decimal) -> float:
    """Length of a bar in a table, of 100."""
    return round(float(value) / float(longest) * 100, 1) if longest else 0


@register.simple_tag
def agency_name(row: object) -> str:
    """The short name of an agency's row in the reader's language."""
    return str(getattr(row, f"short_{reader_language()}"))
