"""A small plan, a small bank and the duties of one year, made by hand, for the report's tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

from dozor.core.calendar.facts import Decision
from dozor.core.calendar.obligation import Obligation, Status
from dozor.core.disclosure import Rule
from dozor.core.observations.observation import Figure, Match, Missing, Observation, Source
from dozor.core.observations.period import read_period
from dozor.core.places import Agencies, Agency, Area, Areas, AreaType
from dozor.core.plan import Age, Direction, Group, Indicator, Plan, Population, Sex, Unit
from dozor.core.plan.model import Situation
from dozor.core.text import Text
from dozor.publishing.report import CellTally, DisclosureStatement, KnownGap, ReportData

UNAIDS = Source("UNAIDS AIDSinfo, release of 2019", "https://example.org/unaids", 2019)
CENTRE = Source("Республиканский центр: бюллетень", "https://example.org/centre", 2018)
NUMBERS = count(1)


def text(words: str) -> Text:
    return Text(ru=words, be=f"{words} (бел.)", en=f"{words} (en)")


VOCABULARY = {
    "populations": (
        Population("general", text("Всё население"), text("Всё население")),
        Population("PWID", text("Люди, употребляющие инъекционные наркотики"), text("ЛУИН")),
        Population("FSW", text("Секс-работницы"), text("СР")),
    ),
    "sexes": (
        Sex("all", text("Оба пола")),
        Sex("female", text("Женщины")),
        Sex("male", text("Мужчины")),
        Sex("", text("Не применимо")),
    ),
    "ages": (
        Age("all", text("Все возраста")),
        Age("<25", text("До 25 лет"), None, 24),
        Age("25+", text("25 лет и старше"), 25, None),
        Age("", text("Не применимо")),
    ),
    "units": (
        Unit("percent", text("процент"), Text("%", "%", "%"), Decimal(100)),
        Unit("persons", text("человек"), text("чел.")),
        Unit("per 100k", text("на 100 000"), text("на 100 тыс.")),
        Unit("USD", text("доллары"), text("долл. США")),
    ),
}


def share(code: str, direction: int, name: str, *populations: str) -> Indicator:
    return Indicator(
        code, text(name), text(name), "proportion", ("percent",), populations, direction, frequency_years=1
    )


PLAN = Plan(
    code="example",
    kind="monitoring",
    version="2006",
    title=text("План мониторинга"),
    short_title=text("План"),
    in_force="unconfirmed",
    confirmed_until=date(2010, 12, 31),
    status_note=text("Действие плана после 2010 года не подтверждено."),
    directions=(
        Direction(1, text("Группы риска"), text("Группы риска")),
        Direction(2, text("Учреждения образования"), text("Учреждения образования")),
    ),
    indicators=(
        share("1.1", 1, "Распространённость ВИЧ", "PWID"),
        share("1.2", 1, "Тестирование", "PWID", "FSW"),
        share("1.3", 1, "Охват программами", "PWID"),
        share("2.1", 2, "Обучение школьников", "general"),
        share("2.2", 2, "Обучение студентов", "general"),
    ),
    **VOCABULARY,
)


def series(code: str, name: str, kind: str, unit: str, **more: object) -> Indicator:
    named = text(name)
    return Indicator(code, named, named, kind, (unit,), ("general",), group="registered", **more)  # type: ignore[arg-type]


CONTEXT = Plan(
    code="context",
    kind="context",
    version="1",
    title=text("Контекст"),
    short_title=text("Контекст"),
    in_force="in-force",
    groups=(Group("registered", text("Зарегистрированные случаи")),),
    situation=Situation("hiv-new-cases", "hiv-incidence", "population", ("registered",)),
    indicators=(
        series("hiv-new-cases", "Новые случаи", "count", "persons"),
        series("hiv-incidence", "Новые случаи на 100 000", "rate", "per 100k"),
        series("population", "Население", "count", "persons"),
        series(
            "syringes",
            "Стерильный инструмент",
            "proportion",
            "percent",
            related_to="1.3",
            note=text("Одна из двух частей."),
        ),
    ),
    **VOCABULARY,
)

OBLASTS = {
    "BY-BR": Text("Брестская область", "Брэсцкая вобласць", "Brest Oblast"),
    "BY-VI": Text("Витебская область", "Віцебская вобласць", "Vitebsk Oblast"),
    "BY-HO": Text("Гомельская область", "Гомельская вобласць", "Gomel Oblast"),
    "BY-HR": Text("Гродненская область", "Гродзенская вобласць", "Grodno Oblast"),
    "BY-HM": Text("Минск", "Мінск", "Minsk"),
    "BY-MI": Text("Минская область", "Мінская вобласць", "Minsk Oblast"),
    "BY-MA": Text("Могилёвская область", "Магілёўская вобласць", "Mogilev Oblast"),
}
AREAS = Areas(
    (
        Area("BY", Text("Беларусь", "Беларусь", "Belarus"), "country", None),
        *(Area(code, name, "oblast", "BY") for code, name in OBLASTS.items()),
    ),
    (AreaType("country", text("страна")), AreaType("oblast", Text("область", "вобласць", "oblast"))),
)
AGENCIES = Agencies(
    (
        Agency("CENTRE", text("Республиканский центр"), text("РЦ"), ("RCHEPH",), ("BY",)),
        Agency("GOMEL", text("Гомельский областной центр"), text("Гомельский ОЦ"), ("OCHEPH",), ("BY-HO",)),
    )
)


def value(
    indicator: str,
    period: str,
    number: str | None,
    *,
    population: str = "general",
    area: str = "BY",
    sex: str = "all",
    age: str = "all",
    unit: str = "percent",
    source: Source = UNAIDS,
    n: str | None = None,
    interval: tuple[str, str] | None = None,
    headline: bool | None = True,
    match: Match | None = Match.EXACT,
    missing: Missing | None = None,
) -> Observation:
    lower, upper = (Decimal(bound) for bound in interval) if interval else (None, None)
    return Observation(
        id=next(NUMBERS),
        plan="example",
        indicator=indicator,
        population=population,
        sex=sex,
        age=age,
        area=area,
        period=read_period(period),
        source=source,
        figure=Figure(
            value=None if number is None else Decimal(number),
            unit=unit,
            missing=missing,
            denominator=Decimal(n) if n else None,
            lower=lower,
            upper=upper,
        ),
        recorded_at=datetime(2018, 1, 1, tzinfo=UTC),
        is_headline=headline,
        match=match,
        match_reason=text("определение немного другое") if match is Match.NEAR else None,
    )


BANK = (
    value("1.1", "2015", "25.1", population="PWID", interval=("21.3", "29.2"), n="1000"),
    value("1.1", "2017", "30.8", population="PWID", interval=("27.9", "33.8"), n="1410"),
    value("1.1", "2017", "24.1", population="PWID", sex="male"),
    value("1.1", "2017", "26.1", population="PWID", sex="female"),
    value("1.1", "2019", "99", population="PWID"),  # after the report's year
    value("1.2", "2013", "54.1", population="PWID"),
    # two sources that disagree and no choice between them; a group of women alone
    value("1.2", "2017", "63", population="FSW", sex="female", headline=False),
    value("1.2", "2017", "66.4", population="FSW", sex="female", headline=False, source=CENTRE),
    value("1.3", "2017", "67.1", population="PWID", match=Match.NEAR),
    value("2.2", "2017", None, missing=Missing.WITHHELD),
    value("syringes", "2017", "87.9", match=None),
    value("hiv-new-cases", "2016", "2391", unit="persons", source=CENTRE, match=None),
    value("hiv-new-cases", "2017", "2468", unit="persons", source=CENTRE, match=None),
    value("hiv-incidence", "2017", "26.1", unit="per 100k", source=CENTRE, match=None),
    value("hiv-incidence", "2017", "33.6", unit="per 100k", source=CENTRE, match=None, area="BY-MI"),
    value("hiv-new-cases", "2017-01..2017-11", "2100", unit="persons", source=CENTRE, match=None),
    *(
        value("hiv-new-cases", "2017", str(cases), unit="persons", area=code, match=None)
        for code, cases in zip(list(OBLASTS)[:6], (139, 91, 391, 73, 472, 305), strict=True)
    ),
    *(value("population", "2018", "1000000", unit="persons", area=code, match=None) for code in OBLASTS),
)


def duty(indicator: str | None, agency: str, area: str, status: Status, **more: object) -> Obligation:
    return Obligation(
        plan="example",
        indicator=indicator,
        executor="OCHEPH",
        agency=agency,
        area=area,
        year=2017,
        recipient="RCHEPH",
        basis=text("п. 10"),
        status=status,
        **more,  # type: ignore[arg-type]
    )


DECISION = Decision("surveys", None, 2017, "not-held", "12-5", date(2017, 3, 1), "нет средств")
DUTIES = (
    duty("1.1", "GOMEL", "BY-HO", Status.RECEIVED),
    duty("1.2", "GOMEL", "BY-HO", Status.RECEIVED_LATE),
    duty("1.3", "GOMEL", "BY-HO", Status.OVERDUE, due_on=date(2018, 1, 20)),
    duty("2.1", "GOMEL", "BY-HO", Status.NOT_HELD, decision=DECISION),
    duty(None, "CENTRE", "BY", Status.DUE_SOON),
)


def report_data(**changes: object) -> ReportData:
    given: dict[str, object] = {
        "plan": PLAN,
        "context": CONTEXT,
        "areas": AREAS,
        "agencies": AGENCIES,
        "year": 2017,
        "observations": BANK,
        "obligations": DUTIES,
        "generated_on": date(2018, 2, 27),
        "author": AGENCIES.agency("CENTRE").name,
        "software_version": "0.1.0",
    }
    return ReportData(**(given | changes))  # type: ignore[arg-type]


KNOWN_GAP = KnownGap("2.2", "not-estimable", text("слишком мало ответов"))

STATEMENT = DisclosureStatement(
    audience=text("Население"),
    rule=Rule(8, False, True, 5, 5, 1, 30, Decimal(10), 2, Decimal(90)),
    strict=Rule(11, True, True, 8, 5, 1, 50, Decimal(10), 2, Decimal(90)),
    tallies=(CellTally("count", 10, 7, 4), CellTally("share", 20, 5, 3)),
    certificate="ab" * 32,
)
