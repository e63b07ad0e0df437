"""A small plan to break in tests; each test changes one thing of it."""

from __future__ import annotations

PLAN = """\
plan:
  code: small
  version: "2006-12-30"
  title: {ru: План, be: План, en: Plan}
  short_title: {ru: План, be: План, en: Plan}
  in_force: in-force
  in_force_from: "2006-12-30"
  in_force_to: "2010-12-31"
directions:
  - number: 1
    name: {ru: Первое, be: Першы, en: First}
"""

INDICATORS = """\
indicators:
  - code: "1.1"
    direction: 1
    name: {ru: Доля, be: Доля, en: Share}
    executors: [CENTRE]
    frequency_years: 1
    collections: [survey]
    value_kind: proportion
    units: [percent]
    populations: [youth]
  - code: "1.10"
    direction: 1
    name: {ru: Число, be: Колькасць, en: Number}
    executors: [CENTRE]
    frequency_years: 2
    value_kind: count
    units: [persons]
    populations: [youth]
"""

ROLES = """\
executors:
  - code: CENTRE
    name: {ru: Центр, be: Цэнтр, en: Centre}
    short_name: {ru: Центр, be: Цэнтр, en: Centre}
    clause: {ru: п. 1, be: п. 1, en: para 1}
  - code: MINISTRY
    name: {ru: Министерство, be: Міністэрства, en: Ministry}
    short_name: {ru: Министерство, be: Міністэрства, en: Ministry}
    clause: {ru: п. 2, be: п. 2, en: para 2}
duties:
  - senders: [CENTRE]
    recipient: MINISTRY
    clause: {ru: п. 1, be: п. 1, en: para 1}
    rule: after-collection
    days: 20
    non_working_day: next
collections:
  - code: survey
    kind: survey-of-persons
    name: {ru: Опрос, be: Апытанне, en: Survey}
    populations: [youth]
"""

WORDS = """\
populations:
  - code: youth
    name: {ru: Молодёжь, be: Моладзь, en: Young people}
units:
  - code: percent
    name: {ru: процент, be: працэнт, en: percent}
    maximum: 100
  - code: persons
    name: {ru: человек, be: чалавек, en: persons}
"""


def files() -> dict[str, str]:
    return {"plan.yaml": PLAN, "indicators.yaml": INDICATORS, "roles.yaml": ROLES, "words.yaml": WORDS}


AREA_TYPES = """\
area_types:
  - code: country
    name: {ru: страна, be: краіна, en: country}
  - code: oblast
    name: {ru: область, be: вобласць, en: oblast}
"""

AREAS = """\
code,name_en,name_ru,name_be,type,parent,valid_from,valid_to,population
BY,Belarus,Беларусь,Беларусь,country,,,,9200617
BY-BR,Brest Oblast,Брестская область,Брэсцкая вобласць,oblast,BY,,,1315405
BY-VI,Vitebsk Oblast,Витебская область,Віцебская вобласць,oblast,BY,1938-01-15,,1091948
"""

AGENCIES = """\
agencies:
  - code: CENTRE-BR
    name: {ru: Центр, be: Цэнтр, en: Centre}
    roles: [CENTRE]
    areas: [BY-BR, BY-VI]
    parent: MINISTRY
  - code: MINISTRY
    name: {ru: Министерство, be: Міністэрства, en: Ministry}
    roles: [MINISTRY]
    areas: [BY]
"""
