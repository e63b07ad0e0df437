"""The cast of the matrix, and a row of every table planted for every agency of it.

Each text column of a planted row holds a canary: a word that names the agency the row belongs to. A canary
seen by somebody who may not see that agency's rows is a leak, wherever it turns up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.utils import timezone

from dozor.apps.audit.actions import record
from dozor.apps.organisations.models import Agency, Person

YEAR = 2025
# about whose rows is asked: for gomel its own, a centre below, another below it, a sibling and one below that
# one; for a ministry its own and others; the centre above them all
AGENCIES = (
    "OCHEPH-HO", "DCHE-HO-rechitsa", "DCHE-HO-mozyr", "OCHEPH-BR", "DCHE-BR-bereza",
    "MCHE", "RCHEPH", "MOE", "MIA", "MOH",
)  # fmt: skip
PEOPLE = (
    None, "admin", "national", "approver", "gomel", "gomel-lead", "rechitsa", "education", "ministry",
    "auditor",
)  # fmt: skip

CANARY = re.compile(r"canary7x(\d\d)x(\d{3})", re.IGNORECASE)


def canary(agency: str, model: type[models.Model], column: str, longest: int | None = None) -> str:
    number = fields().index(f"{model._meta.label}.{column}")
    return f"canary7x{AGENCIES.index(agency):02}x{number:03}x{model._meta.model_name}x{column}"[:longest]


def betrayed(text: str) -> set[str]:
    """Agencies whose canaries sing in a text."""
    return {agency for agency, _field in sung(text)}


def sung(text: str) -> set[tuple[str, str]]:
    """Agency and Model.column of each canary in a text."""
    return {(AGENCIES[int(agency)], fields()[int(field)]) for agency, field in CANARY.findall(text)}


# --- rows of tables ---------------------------------------------------------------------------------

# tables whose rows are nobody's own: the law's text, places, published figures, the house's own books
SHARED = {
    "organisations.Agency", "organisations.Area", "organisations.AreaType", "collection.Form",
    "packages.AgencyKey", "plans.*", "bank.*", "cooperation.*", "audit.*",
}  # fmt: skip
# columns that hold a code of the plan or a state and not somebody's words: what stands in them instead
CODED: dict[str, Any] = {
    "plan": "by-hiv-2006-123",
    "year": YEAR,
    "collection": "survey-youth",
    "instrument": "survey-youth",
    "indicator": "",
    "language": "ru",
    "area": "",
    "kind": None,  # the first of its choices
    "state": None,
}
# one column of one table: what it holds instead of a canary, so that the row can exist
GIVEN: dict[str, Any] = {
    "collection.Decision.kind": "not-held",
    "collection.Decision.year": YEAR
    - 6,  # of a year no page shows by default: a decision would end its duties
    "collection.Decision.postponed_to": None,
    "collection.Round.closed_at": None,
    "collection.Round.is_simulated": False,
    "collection.SampleTable.content": {"key": "site", "lines": []},
    "collection.RoundClosing.findings": [],
    "collection.RoundEstimate.estimates": [],
    "collection.Round.year": YEAR,
    "collection.Device.revoked_at": None,
    "collection.Draft.name": "",  # of a file that is not there
    "collection.Draft.sent_at": None,
    "collection.PaperEntry.draft": None,  # else the planted draft would be an entry
    "collection.Draft.dropped_at": None,
    "reporting.ReportOrder.state": "ready",
    "submissions.Submission.state": "submitted",  # a draft is its own agency's alone
    "submissions.Submission.submitted_number": 1,
    "submissions.Submission.accepted_number": 1,
    "submissions.SubmissionVersion.rows": [
        {
            "indicator": "4.1",
            "population": "youth",
            "area": "BY",
            "period": str(YEAR),
            "unit": "percent",
            "value": "30",
        }
    ],
    "submissions.SheetMatch.differing": [],
    "submissions.Supplement.changes": [],
    "packages.Package.content": "",  # of a file, in base64
    "packages.Package.request": None,  # of a version
    "quality.RaisedDoubt.rule": "D7",
    "quality.RaisedDoubt.about": "submission",
    "quality.RaisedDoubt.number": 1,
    "quality.RaisedDoubt.code": "QLT-D7",
    "quality.RaisedDoubt.values": {"times": "3", "expected_value": "10"},
    "quality.SiteRecount.indicator": "9.1",
    "quality.SiteRecount.documents": 0,
    # stands in addresses, which refusals repeat
    "releases.Release.code": lambda agency: f"{YEAR}-planted-{AGENCIES.index(agency)}",
    "submissions.Supplement.number": lambda agency: AGENCIES.index(agency) + 1,
    "organisations.Person.role": "ministry-focal-point",
    "organisations.Person.password": "!",
    "organisations.SecondFactor.kind": "passkey",
}


@cache
def own_tables() -> list[type[models.Model]]:
    """Tables of the project's own whose rows belong to somebody."""
    return [
        m
        for m in apps.get_models()
        if m.__module__.startswith("dozor.") and not {m._meta.label, f"{m._meta.app_label}.*"} & SHARED
    ]


