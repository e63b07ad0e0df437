"""The door for phones: OpenRosa 1.0 as ODK Collect speaks it, opened by a token in the address.

Replies are 201 (kept), 202 (kept apart, with the reason), 204 (the door is here), 400 (unreadable, or
nothing that may be kept), 401 (no token), 403 (a token that opens nothing), 404 (no such form or version
in the field here), 409 (the same id with other content), 413 (too large).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import IO, Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import http_date, parse_header_parameters
from django.utils.translation import get_language, get_language_from_request, override
from django.views.decorators.csrf import csrf_exempt

from dozor.apps.collection import receiving
from dozor.apps.collection.devices import device_of, is_well_formed
from dozor.apps.collection.field_queries import form_in_field, rounds_in_field
from dozor.apps.collection.keeping import Outcome, phone
from dozor.apps.collection.models import Device, Round
from dozor.apps.collection.round_texts import text_of_form
from dozor.apps.logs import hide_tokens
from dozor.core.findings import Finding, Refused
from dozor.core.plan.instruments import Instrument
from dozor.formats import openrosa
from dozor.language import gettext
from dozor.web.questions import told
from dozor.web.scanning import FileRefused, ScannedUpload

VERSION = "1.0"
LARGEST = 20_000_000  # bytes of one post; a phone splits what is larger
_PIECE = 1 << 16
_STATUS = {
    "COL-FORM-UNKNOWN": HTTPStatus.NOT_FOUND,
    "COL-VERSION-UNKNOWN": HTTPStatus.NOT_FOUND,
    "COL-EDIT-UNKNOWN": HTTPStatus.NOT_FOUND,
    "COL-EDIT-STALE": HTTPStatus.CONFLICT,
    "COL-CONFLICT": HTTPStatus.CONFLICT,
    "COL-TOKEN": HTTPStatus.UNAUTHORIZED,
    "COL-TOKEN-UNKNOWN": HTTPStatus.FORBIDDEN,
    "COL-POST-LARGE": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "COL-ADDRESS": HTTPStatus.NOT_FOUND,
    "COL-METHOD": HTTPStatus.METHOD_NOT_ALLOWED,
    # our own fault, not the phone's: it keeps the record and tries again
    "FILE-NOT-SCANNED": HTTPStatus.SERVICE_UNAVAILABLE,
    "COL-NO-KEYS": HTTPStatus.SERVICE_UNAVAILABLE,
    "AUD-NO-KEY": HTTPStatus.SERVICE_UNAVAILABLE,
}

View = Callable[..., HttpResponse]


def door(*methods: str, asks_version: bool = True) -> Callable[[View], View]:
    """Let a phone in by its token, and answer every refusal in words that it shows."""

    def wrap(view: View) -> View:
        @csrf_exempt  # the token is the proof; there is no session to ride on
        @wraps(view)
        def opened(request: HttpRequest, token: str, **more: str) -> HttpResponse:
            # a server's access log is written after the reply, from these
            for name in ("RAW_URI", "REQUEST_URI", "PATH_INFO"):
                if name in request.META:
                    request.META[name] = hide_tokens(str(request.META[name]))
            # the address has no language's prefix: the phone's own wish holds
            with override(get_language_from_request(request)):
                try:
                    response = view(request, _admitted(request, token, methods, asks_version), token, **more)
                except Refused as refusal:
                    response = _refusal(refusal.findings[0])
                    if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                        response["Allow"] = ", ".join(methods)
            response["X-OpenRosa-Version"] = VERSION
            response["X-OpenRosa-Accept-Content-Length"] = str(LARGEST)
            response["Date"] = http_date()
            add_never_cache_headers(response)
            return response

        return opened

    return wrap


def _admitted(request: HttpRequest, token: str, methods: tuple[str, ...], asks_version: bool) -> Device:
    if not is_well_formed(token):
        raise Refused(Finding("COL-TOKEN"))
    device = device_of(token)
    if device is None:
        raise Refused(Finding("COL-TOKEN-UNKNOWN"))
    if request.method not in methods:
        raise Refused(Finding("COL-METHOD", found=str(request.method)))
    if asks_version and request.headers.get("X-OpenRosa-Version") != VERSION:
        found = request.headers.get("X-OpenRosa-Version", "")
        raise Refused(Finding("COL-OPENROSA-VERSION", found=found[:20]))
    return device


def _refusal(finding: Finding, form: Instrument | None = None) -> HttpResponse:
    status = _STATUS.get(finding.code, HTTPStatus.BAD_REQUEST)
    response = _xml(openrosa.reply(_words(finding, form), nature="submit_error"), status)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Basic realm="Dozor"'
    return response


def _words(finding: Finding, form: Instrument | None = None) -> str:
    """A finding in the phone's language; what is wrong with an answer, by its question's words."""
    return f"{told(finding, form, _language())} ({finding.code})"


def _language() -> str:
    return (get_language() or "ru")[:2]


def _xml(text: str, status: int = HTTPStatus.OK) -> HttpResponse:
    return HttpResponse(text, content_type="text/xml; charset=utf-8", status=status)


def _name(one: Round) -> str:
    """A form's title; of an exercise marked as such, since an interviewer sees nothing else of its round."""
    title = str(getattr(one.form, f"title_{_language()}"))
    return f"{title} [{gettext('simulated data', _language())}]" if one.is_simulated else title


