"""Numbers and dates as a reader of each language expects them.

Russian and Belarusian: decimal comma, a narrow no-break space between thousands, a no-break space
before the percent sign. English: point and comma. The minus sign is U+2212.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

THIN_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"

MONTHS = {
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
    "be": (
        "студзеня лютага сакавіка красавіка мая чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня"
    ).split(),
    "en": "January February March April May June July August September October November December".split(),
}


def number(value: float | int | Decimal, language: str, digits: int | None = None) -> str:
    """Write a number.

    Parameters
    ----------
    value
        Any finite number.
    digits
        Digits after the decimal sign; `None` writes as many as the number itself has (at most 6).
    """
    exact = (
        value
        if isinstance(value, Decimal)
        else Decimal(repr(float(value)) if isinstance(value, float) else value)
    )
    if digits is None:
        digits = min(6, max(0, -int(exact.normalize().as_tuple().exponent)))
    rounded = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    sign = "−" if rounded < 0 else ""
    text = f"{abs(rounded):,.{digits}f}"
    if language != "en":
        # four-digit numbers keep together, as Russian typography asks
        whole, _, fraction = text.partition(".")
        whole = whole.replace(",", THIN_SPACE)
        text = whole + ("," + fraction if fraction else "")
    return sign + text


def percent(value: float | Decimal, language: str, digits: int | None = None) -> str:
    """Write a percentage; `value` is on 0–100."""
    return number(value, language, digits) + (NO_BREAK_SPACE if language != "en" else "") + "%"


def date_text(day: date, language: str) -> str:
    """Write a date in words: 1 марта 2026 (без «года»), 1 сакавіка 2026, 1 March 2026."""
    return f"{day.day}{NO_BREAK_SPACE}{MONTHS[language][day.month - 1]}{NO_BREAK_SPACE}{day.year}"
