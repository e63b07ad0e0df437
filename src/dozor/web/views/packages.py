"""Submissions on a memory stick: packages that leave, packages and receipts that come."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.apps.collection.models import Request
from dozor.apps.organisations.scope import Right, acting_for, may
from dozor.apps.packages.judged import export_judged
from dozor.apps.packages.keys import own_key
from dozor.apps.packages.models import Package
from dozor.apps.packages.receiving import BACK
from dozor.apps.packages.requesting import export_request
from dozor.apps.packages.sending import Sheet, export
from dozor.apps.packages.sending_back import export_sent_back
from dozor.apps.submissions.models import Submission
from dozor.core.findings import Finding, Refused
from dozor.formats.package_file import fingerprint, public_of
from dozor.language import say
from dozor.language.words import PACKAGE_KINDS
from dozor.web import packages as shown
from dozor.web import uploads
from dozor.web.forms import TaskForm, day_field, file_field, text_field
from dozor.web.names import Names
from dozor.web.rights import ACT, FORM, asks
from dozor.web.tasks import task
from dozor.web.views.submissions import found_for


class ExportForm(TaskForm):
    number = text_field(
        gettext_lazy("Outgoing number of the signed sheet"),
        gettext_lazy("The signature of the file proves that it is whole; the law's signature is on paper."),
        required=False,
    )
    dated_on = day_field(gettext_lazy("Date of the sheet"), required=False)
    scan = forms.FileField(
        label=gettext_lazy("Scan of the signed sheet"),
        help_text=gettext_lazy("PDF, PNG or JPEG of up to 8 MB. It travels in the package."),
        required=False,
    )
    reason = text_field(
        gettext_lazy("Why it is sent again"),
        gettext_lazy(
            "Of a correction, or one answer to all remarks; needless the first time, and where each remark "
            "was answered by itself on the submission's page."
        ),
        longest=500,
        required=False,
    )


class CarryForm(TaskForm):
    """Nothing is asked: what the package carries is recorded already."""


class CameForm(TaskForm):
    file = file_field(
        gettext_lazy("File from the stick"),
        gettext_lazy(
            "A package that came, what was sent back or decided, a request, or a receipt: "
            "Dozor knows which it is."
        ),
        empty=gettext_lazy("The file is empty. Copy it again."),
    )


@asks(Right.READ_SUBMISSION)
def list_packages(request: HttpRequest) -> HttpResponse:
    """What left and what came, what may leave now, whose keys are trusted."""
    names = Names.of(request)
    ours = shown.owner()
    rows = shown.packages_shown(shown.seen(request.user), names)
    plan = {c.code: names.say(c.name) for c in names.main_plan.collections}
    sent = Package.Direction.SENT
    manages = may(request.user, Right.MANAGE_KEYS)
    key = public_of(own_key()) if ours and manages else ""
    context = {
        "owner": names.agency(ours.code) if ours else "",
        "own_key": key,
        "own_digits": fingerprint(key) if key else "",
        "sent": [r for r in rows if r.package.direction == sent],
        "received": [r for r in rows if r.package.direction != sent],
        "waiting": sum(not r.has_receipt for r in rows),
        "to_carry": [
            {
                "one": s,
                "name": f"{plan.get(s.collection, s.collection)}, {s.year}",
                "goes_back": _(PACKAGE_KINDS[way]) if way else "",
                "recipient": names.agency_short((s.agency if way else s.recipient).code),
            }
            for s in shown.to_carry(request.user)
            for way in [shown.goes_back(s)]
        ],
        "requests": [
            {"one": r, "name": shown.asked(r), "recipient": names.agency_short(r.recipient.code)}
            for r in shown.requests_to_carry(request.user)
        ],
        "keys": shown.keys_shown(names),
        "may_import": _may_import(request.user),
        "may_keep_keys": manages,
    }
    return render(request, "packages.html", context)


def _may_import(person: Any) -> bool:
    return may(person, Right.RECORD_RECEIPT) or may(person, Right.SUBMIT)


@asks(Right.SUBMIT, methods=FORM)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a package of a submission's last version; its file is fetched from the list, whenever."""
    one = found_for(request, pk, Right.SUBMIT)
    names = Names.of(request)
    form = ExportForm(request.POST or None, request.FILES or None, choices={})

    def record(data: dict[str, Any]) -> None:
        number, dated_on, scan = data["number"].strip(), data["dated_on"], data["scan"]
        sheet = None
        if number or dated_on or scan:
            if not number or not dated_on:
                raise Refused(Finding("SUB-NUMBER", column="number"))
            sheet = Sheet(number, dated_on, scan.read() if scan else b"")
        export(
            one,
            sheet=sheet,
            reason=data["reason"],
            by=request.user.login,
            at=timezone.now(),
            on_behalf_of=acting_for(request.user, Right.SUBMIT, one.agency.code),
        )

    return task(
        request,
        form,
        record,
        title=_("Make a package"),
        help_text=f"{_named(one, names)} · {names.agency(one.recipient.code)}",
        done=_("The package is made: save its file on the stick. It is handed in when the receipt is back."),
        back=reverse("packages"),
        button=_("Make the package"),
    )


def _named(one: Submission, names: Names) -> str:
    collection = next((c for c in names.main_plan.collections if c.code == one.collection), None)
    return f"{names.say(collection.name) if collection else one.collection}, {one.year}"