@door("GET", "HEAD")
def form_list(request: HttpRequest, device: Device, token: str) -> HttpResponse:
    """The forms in the field for this phone's agency now; ``?formID=`` keeps one."""
    wanted = request.GET.get("formID")
    return _xml(
        openrosa.form_list(
            openrosa.ListedForm(
                code=one.form.instrument,
                version=one.form.version,
                name=_name(one),
                hash=one.form.md5,
                download_url=request.build_absolute_uri(
                    reverse("openrosa-form", args=[token, one.form.instrument, one.form.version])
                ),
            )
            for one in rounds_in_field(device, at=timezone.now())
            if wanted in (None, one.form.instrument)
        )
    )


@door("GET", "HEAD", asks_version=False)
def form(_request: HttpRequest, device: Device, _token: str, *, form: str, version: str) -> HttpResponse:
    """The frozen bytes of a published version."""
    found = form_in_field(device, instrument=form, version=version, at=timezone.now())
    return _xml(found.xml)


@door("GET", "HEAD")
def manifest(_request: HttpRequest, device: Device, _token: str, *, form: str, version: str) -> HttpResponse:
    """What a form needs beside itself: our forms carry everything inside."""
    form_in_field(device, instrument=form, version=version, at=timezone.now())
    return _xml(openrosa.manifest([]))


@door("GET", "HEAD", "POST", asks_version=False)
def nothing(_request: HttpRequest, _device: Device, _token: str, *, rest: str) -> HttpResponse:
    """Every other address under a token."""
    raise Refused(Finding("COL-ADDRESS", found=rest[:60]))


@door("GET", "HEAD", "POST")
def submission(request: HttpRequest, device: Device, _token: str) -> HttpResponse:
    """Takes a record in; to HEAD says that this is the door."""
    if request.method != "POST":
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    with tempfile.SpooledTemporaryFile(max_size=_PIECE) as body:
        xml, files = _parts(request, body)
        try:
            received = receiving.receive(sender=phone(device), received=xml, files=files, at=timezone.now())
        except Refused as refusal:
            return _refusal(refusal.findings[0], _form_of(xml))
    if received.outcome is Outcome.QUARANTINED:
        breach = next(iter(received.breaches), None)
        if breach is not None and breach.code == "COL-LATE":
            words = gettext(
                "The record came after the round was closed; it is kept apart until the centre decides.",
                _language(),
            )
        else:
            kept = gettext("The record is kept apart until the centre decides.", _language())
            words = f"{kept} {_words(breach, _form_of(xml))}" if breach else kept
        return _xml(openrosa.reply(words, nature="submit_pending"), HTTPStatus.ACCEPTED)
    words = gettext("The record is kept.", _language())
    return _xml(openrosa.reply(words, nature="submit_success"), HTTPStatus.CREATED)


def _form_of(xml: bytes) -> Instrument | None:
    """The text of the form that a record fills; None when the record cannot be read or no text holds it."""
    try:
        sent = openrosa.read_instance(xml)
    except Refused:
        return None
    return text_of_form(sent.form, sent.version)


def _parts(request: HttpRequest, body: IO[bytes]) -> tuple[bytes, list[receiving.SentFile]]:
    """The record's own bytes and its attachments, from a whole and readable post."""
    kind, options = parse_header_parameters(request.META.get("CONTENT_TYPE", ""))
    boundary = options.get("boundary", "")
    if kind != "multipart/form-data" or not boundary:
        raise Refused(Finding("COL-POST-PARTS", found=kind[:60]))
    size = _read_body(request, body)
    body.seek(max(0, size - len(boundary) - 64))
    if f"--{boundary}--".encode() not in body.read():
        raise Refused(Finding("COL-POST-HALF", found=str(size)))
    body.seek(0)
    meta = {"CONTENT_TYPE": request.META["CONTENT_TYPE"], "CONTENT_LENGTH": str(size)}
    try:
        fields, parts = MultiPartParser(meta, body, [ScannedUpload(request)]).parse()
    except FileRefused as refused:
        raise Refused(refused.finding) from None
    except (MultiPartParserError, SuspiciousOperation, ValueError):
        raise Refused(Finding("COL-POST-PARTS", found="multipart/form-data")) from None
    sent = parts.getlist(openrosa.SUBMISSION_PART)
    written = fields.getlist(openrosa.SUBMISSION_PART)
    if len(sent) + len(written) != 1:
        raise Refused(Finding("COL-POST-XML", found=str(len(sent) + len(written))))
    files = [
        receiving.SentFile(part.name or name, part)
        for name, many in parts.lists()
        if name != openrosa.SUBMISSION_PART
        for part in many
    ]
    return (sent[0].read(openrosa.LARGEST_XML + 1) if sent else str(written[0]).encode()), files


def _read_body(request: HttpRequest, body: IO[bytes]) -> int:
    """Copy a post's body, in pieces or of a stated length, and refuse a half of one."""
    incoming: Any = request.META["wsgi.input"]
    is_chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    try:
        stated = None if is_chunked else int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise Refused(Finding("COL-POST-PARTS", found="Content-Length")) from None
    size = 0
    while stated is None or size < stated:
        if (stated or size) > LARGEST:
            raise Refused(Finding("COL-POST-LARGE", found=str(stated or size), values={"limit": LARGEST}))
        try:
            piece = incoming.read(_PIECE if stated is None else min(_PIECE, stated - size))
        except OSError:
            raise Refused(Finding("COL-POST-HALF", found=str(size))) from None
        if not piece:
            break
        body.write(piece)
        size += len(piece)
    if stated is not None and size < stated:
        raise Refused(Finding("COL-POST-HALF", found=str(size)))
    return size
