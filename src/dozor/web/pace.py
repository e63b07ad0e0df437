"""How many questions one asker may put in a row: a burst, then so many a second; who asks on is told when.

Each server process counts for itself, in memory: a limit against scraping and runaway programs, which costs a
question nothing to speak of and stops nobody else. Pages of work are not counted: a session opens them.
"""

from __future__ import annotations

import functools
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from dozor.web.visitor import address

MOST_ASKERS = 10_000  # remembered at a time; the one that asked longest ago is forgotten first


class Pace:
    """A bucket for each asker: `burst` questions at once, refilled with `rate` a second.

    >>> pace = Pace(burst=2)
    >>> [pace.wait("a", rate=1, now=0), pace.wait("a", rate=1, now=0), pace.wait("a", rate=1, now=0)]
    [0.0, 0.0, 1.0]
    >>> pace.wait("b", rate=1, now=0), pace.wait("a", rate=1, now=1)
    (0.0, 0.0)
    """

    def __init__(self, *, burst: int) -> None:
        self.burst = burst
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, asker: str, *, rate: float, now: float) -> float:
        """Seconds until this asker may ask again; 0 when the question is taken."""
        with self._lock:
            left, at = self._left.pop(asker, (float(self.burst), now))
            left = min(float(self.burst), left + (now - at) * rate)
            is_taken = left >= 1
            self._left[asker] = (left - 1 if is_taken else left, now)
            if len(self._left) > MOST_ASKERS:
                self._left.popitem(last=False)
        return 0.0 if is_taken else (1 - left) / rate

    def is_spent(self, asker: str, *, rate: float, now: float) -> bool:
        """Whether nothing is left of this asker's bucket; asking takes nothing from it."""
        with self._lock:
            left, at = self._left.get(asker, (float(self.burst), now))
        return left + (now - at) * rate < 1

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._left.clear()


VISITORS = Pace(burst=60)
PEOPLE = Pace(burst=120)
WRONG = Pace(burst=50)  # wrong passwords from one address, whichever names they are tried with
WRONG_RATE = 50 / 1800  # a second: in half an hour the address is as it was


def must_wait(request: HttpRequest) -> int:
    """Whole seconds this asker has to wait: a person by their account, a visitor by the address."""
    rate = settings.PACE
    if not rate:
        return 0
    is_person = request.user.is_authenticated
    asker = str(request.user.pk) if is_person else address(request)
    return math.ceil((PEOPLE if is_person else VISITORS).wait(asker, rate=rate, now=time.monotonic()))


def guesses_too_much(request: HttpRequest, *, was_wrong: bool = False) -> bool:
    """Whether so many wrong passwords came from an address that it waits; `was_wrong` counts one more."""
    if not settings.PACE:
        return False
    given = {"asker": address(request), "rate": WRONG_RATE, "now": time.monotonic()}
    return WRONG.wait(**given) > 0 if was_wrong else WRONG.is_spent(**given)


def paced(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer 429 with ``Retry-After`` to whoever asks too fast."""

    @functools.wraps(view)
    def asked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        seconds = must_wait(request)
        return too_fast(seconds) if seconds else view(request, *args, **kwargs)

    return asked


def too_fast(seconds: int) -> HttpResponse:
    words = _("Too many questions at once. Ask again in %(seconds)s s.") % {"seconds": seconds}
    response = HttpResponse(words + "\n", status=429, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(seconds)
    return response
