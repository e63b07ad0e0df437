"""Reads a plan from its text, and reports every fault of the text at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TypeVar, cast, get_args

from dozor.core.plan import model, sections
from dozor.core.plan.crosswalk import Correspondence, Framework
from dozor.core.plan.definitions import FILE as DEFINITIONS
from dozor.core.plan.duties import DutyRule
from dozor.core.plan.instrument_reading import FOLDER as INSTRUMENTS
from dozor.core.plan.model import Collection, Direction, ExecutorRole, Group, Indicator, Plan
from dozor.core.plan.retention import Retention
from dozor.core.plan.sending_back import Reason, SendingBack
from dozor.core.plan.topics import Topic, read_topic
from dozor.core.plan.vocabulary import Age, Breakdown, Population, Sex, Unit
from dozor.core.yaml_text import Block, Place, Reading

T = TypeVar("T")


def read_plan(files: Mapping[str, str]) -> Plan:
    """Read one plan.

    Parameters
    ----------
    files
        File name → text. A file is a mapping from section (``plan``, ``directions``, ``indicators``,
        ``executors``, …) to its content; any section may stand in any file, and a list that is spread
        over several files is one list. Instruments, definitions, rules of quality and relations are kept as
        they are, to be read when they are asked for (:attr:`Plan.instruments`).

    Raises
    ------
    Refused
        With every fault found: file, line, path of keys, what was found.
    """
    later = {name for name in files if name == DEFINITIONS or name.startswith(INSTRUMENTS)}
    plan = _PlanReading().read(
        {n: text for n, text in files.items() if n not in later and n not in (model.QUALITY, model.RELATIONS)}
    )
    collecting = {name: files[name] for name in sorted(later)}
    return replace(
        plan,
        collecting=collecting,
        quality=files.get(model.QUALITY, ""),
        relations=files.get(model.RELATIONS, ""),
    )


class _PlanReading:
    """The sections of one plan, as they are met."""

    def __init__(self) -> None:
        self.reading = Reading()
        self.headers: list[Plan] = []
        self.indicators: list[Indicator] = []
        self.indicator_places: dict[str, Block] = {}
        self.duties: list[tuple[DutyRule, Block]] = []
        self.lists: dict[str, list[object]] = {}
        self.sending_back: SendingBack | None = None

    def read(self, files: Mapping[str, str]) -> Plan:
        tops = self.reading.top_blocks(files)
        for top in tops:
            if top.has("plan") and (block := top.block("plan")):
                self.headers.append(self._header(block))
                if len(self.headers) > 1:
                    self.reading.fault("PLAN-TWO-PLANS", block.place(), self.headers[-1].code)
                block.close()
            self._gather(top, "directions", sections.read_direction, name_by="number")
            self._gather(top, "groups", sections.read_group)
            self._gather(top, "executors", sections.read_executor)
            self._gather(top, "collections", sections.read_collection)
            self._gather(top, "breakdowns", sections.read_breakdown)
            self._gather(top, "populations", sections.read_population)
            self._gather(top, "sexes", sections.read_sex)
            self._gather(top, "ages", sections.read_age)
            self._gather(top, "units", sections.read_unit)
            self._gather(top, "frameworks", sections.read_framework)
            self._gather(top, "reasons", sections.read_reason)
            self._gather(top, "retention", sections.read_retention)
            self._gather(top, "topics", read_topic)
            if top.has("sending_back") and (block := top.block("sending_back")):
                self.sending_back = sections.read_sending_back(block)
                block.close()
            self._gather(top, "correspondences", sections.read_correspondence, name_by="indicator")
            for block in top.blocks("indicators"):
                self._indicator(block)
                block.close()
            for block in top.blocks("duties", name_by="recipient"):
                self.duties.append((sections.read_duty(block), block))
                block.close()
            top.close()
        if not self.headers:
            first = Place(min(files, default=""), 1, "")
            self.reading.fault("PLAN-NO-PLAN", first, "", key="plan")
        self.reading.resolve()
        self._check_whole()
        self.reading.finish()
        return self._plan()

    def _gather(
        self, top: Block, section: str, read: Callable[[Block], object], name_by: str = "code"
    ) -> None:
        for block in top.blocks(section, name_by=name_by):
            self.lists.setdefault(section, []).append(read(block))
            block.close()

    def _all(self, section: str, kind: type[T]) -> tuple[T, ...]:
        return cast(tuple[T, ...], tuple(self.lists.get(section, ())))

    def _header(self, block: Block) -> Plan:
        in_force_from, in_force_to = block.optional_day("in_force_from"), block.optional_day("in_force_to")
        if in_force_from and in_force_to and in_force_to < in_force_from:
            found = f"{in_force_from.isoformat()} … {in_force_to.isoformat()}"
            self.reading.fault("PLAN-DATES-ORDER", block.place("in_force_to"), found)
        return Plan(
            code=block.word("code"),
            kind=cast(model.PlanKind, block.one_of("kind", get_args(model.PlanKind), "monitoring")),
            version=block.word("version"),
            title=block.text("title"),
            short_title=block.text("short_title"),
            in_force=cast(model.Force, block.one_of("in_force", get_args(model.Force))),
            source=sections.read_source(block) if block.has("source") else None,
            in_force_from=in_force_from,
            in_force_to=in_force_to,
            confirmed_until=block.optional_day("confirmed_until"),
            status_note=block.optional_text("status_note"),
            cycle_anchor_default=block.optional_integer("cycle_anchor_default"),
            situation=self._situation(block),
        )

    def _situation(self, header: Block) -> model.Situation | None:
        if not header.has("situation") or not (block := header.block("situation")):
            return None
        situation = model.Situation(
            count=block.optional_reference("count", "indicator") or "",
            rate=block.optional_reference("rate", "indicator") or "",
            residents=block.optional_reference("residents", "indicator") or "",
            groups=block.words("groups", refer_to="group", required=True),
        )
        block.close()
        return situation

    def _indicator(self, block: Block) -> None:
        code = block.word("code")
        if code:
            self.reading.define("indicator", code, block.place("code"))
        direction, group = block.optional_integer("direction"), block.optional_reference("group", "group")
        if direction is not None:
            self.reading.refer("direction", str(direction), block.place("direction"))
        if (direction is None) == (group is None):
            self.reading.fault("PLAN-NO-DIRECTION", block.place(), code)
        frequency = block.optional_integer("frequency_years")
        if frequency not in (None, 1, 2):
            self.reading.fault("PLAN-BAD-FREQUENCY", block.place("frequency_years"), str(frequency))
            frequency = None
        maximum, reason = block.optional_decimal("maximum"), block.optional_text("maximum_reason")
        if maximum is not None and reason is None:
            self.reading.fault("PLAN-MAXIMUM-REASON", block.place("maximum"), str(maximum))
        further = block.words("further_populations")
        name = block.text("name")
        indicator = Indicator(
            code=code,
            name=name,
            short_name=block.optional_text("short_name") or name,
            value_kind=cast(model.ValueKind, block.one_of("value_kind", get_args(model.ValueKind))),
            units=block.words("units", refer_to="unit", required=True) or ("?",),
            populations=block.words("populations", refer_to="population", required=True) or ("?",),
            direction=direction if direction is not None or group is not None else 0,
            group=None if direction is not None else group,
            executors=block.words("executors", refer_to="executor"),
            frequency_years=frequency,
            collections=block.words("collections", refer_to="collection"),
            method=block.optional_text("method"),
            further_populations=further,
            disaggregations=cast(
                tuple[model.Disaggregation, ...], self._disaggregations(block, "disaggregations")
            ),
            numerator=block.optional_text("numerator"),
            denominator=block.optional_text("denominator"),
            clause=block.optional_text("clause"),
            maximum=maximum,
            maximum_reason=reason,
            good_direction=cast(
                model.GoodDirection, block.one_of("good_direction", get_args(model.GoodDirection), "none")
            ),
            period_kind=cast(model.PeriodKind, block.one_of("period_kind", get_args(model.PeriodKind)))
            if block.has("period_kind")
            else None,
            is_modelled=block.yes_or_no("is_modelled"),
            related_to=block.optional_word("related_to"),
            note=block.optional_text("note"),
        )
        if indicator.executors and frequency is None and not block.has("frequency_years"):
            self.reading.fault("PLAN-MISSING-KEY", block.place(), "", key="frequency_years")
        self.indicators.append(indicator)
        self.indicator_places[code] = block

    def _disaggregations(self, block: Block, key: str) -> tuple[str, ...]:
        found = block.words(key)
        for word in found:
            if word not in get_args(model.Disaggregation):
                known = ", ".join(get_args(model.Disaggregation))
                self.reading.fault("PLAN-NOT-ONE-OF", block.place(key), word, known=known)
        return found

    def _check_whole(self) -> None:
        """Check what no single block can show: duties of roles, further populations, collections."""
        for indicator in self.indicators:
            block = self.indicator_places[indicator.code]
            for pattern in indicator.further_populations:
                if not _matching(pattern, self.reading.defined("population")):
                    self.reading.refer("population", pattern, block.place("further_populations"))
        self.reading.resolve()
        rules: dict[str, int] = {}
        for duty, block in self.duties:
            for sender in duty.senders:
                rules[sender] = rules.get(sender, 0) + 1
                if rules[sender] == 2:
                    self.reading.fault("PLAN-TWO-DUTIES", block.place("senders"), sender)
        for role in dict.fromkeys(role for i in self.indicators for role in i.executors):
            if role not in rules and role in self.reading.defined("executor"):
                self.reading.fault("PLAN-NO-DUTY", self.reading.place_of("executor", role), role)
        collections = {c.code: c for c in self._all("collections", Collection)}
        for indicator in self.indicators:
            reached = {
                p
                for code in indicator.collections
                if code in collections
                for p in collections[code].populations
            }
            for population in indicator.populations:
                if indicator.collections and population not in reached:
                    place = self.indicator_places[indicator.code].place("collections")
                    self.reading.fault("PLAN-NOT-REACHED", place, population)

    def _plan(self) -> Plan:
        known = self.reading.defined("population")
        return replace(
            self.headers[0],
            directions=self._all("directions", Direction),
            groups=self._all("groups", Group),
            indicators=tuple(_expanded(indicator, known) for indicator in self.indicators),
            executors=self._all("executors", ExecutorRole),
            collections=self._all("collections", Collection),
            duties=tuple(duty for duty, _ in self.duties),
            breakdowns=self._all("breakdowns", Breakdown),
            populations=self._all("populations", Population),
            sexes=self._all("sexes", Sex),
            ages=self._all("ages", Age),
            units=self._all("units", Unit),
            frameworks=self._all("frameworks", Framework),
            correspondences=self._all("correspondences", Correspondence),
            retention=self._all("retention", Retention),
            topics=self._all("topics", Topic),
            sending_back=replace(self.sending_back, reasons=self._all("reasons", Reason))
            if self.sending_back
            else None,
        )


def _matching(pattern: str, codes: tuple[str, ...]) -> list[str]:
    """Populations named by a code or by a prefix with a star: ``question: *``."""
    if not pattern.endswith("*"):
        return [pattern] if pattern in codes else []
    return [code for code in codes if fnmatchcase(code, pattern)]


def _expanded(indicator: Indicator, known: tuple[str, ...]) -> Indicator:
    further = dict.fromkeys(c for pattern in indicator.further_populations for c in _matching(pattern, known))
    return replace(indicator, further_populations=tuple(further))