@cache
def fields() -> list[str]:
    """Every column of text, as Model.column; a canary names its own by its place here."""
    text = models.CharField | models.TextField
    return [
        f"{model._meta.label}.{field.name}"
        for model in own_tables()
        for field in model._meta.concrete_fields
        if isinstance(field, text)
    ]


def publish_form() -> None:
    """Forms that phones download, as the law's text makes them: what rounds stand on, and are opened with."""
    from dozor.apps.collection.rounds import open_round

    agency = Agency.objects.get(code="OCHEPH-VI")  # not of the cast
    for instrument in ("survey-youth", OPENED):
        open_round(instrument=instrument, year=YEAR, by="system", at=timezone.now(), agency=agency)


class Planter:
    """Makes one row of a table for an agency, with whatever rows it stands on."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], models.Model] = {}

    def row(self, model: type[models.Model], agency: str) -> Any:
        key = (model._meta.label, agency)
        if key not in self.rows:
            values = {
                f.name: v for f in model._meta.concrete_fields if (v := self._value(f, agency)) is not ...
            }
            self.rows[key] = model._base_manager.create(**values)
        return self.rows[key]

    def _value(self, field: Any, agency: str) -> Any:
        model = field.model
        label = f"{model._meta.label}.{field.name}"
        if label in GIVEN:
            given = GIVEN[label]
            return given(agency) if callable(given) else given
        if field.primary_key and not isinstance(field, models.CharField | models.OneToOneField):
            return ...
        if isinstance(field, models.ForeignKey):
            return self._related(field, agency)
        if isinstance(field, models.JSONField):
            return ... if field.has_default() else {}
        if field.name in CODED and CODED[field.name] is not None:
            return CODED[field.name]
        if field.choices:
            return field.choices[0][0]
        if isinstance(field, models.CharField | models.TextField):
            return canary(agency, model, field.name, field.max_length)
        return _plain(field)

    def _related(self, field: Any, agency: str) -> Any:
        target = field.related_model
        if target is Agency:
            return Agency.objects.get(code=agency)
        if target is field.model:
            return None
        if f"{target._meta.label}" in SHARED or f"{target._meta.app_label}.*" in SHARED:
            return None if field.null else target._base_manager.first()
        return self.row(target, agency)


def tell_journal(planter: Planter, agency: str) -> None:
    """One event of an agency: it names all its rows and repeats of them what acts put into their events."""
    own = {label: row for (label, of), row in planter.rows.items() if of == agency}
    details = {
        "agency": agency,
        "form": own["collection.Draft"].instance_id,
        "paper": own["collection.PaperForm"].number,
        "reason": own["collection.PaperForm"].removal_reason,
        "round": own["collection.Round"].code,
        "submission": own["submissions.Submission"].code,
    }
    record(
        action="phone added",
        by=own["organisations.Person"].login,
        at=timezone.now(),
        subject=own["collection.Device"].name,
        details=details,
        rows=own.values(),
    )


def _plain(field: Any) -> Any:
    if field.has_default():
        return ...
    if isinstance(field, models.DateTimeField):
        return timezone.now() - timedelta(days=1)
    if isinstance(field, models.DateField):
        return date(YEAR, 11, 1)
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, models.UUIDField):
        return ...
    return None if field.null else 1


def agencies_of(row: models.Model) -> set[str]:
    """Agencies a row belongs to, by itself or by what it stands on."""
    found: set[str] = set()
    for field in row._meta.concrete_fields:
        related = field.related_model
        if not isinstance(field, models.ForeignKey) or related is type(row):
            continue
        other = getattr(row, field.name)
        if isinstance(other, Agency):
            found.add(other.code)
        elif other is not None and related in own_tables():
            found |= agencies_of(other)
    return found


def words_of(model: type[models.Model]) -> Iterator[str]:
    """Columns of a table that hold somebody's words."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
        if is_text and field.name not in CODED and f"{model._meta.label}.{field.name}" not in GIVEN:
            yield field.name


# --- what a request is about ----------------------------------------------------------------------


@dataclass(frozen=True)
class Aim:
    """What one request is aimed at."""

    agency: str | None = None  # whose rows
    owner: str | None = None  # who made it, where that alone counts
    arguments: tuple[Any, ...] = ()
    state: str | None = None


def _upload(owner: str) -> tuple[str]:
    from dozor.web import uploads

    return (uploads.keep(SimpleUploadedFile("v.csv", b"x"), by=owner, at=timezone.now()).token,)


def _stick(owner: str) -> tuple[str]:
    from dozor.web import packages

    came = SimpleUploadedFile("a.dozor", b"x")
    return (packages.keep(came, Person.objects.get(login=owner)).token,)


