"""What an indicator's data do not tell: made from how the values match, from what is missing, from notes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dozor.core.observations.observation import Match, Observation
from dozor.core.observations.period import PeriodKind
from dozor.core.plan.model import Indicator
from dozor.web.lines import Line
from dozor.web.names import Names


@dataclass(frozen=True)
class Limit:
    """One sentence, in the reader's language unless it is a source's note."""

    words: str
    lead: str = ""
    is_source_note: bool = False


def limits(
    indicator: Indicator, observations: Sequence[Observation], main: Sequence[Line], names: Names
) -> list[Limit]:
    """Everything that has to be known before the figures are used."""
    if not observations:
        return []
    made = _matches(observations, names)
    is_sampled = indicator.value_kind in ("proportion", "mean", "median") and not indicator.is_modelled
    national = [o for one in main for c in one.cells for o in c.values if o.value is not None]
    if is_sampled and national:
        if not any(o.figure.lower is not None for o in national):
            made.append(Limit(_("The sources publish no intervals, so a change may be chance.")))
        if not any(o.figure.denominator is not None for o in national):
            made.append(Limit(_("The sources do not say how many people or cases stand behind a value.")))
    if indicator.is_modelled:
        made.append(
            Limit(_("These are a model's estimates, not counts. Releases of different years are not joined."))
        )
    absent = [p for p in indicator.populations if p not in {o.population for o in observations}]
    if absent and len(indicator.populations) > 1:
        listed = "; ".join(names.population(p) for p in absent)
        made.append(Limit(listed, lead=_("No published value for:")))
    if any(c.is_disputed for one in main for c in one.cells):
        made.append(Limit(_("For some periods sources disagree; both values stand below, side by side.")))
    if any(o.period.kind is PeriodKind.PART for o in observations):
        made.append(
            Limit(
                _("Values for a part of a year stand in the table of all data and are not drawn among years.")
            )
        )
    if "area" in indicator.disaggregations and {o.area for o in observations} == {names.country.code}:
        made.append(Limit(_("Only figures for the whole country are published, none for the regions.")))
    return made + _notes(main)


def _matches(observations: Sequence[Observation], names: Names) -> list[Limit]:
    """Reasons for exact and near, each once."""
    reasons: dict[tuple[Match, str], set[str]] = defaultdict(set)
    for o in observations:
        if o.match and o.match_reason:
            reasons[o.match, names.say(o.match_reason)].add(o.population)
    leads = {
        Match.NEAR: _("Near the plan's definition:"),
        Match.EXACT: _("By the plan's definition:"),
    }
    several = len({p for found in reasons.values() for p in found}) > 1 and len(reasons) > 1
    made = []
    for (match, words), populations in sorted(reasons.items()):
        whom = ", ".join(sorted(names.population_short(p) for p in populations))
        made.append(Limit(f"{words} ({whom})" if several else words, lead=leads[match]))
    return made


def _notes(main: Sequence[Line]) -> list[Limit]:
    """Notes that stand beside the newest values, as recorded."""
    notes = {o.figure.note for one in main for o in one.latest.shown if o.figure.note}
    return [Limit(note, lead=_("Note to the newest value:"), is_source_note=True) for note in sorted(notes)]
