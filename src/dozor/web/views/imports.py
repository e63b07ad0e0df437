"""Import of values: send, look at what would change, apply or drop."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from dozor.apps.bank.models import ValuesImport
from dozor.apps.organisations.scope import Right
from dozor.core.observations.checking import OPTIONAL, REQUIRED
from dozor.language import say
from dozor.web import uploads
from dozor.web.forms import UploadForm
from dozor.web.names import Names
from dozor.web.rights import ACT, FORM, asks

MOST_SHOWN = 100
LAST_IMPORTS = 10


@asks(Right.IMPORT_VALUES, methods=FORM)
def import_page(request: HttpRequest) -> HttpResponse:
    by = request.user.login
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = uploads.keep(form.cleaned_data["file"], by=by, at=timezone.now())
        if upload.is_long:
            uploads.check_later.enqueue(upload.token, by)
        else:
            uploads.check(upload)
        return redirect("import-file", token=upload.token)
    context = {
        "form": form,
        "waiting": uploads.waiting(by=by),
        "acts": ValuesImport.objects.filter(is_simulated=False).order_by("-id")[:LAST_IMPORTS],
        "required": REQUIRED,
        "optional": OPTIONAL,
    }
    return render(request, "import.html", context, status=422 if request.method == "POST" else 200)


@asks(Right.IMPORT_VALUES)
def import_file(request: HttpRequest, token: str) -> HttpResponse:
    """What one file would change, or has changed; while it is read, how far it is."""
    upload = _own(request, token)
    language = Names.of(request).language
    context = {
        "upload": upload,
        "is_busy": upload.state == uploads.WAITING or upload.is_applying,
        "findings": [say(f, language) for f in upload.found[:MOST_SHOWN]],
        "more": max(0, len(upload.findings) - MOST_SHOWN),
    }
    template = "parts/upload.html" if request.htmx else "import_file.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@asks(Right.IMPORT_VALUES, methods=ACT)
def import_apply(request: HttpRequest, token: str) -> HttpResponse:
    upload = _own(request, token)
    if upload.may_apply and not upload.is_applying:
        if upload.is_long:
            upload.is_applying = True
            upload.save()
            uploads.apply_later.enqueue(upload.token, upload.by)
        else:
            uploads.apply(upload)
    return redirect("import-file", token=token)


@asks(Right.IMPORT_VALUES, methods=ACT)
def import_drop(request: HttpRequest, token: str) -> HttpResponse:
    uploads.drop(_own(request, token))
    messages.success(request, _("The file is dropped. The bank has not changed."))
    return redirect("import")


def _own(request: HttpRequest, token: str) -> uploads.Upload:
    found = uploads.find(token, by=request.user.login)
    if found is None:
        raise Http404
    return found
