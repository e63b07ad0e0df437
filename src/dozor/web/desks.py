"""Somebody at a desk: which agency they fill in for, which rounds and drafts they reach, where they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone

from dozor.apps.collection import desk, filling
from dozor.apps.collection.models import Draft, Round
from dozor.apps.organisations.models import Agency, Person
from dozor.apps.organisations.scope import Right, may
from dozor.core.plan.instruments import Instrument
from dozor.web.names import Names
from dozor.web.people_words import nobody_words
from dozor.web.rights import must

PRIVATE = frozenset({"person"})  # forms whose sent answers only readers of answers open again


def people_named(logins: Iterable[str]) -> dict[str, str]:
    """Names by login: a person's, a command's, the program's own; a phone's is left out."""
    asked = set(logins)
    found = {by: words for by in asked if (words := nobody_words(by))}
    return found | dict(Person.objects.filter(login__in=asked).values_list("login", "name"))


def own_agency(request: HttpRequest, right: Right = Right.FILL_FORMS) -> Agency:
    """The agency somebody fills in for: the one named, if it is theirs to fill in, else their own."""
    asked = request.GET.get("agency", "") or request.POST.get("agency", "")
    own = getattr(request.user, "agency", None)
    if not asked and own is None:
        raise Http404
    found = own if not asked else Agency.objects.filter(code=asked).first()
    if found is None:
        raise Http404
    must(request, right, found.code)
    return found


def round_at(pk: int, agency: Agency, names: Names) -> Round:
    found = Round.objects.select_related("form", "agency").defer("form__xml").filter(pk=pk).first()
    if found is None or not desk.reaches(found, agency, names.main_plan):
        raise Http404
    return found


def draft_of(round_: Round, agency: Agency, pk: int) -> Draft:
    found = filling.drafts_of(agency).filter(pk=pk, round=round_).first()
    if found is None:
        raise Http404
    return found


def may_open(request: HttpRequest, instrument: Instrument, agency: Agency) -> bool:
    """Sent answers of persons open again only for those who read answers."""
    right = Right.READ_ANSWERS if instrument.kind in PRIVATE else Right.FILL_FORMS
    return may(request.user, right, agency.code)


def here(route: str, round_: Round, agency: Agency, request: HttpRequest, *more: object) -> str:
    """An address of this round; the agency stays in it when it is not the person's own."""
    own = getattr(request.user, "agency", None)
    query = "" if own is not None and own.pk == agency.pk else f"?agency={agency.code}"
    return reverse(route, args=(round_.pk, *more)) + query


@dataclass(frozen=True)
class AtDesk:
    """A page at a desk: for whom, in which round, in which words."""

    names: Names
    agency: Agency
    round: Round

    @property
    def is_open(self) -> bool:
        return self.round.state(timezone.now()) == "open"

    def context(self, request: HttpRequest) -> dict[str, Any]:
        instrument = self.names.main_plan.instruments[self.round.instrument]
        return {
            "agency": self.names.agencies.get(self.agency.code),
            "round": self.round,
            "instrument": instrument,
            "title": self.names.say(instrument.title),
            "is_open": self.is_open,
            "back": here("forms-round", self.round, self.agency, request),
        }


def at_desk(request: HttpRequest, pk: int) -> AtDesk:
    names = Names.of(request)
    agency = own_agency(request)
    return AtDesk(names, agency, round_at(pk, agency, names))
