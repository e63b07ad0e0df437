"""The annual report (issue 01, point 8), on a bank made by hand.

REP-001 sentences come from the data; REP-002 a near value never stands as the indicator; REP-003 every series
without a value is listed with its kind; REP-004 a total is never made of regions; REP-005 duties; REP-006 the
three languages; REP-007 a place's own report; REP-008 later values and parts of a year stay out; REP-009 the
change since the value before and its test; REP-010 annexes; REP-011 the disclosure statement; REP-012 a
figure and a table never show two releases of one estimate without saying so; REP-013 a region's brief fits on
two pages however much there is to say; REP-014 the letter names ground, date, release.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader
from tests.unit.publishing.example_report import (
    AREAS,
    BANK,
    CENTRE,
    CONTEXT,
    DUTIES,
    KNOWN_GAP,
    OBLASTS,
    PLAN,
    STATEMENT,
    duty,
    report_data,
    series,
    value,
)

from dozor.core.calendar.obligation import Status
from dozor.core.observations.observation import Match, Missing
from dozor.core.submissions.handed_in import HandedIn
from dozor.publishing.documents import (
    Callout,
    Document,
    Figure,
    Heading,
    ListBlock,
    Paragraph,
    Sources,
    Table,
    TitlePage,
    Words,
    plain,
    to_docx,
    to_pdf,
)
from dozor.publishing.report import build_brief, build_letter, build_report
from dozor.publishing.report.gaps import gaps
from dozor.publishing.report.rates import region_rates
from dozor.publishing.report.values import Selection
from dozor.publishing.report.writing import Writing


def lines(document: Document) -> list[str]:
    """Everything a reader reads, block by block."""
    found: list[str] = []

    def add(*words: Words) -> None:
        found.extend(plain(one).replace("\u00a0", " ").replace("\u202f", " ") for one in words)

    for block in document.blocks:
        match block:
            case TitlePage():
                add(
                    block.title,
                    block.subtitle,
                    block.place,
                    block.notice,
                    *(v for pair in block.details for v in pair),
                )
            case Heading():
                add(block.text)
            case Paragraph():
                add(block.words)
            case ListBlock():
                add(*block.items)
            case Callout():
                add(block.title, *block.paragraphs)
            case Table():
                add(
                    block.caption,
                    *(" | ".join(plain(cell) for cell in row.cells) for row in block.rows),
                    *block.notes,
                )
            case Figure():
                add(block.caption, block.alt, *block.notes)
            case Sources():
                add(*(f"{entry.number}. {entry.text}" for entry in block.entries))
    return found


def with_text(document: Document, words: str) -> list[str]:
    return [line for line in lines(document) if words in line]


@pytest.fixture(scope="module")
def report() -> Document:
    return build_report(report_data(), "ru")


def test_rep_001_the_summary_counts_what_there_is(report):
    lead = next(block for block in report.blocks if isinstance(block, Paragraph) and block.role == "lead")
    assert plain(lead.words) == (
        "План предусматривает 5 показателей, с учётом групп населения это 6 рядов. "
        "Опубликованное значение за 2017 год, отвечающее определению плана, есть у 2 рядов; "
        "ещё у 1 ряда есть более раннее; у 3 рядов такого значения нет."
    )


def test_rep_001_a_finding_has_interval_n_year_and_the_value_before(report):
    (finding,) = with_text(report, "n = 1 410")
    assert finding == (
        "1.1 Распространённость ВИЧ: 30,8 % (27,9–33,8), n = 1 410, 2017 [2]; "
        "до этого, 2015: 25,1 % (21,3–29,2) [2]."
    )


def test_rep_001_sources_that_disagree_are_all_shown(report):
    assert with_text(report, "источники расходятся: 63 %; 66,4 %")
    assert not with_text(report, "64,7")  # and never averaged


def test_rep_002_a_near_value_stands_apart(report):
    (row,) = with_text(report, "1.3 | Охват программами | 67,1 %")
    assert "определение немного другое" in row
    assert with_text(report, "1.3 | Охват программами | только близкие, см. ниже")
    assert with_text(report, "Для 1 ряда значение года измерено по близкому определению")


def test_rep_002_a_part_of_an_indicator_stands_among_the_near_ones(report):
    (row,) = with_text(report, "1.3 | Стерильный инструмент | 87,9 %")
    assert "Одна из двух частей." in row


def test_rep_003_each_gap_has_its_kind():
    data = report_data()
    selection = Selection.of(data.observations, PLAN, area="BY", year=2017)
    kinds = {
        (gap.series.indicator.code, gap.series.population): gap.kind for gap in gaps(data, selection, "ru")
    }
    assert kinds == {
        ("1.2", "PWID"): Missing.NOT_RECEIVED,  # received by the centre, yet no value in the bank
        ("1.3", "PWID"): Missing.NOT_RECEIVED,
        ("2.1", "general"): Missing.NOT_HELD,
        ("2.2", "general"): Missing.WITHHELD,
    }


def test_rep_003_a_recorded_reason_comes_first(report):
    with_reason = build_report(report_data(gaps=(KNOWN_GAP,)), "ru")
    assert with_text(with_reason, "слишком мало ответов")
    assert with_text(report, "№ 12-5: нет средств")


def test_rep_003_without_duties_a_value_is_simply_not_published():
    data = report_data(obligations=())
    selection = Selection.of(data.observations, PLAN, area="BY", year=2017)
    kinds = {gap.series.indicator.code: gap.kind for gap in gaps(data, selection, "ru")}
    assert kinds["2.1"] is Missing.NOT_PUBLISHED


def test_rep_003_a_series_not_asked_for_this_year_is_not_due():
    data = report_data(obligations=DUTIES[:3])
    selection = Selection.of(data.observations, PLAN, area="BY", year=2017)
    kinds = {gap.series.indicator.code: gap.kind for gap in gaps(data, selection, "ru")}
    assert kinds["2.1"] is Missing.NOT_DUE


def test_rep_004_the_map_says_how_many_regions_it_has(report):
    figure = next(block for block in report.blocks if isinstance(block, Figure) and "2017" in block.caption)
    told = " ".join(plain(note) for note in figure.notes)
    assert "6 из 7 регионов; значение по стране из них не выводится." in told
    assert "на 1 января 2018 года" in told
    assert "Нет данных: Могилёвская." in figure.alt
    assert "Республика: 26,1" in figure.alt  # as published, not summed


def test_rep_004_rates_are_never_mixed():
    rates = region_rates(report_data())
    assert rates is not None
    assert rates.population_on == 2018
    assert rates.values["BY-MI"] == pytest.approx(30.5)  # worked out like the others, not the printed 33.6
    assert len(rates.values) == 6


def test_rep_004_an_earlier_year_is_taken_when_the_year_has_none():
    rates = region_rates(report_data(year=2018))
    assert rates is not None
    assert rates.year == 2017


def test_rep_004_no_national_figure_is_made():
    bank = tuple(one for one in BANK if not (one.indicator == "hiv-incidence" and one.area == "BY"))
    rates = region_rates(report_data(observations=bank))
    assert rates is not None
    assert rates.national is None


def test_rep_004_regions_of_an_indicator_are_listed_and_not_added():
    regional = tuple(
        value("2.1", "2017", "40", area=code, n="100", population="general") for code in list(OBLASTS)[:6]
    )
    document = build_report(report_data(observations=BANK + regional), "ru")
    assert with_text(document, "Показатель 2.1 по регионам, 2017")
    assert with_text(document, "6 из 7 регионов; значение по стране из них не выводится.")
    assert with_text(document, "2.1 | Обучение школьников | нет опубликованного значения")


def test_rep_005_duties_are_counted_and_the_late_ones_named(report):
    assert with_text(report, "За 2017 год план предусматривает 5 обязанностей представить данные.")
    assert with_text(report, "просрочено — 1")
    (row,) = with_text(report, "1.3 | Охват программами | Гомельский ОЦ")
    assert "20 января 2018" in row
    assert with_text(report, "Гомельский ОЦ | 4 | 1 | 1 | 1")


def test_rep_005_years_before_the_instance_read_not_recorded():
    duties = (duty("1.1", "GOMEL", "BY-HO", Status.NOT_RECORDED),)
    document = build_report(report_data(obligations=duties), "ru")
    assert with_text(
        document, "план предусматривает 1 обязанность представить данные. Исполнение не учитывалось"
    )


def test_rep_005_an_unconfirmed_plan_is_a_demonstration_calendar(report):
    assert with_text(report, "Демонстрационный календарь")
    confirmed = build_report(report_data(plan=replace(PLAN, in_force="in-force")), "ru")
    assert not with_text(confirmed, "емонстрационный календарь")


def test_rep_005_a_working_draft_says_so(report):
    assert with_text(report, "Рабочая редакция: значения не выпущены.")
    released = build_report(report_data(is_working_draft=False, release="2018-03"), "ru")
    assert not with_text(released, "абочая редакция")
    assert with_text(released, "Выпуск 2018-03")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", "План предусматривает 5 показателей, с учётом групп населения это 6 рядов."),
        ("be", "План прадугледжвае 5 паказчыкаў, з улікам груп насельніцтва гэта 6 шэрагаў."),
        ("en", "The plan asks for 5 indicators, which are 6 series once populations are told apart."),
    ],
)
def test_rep_006_three_languages_with_their_plurals(language, words):
    document = build_report(report_data(), language)
    assert with_text(document, words)
    if language != "en":
        english = ("The ", " the ", "published", "Source")
        ours = [
            line for line in lines(document) if any(word in line for word in english) and "UNAIDS" not in line
        ]
        assert ours == []


def test_rep_006_one_is_singular_everywhere():
    plan = replace(PLAN, indicators=PLAN.indicators[:1])
    document = build_report(report_data(plan=plan, obligations=()), "en")
    assert with_text(
        document, "The plan asks for 1 indicator, which is 1 series once populations are told apart."
    )


def test_rep_007_a_place_has_its_own_report():
    local = value("2.1", "2017", "41.5", area="BY-HO", n="200", population="general")
    document = build_report(report_data(area="BY-HO", observations=(*BANK, local)), "ru")
    assert with_text(document, "Гомельская область")
    assert with_text(document, "2.1 | Обучение школьников | 41,5 %")
    assert not with_text(document, "30,8")  # the country's
    assert with_text(document, "в банке данных нет значений по направлениям 1.")
    assert with_text(document, "За 2017 год план предусматривает 4 обязанности представить данные.")


def test_rep_007_an_unknown_place_is_refused():
    with pytest.raises(ValueError, match="no such area"):
        report_data(area="BY-XX")


def test_rep_008_later_values_and_parts_of_a_year_stay_out(report):
    assert not with_text(report, "99 %")
    assert not with_text(report, "2 100")
    assert with_text(report, "2 468")


def test_groups_of_women_need_no_repeating(report):
    assert with_text(report, "Распространённость ВИЧ, по полу и возрасту, %")
    assert with_text(report, "2017 | 30,8 | 26,1 | 24,1")


def test_sources_are_numbered_once_each(report):
    (block,) = [block for block in report.blocks if isinstance(block, Sources)]
    assert [entry.number for entry in block.entries] == [1, 2]
    assert len({entry.url for entry in block.entries}) == 2


def test_the_whole_report_prints(report):
    assert to_pdf(report).startswith(b"%PDF")
    assert to_docx(report).startswith(b"PK")


def test_an_empty_bank_gives_an_honest_report():
    document = build_report(report_data(observations=(), obligations=()), "ru")
    assert with_text(document, "Опубликованных значений за 2017 год, отвечающих определению плана, нет;")
    assert with_text(document, "За 2017 год обязанности не учтены.")
    assert len(AREAS) == 8
    assert document.generated_on == date(2018, 2, 27)
    assert to_pdf(document).startswith(b"%PDF")


def test_two_regions_never_bear_one_name_on_the_map():
    writing = Writing.of(report_data(), "en")
    names = writing.region_names()
    assert len(set(names.values())) == 7
    assert (names["BY-HM"], names["BY-MI"], names["BY-BR"]) == ("Minsk", "Minsk Oblast", "Brest")


def test_rep_009_a_change_is_tested_where_both_values_have_intervals(report):
    (row,) = with_text(report, "1.1 | Распространённость ВИЧ | 25,1 % (21,3–29,2), 2015")
    # se 2.015 and 1.505, z = 5.7 / 2.515: worked by hand
    assert row.endswith("+5,7 п. п. (0,8…10,6) | едва ли; p = 0,023")


def test_rep_009_without_intervals_or_of_a_model_nothing_is_tested(report):
    (row,) = with_text(report, "| Новые случаи | 2 391 чел., 2016")
    assert row.endswith("| 2 468 чел. | +77 (+3,2 %) | не проверено: нет интервалов")
    modelled = replace(PLAN, indicators=(replace(PLAN.indicators[0], is_modelled=True), *PLAN.indicators[1:]))
    of_model = build_report(report_data(plan=modelled), "ru")
    assert with_text(of_model, "+5,7 п. п. | модель, не проверяется")


def test_rep_009_a_near_value_is_never_compared():
    near = value("2.1", "2017", "50", match=Match.NEAR), value("2.1", "2016", "40", match=Match.NEAR)
    document = build_report(report_data(observations=(*BANK, *near)), "ru")
    changed = [line for line in lines(document) if line.startswith("2.1 |") and "п. п." in line]
    assert changed == []


def test_rep_010_every_duty_stands_in_the_annex_once(report):
    rows = [line for line in lines(report) if line.count(" | ") == 3 and "20 января" in line]
    (overdue,) = [line for line in rows if line.startswith("1.3 |")]
    assert "38 дней" in overdue  # 20 January to 27 February
    assert with_text(report, "2.1 |")
    assert with_text(report, "не проводится по решению; № 12-5, 1 марта 2017: нет средств")


def test_rep_010_what_was_sent_and_accepted_is_told():
    duties = (
        duty(
            "1.1",
            "GOMEL",
            "BY-HO",
            Status.RECEIVED_LATE,
            collections=("survey",),
            due_on=date(2018, 1, 20),
            received=(("paper", date(2018, 1, 23)), ("electronic", date(2018, 1, 21))),
        ),
        duty("1.2", "GOMEL", "BY-HO", Status.RECEIVED, collections=("survey",)),
    )
    came = (HandedIn("GOMEL", "survey", date(2018, 1, 19), date(2018, 2, 2)),)
    document = build_report(report_data(obligations=duties, handed_in=came), "ru")
    (late,) = with_text(document, "на бумаге 23 января 2018; файлом 21 января 2018 | 2 февраля 2018 | 3 дня")
    assert late.startswith("1.1 | 20 января 2018")
    assert with_text(document, "1.2 |  | 19 января 2018 | 2 февраля 2018 |  | получено в срок")


def test_rep_011_a_release_states_how_it_protects_people(report):
    assert not with_text(report, "Как защищены люди")
    released = build_report(
        report_data(is_working_draft=False, release="2017-public-1", disclosure=STATEMENT), "ru"
    )
    assert with_text(released, "Приложение 3. Как защищены люди")
    assert with_text(released, "число людей скрывается от 1 до | 7 | 10")
    assert with_text(released, "доли | 5 | 20 | 3 | 28")
    assert with_text(released, "Заключение: безопасно. Для каждого скрытого числа")
    assert with_text(released, "SHA-256 " + "ab" * 32)
    refused = replace(STATEMENT, is_safe=False, certificate="")
    assert with_text(build_report(report_data(disclosure=refused), "ru"), "Заключение: отказано.")


def test_rep_012_another_release_of_a_model_is_named_under_the_figure():
    modelled = replace(
        CONTEXT,
        indicators=(
            *CONTEXT.indicators,
            series("plhiv", "Живут с ВИЧ", "count", "persons", is_modelled=True),
        ),
    )
    old = [value("plhiv", str(year), "20000", unit="persons") for year in (2013, 2014, 2015)]
    newer = value("plhiv", "2017", "26000", unit="persons", source=CENTRE)
    document = build_report(report_data(context=modelled, observations=(*BANK, *old, newer)), "ru")
    (note,) = with_text(document, "из другого выпуска модели")
    assert note.startswith("В таблице — 26 000 чел. за 2017")
    same = build_report(report_data(context=modelled, observations=(*BANK, *old)), "ru")
    assert not with_text(same, "из другого выпуска модели")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_rep_013_a_brief_fits_on_two_pages_however_much_there_is(language):
    many = tuple(replace(PLAN.indicators[3], code=f"2.{number}") for number in range(1, 31))
    own = [
        value(one.code, "2017", "41.5", area=area, n="1200", interval=("38.2", "44.9"))
        for one in many
        for area in ("BY-HO", "BY")
    ]
    duties = [duty(one.code, "GOMEL", "BY-HO", Status.RECEIVED) for one in many]
    data = report_data(
        area="BY-HO", plan=replace(PLAN, indicators=many), observations=(*BANK, *own), obligations=duties
    )
    document = build_brief(data, language)
    pages = PdfReader(BytesIO(to_pdf(document))).pages
    assert len(pages) == 2
    assert "41,5" in pages[1].extract_text() or "41.5" in pages[1].extract_text()
    assert to_docx(document).startswith(b"PK")


def test_rep_013_a_brief_sets_the_region_beside_the_country():
    document = build_brief(report_data(area="BY-HO"), "ru")
    assert with_text(document, "Новые случаи | 391 чел. | 2017 | 2 468 чел. | 2017")
    (map_,) = [block for block in document.blocks if isinstance(block, Figure)]
    assert "Гомельская" in map_.alt
    with pytest.raises(ValueError, match="of a region"):
        build_brief(report_data(), "ru")


def test_rep_014_the_letter_names_ground_date_and_release():
    owed = duty(None, "CENTRE", "BY", Status.DUE_SOON, due_on=date(2018, 3, 1))
    document = build_letter(report_data(obligations=(owed,)), "ru")
    assert with_text(document, "Основание: п. 10. Срок представления — 1 марта 2018.")
    assert with_text(document, "по банку данных по состоянию на 27 февраля 2018")
    assert with_text(document, "Рабочая редакция")
    released = report_data(
        obligations=(owed,), is_working_draft=False, release="2017-public-1", checksum="cd" * 32
    )
    letter = build_letter(released, "ru")
    assert with_text(letter, "по выпуску 2017-public-1")
    assert with_text(letter, "cd" * 32)
    assert len(PdfReader(BytesIO(to_pdf(letter))).pages) == 1
    assert to_docx(letter).startswith(b"PK")
    with pytest.raises(LookupError):
        build_letter(report_data(obligations=DUTIES[:4]), "ru")
