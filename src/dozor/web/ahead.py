"""Draws pages before anybody asks for them, so that the first visit is as quick as any other.

The chart engine takes about a second to start, and a chart some 20 milliseconds. A server process starts its
engine, reads the plan and, where the site is not built yet, makes its first page before it takes visitors.
The background worker keeps the site built, then prepares the bank's pages of charts in every language, and
again after each change of the bank. What is prepared lies in the instance's cache, so a second start finds it
there.
"""

from __future__ import annotations

import gc
import logging
import os
import threading
import time

from django.db import DatabaseError, close_old_connections
from django.template.loader import get_template
from django.utils import translation

from dozor.apps.bank.queries import indicators_with_values
from dozor.apps.bank.vocabulary import vocabulary
from dozor.apps.organisations.queries import agency_rows, areas
from dozor.apps.plans.queries import plans
from dozor.apps.releases import serving
from dozor.core.findings import Refused
from dozor.core.text import LANGUAGES
from dozor.publishing.charts import Spark, draw_svg, specification
from dozor.web.names import Names
from dozor.web.remembered import state_of_the_bank
from dozor.web.views import glance, indicator, indicators, places

logger = logging.getLogger(__name__)
PAUSE = 5.0  # seconds between two looks whether the bank has changed
LOW = 15  # of 19, the lowest
REST = 0.02  # between two pages: other work goes first


def start_engine() -> None:
    """Draw something small: what follows finds the engine running."""
    draw_svg(specification(Spark("-", (("2000", 1.0), ("2001", 2.0), ("2002", 1.0))), "en"), "en")


def before_visitors() -> None:
    """What a server process does before it takes visitors; a database out of reach must not stop it."""
    start_engine()  # not beside the visits: while it starts, nothing else runs in the process
    for name in ("glance.html", "indicator.html", "obligations.html"):
        get_template(name)
    try:
        vocabulary(plans())
        agency_rows(), areas()
        if serving.shown() is None:
            serving.page_of("/")
    except (DatabaseError, Refused) as problem:
        logger.warning("the first page could not be prepared: %s", problem)
    finally:
        close_old_connections()
    # what is loaded by now stays for good: looking through it again and again for what nobody holds any more
    # took a quarter of the time of every page
    gc.collect()
    gc.freeze()


def prepare_first_page(language: str) -> None:
    with translation.override(language):
        glance.what_it_says(Names(language))


def prepare_pages() -> None:
    """The first page, the list, the regions, then every indicator that has values, in each language."""
    for language in LANGUAGES:
        prepare_first_page(language)
        with translation.override(language):
            names = Names(language)
            indicators.what_it_says(names)
            for area in (names.country, *names.regions):
                places.what_it_says(area.code, names)
    with_values = indicators_with_values()
    for language in LANGUAGES:
        with translation.override(language):
            names = Names(language)
            for plan in names.plans:
                for one in plan.indicators:
                    if one.code in with_values:
                        indicator.what_it_says(plan, one, names)
                        time.sleep(REST)


def keep_site() -> None:
    """Build the site of the newest public release, unless it is shown already."""
    try:
        serving.keep_built()
    except (Refused, OSError) as problem:  # a file of the release is gone, or the disk is full: say it, go on
        logger.warning("the site could not be built: %s", problem)


def keep_prepared(pause: float = PAUSE) -> None:
    """Keep the site built and the pages prepared, and again whenever something has changed; never ends."""
    if hasattr(os, "setpriority"):  # of this thread alone, where the system can: visits and reports go first
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOW)
    prepared = ""
    while True:
        try:
            keep_site()
            if (now := state_of_the_bank()) != prepared:
                prepare_pages()
                prepared = now
        except DatabaseError as problem:
            logger.warning("pages could not be prepared: %s", problem)
        finally:
            close_old_connections()
        time.sleep(pause)
