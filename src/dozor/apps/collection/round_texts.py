"""The text a round goes by: that of the form it was opened with, whatever the plan says since.

Answers to one wording are counted by definitions written for it. Of several texts of the plan that hold the
round's form the newest counts: a definition corrected over the same questions holds for open rounds too.
"""

from __future__ import annotations

from dozor.apps.collection.models import Round, RoundEstimate
from dozor.apps.collection.rounds import instrument_of
from dozor.apps.plans.queries import main_plan, texts_of
from dozor.core.findings import Finding, Refused
from dozor.core.plan import Plan
from dozor.core.plan.instruments import Instrument


def plan_of_round(round_: Round) -> Plan:
    """The newest text of the plan whose instrument is the round's form.

    Raises
    ------
    Refused
        ``FILL-OTHER-VERSION``: no loaded text of the plan holds it; ``COL-INSTRUMENT``.
    """
    wanted = round_.form.version
    if (plan := _plan_with(round_.instrument, wanted)) is not None:
        return plan
    found = instrument_of(round_.instrument).version
    raise Refused(Finding("FILL-OTHER-VERSION", found, {"wanted": wanted}))


def _plan_with(instrument: str, version: str) -> Plan | None:
    now = main_plan()
    for plan in (now, *texts_of(now.code)):
        held = plan.instruments.get(instrument)
        if held is not None and held.version == version:
            return plan
    return None


def text_of_form(instrument: str, version: str) -> Instrument | None:
    """The text of one published form; None where no loaded text of the plan holds it."""
    plan = _plan_with(instrument, version)
    return plan.instruments[instrument] if plan is not None else None


def form_of_round(round_: Round) -> Instrument:
    """The instrument as the round's form was published; raises as `plan_of_round`."""
    return plan_of_round(round_).instruments[round_.instrument]


def has_newer_text(round_: Round) -> bool:
    """Whether the form's text has changed since the round was opened."""
    return instrument_of(round_.instrument).version != round_.form.version


def plan_shown(round_: Round) -> Plan:
    """The text whose words tell of a round: its own; the present one where its own is not loaded here."""
    try:
        return plan_of_round(round_)
    except Refused:
        return main_plan()


def plan_of_estimates(kept: RoundEstimate) -> Plan:
    """The newest text that names every series a round was closed with, so that none drops out of its page."""
    shown, codes = plan_shown(kept.round), {row["definition"] for row in kept.estimates}
    texts = (shown, *texts_of(shown.code))
    return next((p for p in texts if codes <= {d.code for d in p.definitions}), shown)