@asks(Right.CHECK_SUBMISSION, methods=FORM)
def going_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a package of the remarks on a submission, or of the decision, for its agency's own instance."""
    one = found_for(request, pk, Right.CHECK_SUBMISSION)
    names = Names.of(request)

    is_judged = shown.goes_back(one) == Package.Kind.JUDGED

    def record(_data: dict[str, Any]) -> None:
        stood_for = acting_for(request.user, Right.CHECK_SUBMISSION, one.agency.code)
        export_it = export_judged if is_judged else export_sent_back
        export_it(one, by=request.user.login, at=timezone.now(), on_behalf_of=stood_for)

    return _carry(
        request,
        record,
        title=_("Make a package of the decision") if is_judged else _("Make a package of the remarks"),
        about=f"{_named(one, names)} · {names.agency(one.agency.code)}",
        done=_("The package is made: save its file on the stick. Its receipt tells that it came."),
    )


@asks(Right.RECORD_ROUND, methods=FORM)
def requested(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a package of a request to a city or district centre, for its own instance (para 9)."""
    one = Request.objects.select_related("sender", "recipient").filter(pk=pk).first()
    if one is None or not may(request.user, Right.RECORD_ROUND, one.recipient.code):
        raise Http404
    names = Names.of(request)

    def record(_data: dict[str, Any]) -> None:
        export_request(one, by=request.user.login, at=timezone.now())

    return _carry(
        request,
        record,
        title=_("Make a package of the request"),
        about=f"{shown.asked(one)} · {names.agency(one.recipient.code)}",
        done=_("The package is made: save its file on the stick. Its receipt tells that the request came."),
    )


def _carry(
    request: HttpRequest, record: Callable[[dict[str, Any]], None], *, title: str, about: str, done: str
) -> HttpResponse:
    """Ask nothing but whether to make the package."""
    return task(
        request,
        CarryForm(request.POST if request.method == "POST" else None, choices={}),
        record,
        title=title,
        help_text=about,
        done=done,
        back=reverse("packages"),
        button=_("Make the package"),
    )


@asks(Right.READ_SUBMISSION)
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A package's file, or its receipt, as it was made."""
    package = shown.find(request.user, pk)
    is_receipt = request.GET.get("part") == shown.RECEIPT
    if package is None or (is_receipt and not package.receipt):
        raise Http404
    content = base64.b64decode(package.receipt if is_receipt else package.content)
    end = "-receipt" if is_receipt else ""
    response = HttpResponse(content, content_type="application/octet-stream")
    about = package.version.submission.code if package.version else f"request-{package.recipient.code}"
    kind = f"-{package.kind}" if package.kind in BACK else ""
    name = f"{about}{kind}-{package.sequence}{end}.dozor"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@asks(Right.RECORD_RECEIPT, Right.SUBMIT, methods=FORM)
def import_package(request: HttpRequest) -> HttpResponse:
    """A file from the stick is only tried first."""
    form = CameForm(request.POST or None, request.FILES or None, choices={})
    if request.method == "POST" and form.is_valid():
        try:
            upload = shown.keep(form.cleaned_data["file"], request.user)
        except Refused as refusal:
            form.refuse_beside("file", refusal, Names.of(request).language)
        else:
            return redirect("package-check", token=upload.token)
    context = {
        "form": form,
        "title": _("Take a file from the stick"),
        "help": _("First the file is only checked. Nothing is kept of it until you take it."),
        "back": reverse("packages"),
        "button": _("Check the file"),
    }
    return render(request, "task.html", context, status=422 if request.method == "POST" else 200)


@asks(Right.RECORD_RECEIPT, Right.SUBMIT)
def check(request: HttpRequest, token: str) -> HttpResponse:
    """What taking the file would do."""
    return _checked(request, _own(request, token))


def _checked(request: HttpRequest, upload: uploads.Upload) -> HttpResponse:
    names = Names.of(request)
    context = {
        "upload": upload,
        "came": shown.came_shown(upload, names),
        "findings": [say(f, names.language) for f in upload.found],
    }
    return render(request, "package_file.html", context)


@asks(Right.RECORD_RECEIPT, Right.SUBMIT, methods=ACT)
def apply(request: HttpRequest, token: str) -> HttpResponse:
    upload = _own(request, token)
    try:
        shown.take(upload, request.user)
    except Refused as refused:  # something has changed since the check
        upload.findings = [uploads.plain(f) for f in refused.findings]
        upload.refused = len(upload.findings)
        upload.save()
        return redirect("package-check", token=token)
    came = shown.came_shown(upload, Names.of(request))
    uploads.drop(upload)
    if came and came.is_receipt:
        messages.success(request, _("The receipt is taken: its recipient has what was sent."))
    elif came and came.carries:
        messages.success(request, _("What came is recorded. Save its receipt on the stick and send it back."))
    else:
        messages.success(request, _("The package is taken. Save its receipt on the stick and send it back."))
    return redirect("packages")


@asks(Right.RECORD_RECEIPT, Right.SUBMIT, methods=ACT)
def drop(request: HttpRequest, token: str) -> HttpResponse:
    uploads.drop(_own(request, token))
    messages.success(request, _("The file is dropped. Nothing of it is kept."))
    return redirect("packages")


def _own(request: HttpRequest, token: str) -> uploads.Upload:
    found = uploads.find(token, by=request.user.login, kind=uploads.PACKAGE)
    if found is None:
        raise Http404
    return found