def _order(owner: str) -> tuple[int]:
    from dozor.apps.reporting.actions import file_of
    from dozor.apps.reporting.models import ReportOrder

    order = ReportOrder.objects.create(
        year=YEAR, language="ru", kind="pdf", requested_at=timezone.now(), state=ReportOrder.State.READY,
        requested_by=Person.objects.get(login=owner),
    )  # fmt: skip
    file_of(order).parent.mkdir(parents=True, exist_ok=True)
    file_of(order).write_bytes(b"%PDF")
    return (order.pk,)


def _factor(owner: str) -> tuple[int]:
    return (Person.objects.get(login=owner).factors.filter(kind="totp").get().pk,)


def _release_order(owner: str) -> tuple[int]:
    from dozor.apps.releases.models import ReleaseOrder

    order = ReleaseOrder.objects.create(
        year=YEAR,
        audience="public",
        requested_by=Person.objects.get(login=owner),
        requested_at=timezone.now(),
    )
    return (order.pk,)


# KIND:own → makes one of a person's and gives the address's arguments; made anew for each act
OWNED: dict[str, Callable[[str], tuple[Any, ...]]] = {
    "upload": _upload,
    "stick": _stick,
    "order": _order,
    "factor": _factor,
    "release-order": _release_order,
}
# KIND → the table of its rows and the columns that stand in the address
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "submission": ("submissions.Submission", ("pk",)),
    "round": ("collection.Round", ("pk",)),
    "draft": ("collection.Draft", ("round.pk", "pk")),
    "record": ("collection.AnswerRecord", ("round.pk", "pk")),
    "paper": ("collection.PaperForm", ("round.pk", "pk")),
    "request": ("collection.Request", ("pk",)),
    "device": ("collection.Device", ("pk",)),
    "deputy": ("organisations.Deputy", ("pk",)),
    "supplement": ("submissions.Supplement", ("pk",)),
    "release": ("releases.Release", ("code",)),
    "package": ("packages.Package", ("pk",)),
    "doubt": ("quality.RaisedDoubt", ("pk",)),
}
NO_PHONE = "k" * 43  # a token that opens nothing
# arguments of addresses that are about nobody's rows
ARGUMENTS: dict[str, tuple[object, ...]] = {
    "indicator": ("by-hiv-2006-123", "11.1"),
    "indicator-csv": ("by-hiv-2006-123", "11.1"),
    "value": (1,),
    "place": ("BY-HO",),
    "topic": ("cascade",),
    "sdmx-data": ("MONITORING",),
    "sdmx-structure": ("dataflow",),
    "join": ("j" * 43,),  # a link that opens nothing
    "person": (1,),
    "journal-file": ("csv",),
    "person-act": (2, "close"),
    "openrosa-forms": (NO_PHONE,),
    "openrosa-form": (NO_PHONE, "f", "1"),
    "openrosa-manifest": (NO_PHONE, "f", "1"),
    "openrosa-submission": (NO_PHONE,),
    "calendar-feed": (NO_PHONE,),
    "openrosa-nothing": (NO_PHONE, "other"),
}
# what an address of a program's question asks beside its path
QUERIES = {"api-values": "?indicator=11.1"}
REGIONAL = {"OCHEPH-HO", "OCHEPH-BR", "MCHE"}
CENTRAL = {"MOE", "MIA"}
OPENED = "airtime-statistics"  # what `round-open` opens: no planted round is of it
# the agencies of the cast about which a form sent so is recorded, if whoever sends it has the right
DONE_FOR: dict[str, set[str]] = {
    "obligation-end": REGIONAL,
    "round-plan": REGIONAL,
    "round-open": REGIONAL,
    "request-new": {"OCHEPH-HO", "OCHEPH-BR"},
    "board-agree": CENTRAL | {"MOH"},
    "board-receipt": REGIONAL | CENTRAL,
    "board-decision": REGIONAL,
}
# what a form is sent with, so that it would be recorded if it were taken; {agency} is put in
BODIES: dict[str, dict[str, str]] = {
    "account-session-end": {"visit": "others"},
    "obligation-end": {"collection": "survey-youth", "ended_on": "2025-11-20", "evidence": "Act 1"},
    "round-plan": {
        "collection": "survey-youth", "year": "2025", "agency": "{agency}", "planned_end_on": "2025-11-01",
        "number": "1",
    },
    "round-open": {"instrument": OPENED, "year": "2025", "agency": "{agency}"},
    "request-new": {
        "recipient": "{below}", "year": "2025", "scope": "11.1", "due_on": "2025-12-01", "number": "1",
    },
    "board-agree": {
        "agency": "{agency}", "year": "2025", "indicator": "", "due_on": "2026-02-01", "number": "1",
    },
    "board-receipt": {
        "indicators": "{owed}", "media": "paper", "received_on": "2025-12-01", "number": "1",
    },
    "board-decision": {
        "collection": "survey-youth", "year": "2025", "agency": "{agency}", "kind": "not-held",
        "number": "1", "dated_on": "2025-01-10", "reason": "no money",
    },
}  # fmt: skip
