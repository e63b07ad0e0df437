"""What would tell who a person is: names, documents, phones, addresses, exact dates of birth.

Answers that hold any of these are refused at the door and not kept. The rules look at the heading of a
column and at the shape of its values; they are a net, not a proof: a form that asks for no such thing is
the first protection.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

from dozor.core.findings import Finding

Identity = Literal["NAME", "DOCUMENT", "PHONE", "ADDRESS", "BIRTH-DATE"]

# words that stand for a person's detail wherever they are in a heading
_ALWAYS: dict[Identity, frozenset[str]] = {
    "NAME": frozenset(
        "surname lastname firstname fullname patronymic fio фио фамилия имя отчество прозвішча імя "
        "proizvishche familiya otchestvo".split()
    ),
    "DOCUMENT": frozenset("passport паспорт пашпарт pasport идентификационный ідэнтыфікацыйны".split()),
    "PHONE": frozenset("phone telephone msisdn tel телефон тэлефон тел phonenumber".split()),
    "ADDRESS": frozenset("address street email адрес улица адрас вуліца adres квартира кватэра".split()),
    "BIRTH-DATE": frozenset("dob birthdate birthday dateofbirth".split()),
}
# words that do so only together: a site's name tells of no person
_TOGETHER: tuple[tuple[Identity, frozenset[str], frozenset[str]], ...] = (
    (
        "NAME",
        frozenset({"name"}),
        frozenset(
            "first last full family middle given respondent patient child mother father person client "
            "parent guardian".split()
        ),
    ),
    ("DOCUMENT", frozenset({"number", "номер", "нумар"}), frozenset("personal личный асабісты id".split())),
    (
        "BIRTH-DATE",
        frozenset({"date", "day", "дата", "день", "дзень"}),
        frozenset("birth рождения нараджэння born".split()),
    ),
)

_CAPITAL = "A-ZА-ЯЁІЎ"
_WORD = rf"[{_CAPITAL}][\w'’-]+"
# -ович, -евич, -ьич; -овна, -евна, -ична; -авіч, -аўна, -еўна; -vich, -vna; in any case
_PATRONYMIC = (
    rf"[{_CAPITAL}][\w'’-]*(?:[оеаё]в[иі]ч(?:а|у|ем|ам|е)?|ьич(?:а|у|ем|е)?|[оеа]вн(?:а|ы|е|у|ой|ай)|"
    r"[иі]чн(?:а|ы|е|у|ой|ай)|[аоеяё]ўн(?:а|ы|е|у|ай)|vich|vna|vič)"
)
_LETTERS = "A-ZАВСЕНКМОРТХ"  # Cyrillic look-alikes are typed as often
_VALUES: tuple[tuple[Identity, re.Pattern[str]], ...] = (
    ("PHONE", re.compile(r"(?<!\d)(?:\+|00)[1-9](?:[\s().-]*\d){8,13}(?!\d)")),
    ("PHONE", re.compile(r"(?<!\d)(?:375|80)[\s(.-]*(?:17|24|25|29|33|44)(?:[\s().-]*\d){7}(?!\d)")),
    ("DOCUMENT", re.compile(rf"(?<!\w)\d{{7}}[{_LETTERS}]\d{{3}}[{_LETTERS}]{{2}}\d(?!\w)", re.IGNORECASE)),
    ("DOCUMENT", re.compile(rf"(?<!\w)[{_LETTERS}]{{2}}[ №-]{{0,2}}\d{{7}}(?!\d)", re.IGNORECASE)),
    ("ADDRESS", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")),
    (
        "ADDRESS",
        re.compile(
            r"(?<!\w)(?:ул|вул|пер|пр-т|просп|бул)\.\s*\w|"
            r"(?<!\w)(?:улица|вуліца|проспект|праспект|переулок|завулак)\s+\w|"
            r"(?<!\w)(?:кв|дом|корп)\.?\s*№?\s*\d|\d+\s+\w+\s+(?:street|avenue)\b",
            re.IGNORECASE,
        ),
    ),
    ("NAME", re.compile(rf"(?<!\w){_WORD}\s+(?:{_WORD}\s+)?{_PATRONYMIC}(?!\w)")),
    ("NAME", re.compile(rf"(?<!\w){_PATRONYMIC}\s+{_WORD}(?!\w)")),
    ("NAME", re.compile(rf"(?<!\w)[{_CAPITAL}]\w+\s+[{_CAPITAL}]\.\s?[{_CAPITAL}]\.")),
    ("NAME", re.compile(rf"(?<!\w)[{_CAPITAL}]\.\s?[{_CAPITAL}]\.\s?[{_CAPITAL}]\w+")),
)
_WHOLE = 4  # of these, telephones and documents, which may stand alone in place of a code
_CODE = re.compile(r"[A-Za-z0-9-]+", re.ASCII)
_SHORT_CODE = re.compile(r"[A-Za-z0-9-]{1,8}", re.ASCII)  # a site, a stratum: too short for any of these
_SUSPICIOUS = re.compile(rf"\d|@|[{_CAPITAL}]")  # nothing is found without one of these
_DATE = re.compile(r"(?<!\d)(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[./-](\d{1,2})[./-](\d{4}))(?!\d)")
_YOUNGEST, _OLDEST = 10, 105  # years of age at which an exact date in an answer is taken for a birth


def identity_in_heading(heading: str) -> Identity | None:
    """Tell what personal detail a column's or question's name stands for; None for none.

    >>> identity_in_heading("Дата рождения")
    'BIRTH-DATE'
    >>> identity_in_heading("site_name") is None
    True
    """
    parted = re.sub(r"(?<=[a-zа-я])(?=[A-ZА-Я])", " ", heading)
    words = frozenset(re.findall(r"[^\W\d_]+", parted.lower()))
    joined = re.sub(r"[\W\d_]+", "", heading.lower())
    for kind, known in _ALWAYS.items():
        if words & known or joined in known:
            return kind
    if words == {"name"}:
        return "NAME"
    for kind, one, other in _TOGETHER:
        if words & one and words & other:
            return kind
    return None


def is_short_code(text: str) -> bool:
    """Whether a text is a code too short to tell of a person.

    >>> is_short_code("HO-12"), is_short_code("Anna K.")
    (True, False)
    """
    return _SHORT_CODE.fullmatch(text) is not None


def identity_in_value(text: str, *, year: int) -> Identity | None:
    """Tell what personal detail an answer in words holds; None for none.

    Parameters
    ----------
    year
        The year of collection: an exact date that lies a lifetime before it is taken for a birth.

    >>> identity_in_value("звонить +375 29 123-45-67", year=2026)
    'PHONE'
    """
    if is_short_code(text) or not _SUSPICIOUS.search(text):
        return None
    for kind, pattern in _VALUES:
        if pattern.search(text):
            return kind
    return "BIRTH-DATE" if any(_is_birth(match, year) for match in _DATE.finditer(text)) else None


def identity_in_code(text: str, *, year: int) -> Identity | None:
    """Tell what personal detail was written in place of a respondent's code; None for none.

    A code is kept as a keyed hash only, yet a telephone as a code would be the same in every survey. Digits
    that stand inside a longer code are no telephone.

    >>> identity_in_code("+375291234567", year=2026), identity_in_code("HO-00375291234567", year=2026)
    ('PHONE', None)
    """
    if _CODE.fullmatch(text):
        if text.isalpha():
            return None
        whole = (kind for kind, pattern in _VALUES[:_WHOLE] if pattern.fullmatch(text))
        return next(whole, None)
    return identity_in_value(text, year=year)


def _is_birth(match: re.Match[str], year: int) -> bool:
    y, m, d = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
    try:
        day = date(int(y), int(m), int(d))
    except ValueError:
        return False
    return year - _OLDEST <= day.year <= year - _YOUNGEST


def refused_headings(headings: Iterable[str], *, file: str | None = None) -> list[Finding]:
    """Return a finding ``PERSON-…`` for every heading that stands for a personal detail."""
    return [
        Finding(f"PERSON-{kind}", found=heading, column=heading, file=file)
        for heading in headings
        if (kind := identity_in_heading(heading))
    ]


def refused_value(
    text: str, *, year: int, column: str, row: int | None = None, file: str | None = None
) -> Finding | None:
    """Return a finding that names the place and never repeats what stands there."""
    kind = identity_in_value(text, year=year)
    return None if kind is None else Finding(f"PERSON-{kind}", column=column, row=row, file=file)
