"""What phones send and read: submissions in, lists of forms and short replies out.

The shapes are those of the OpenRosa 1.0 interfaces as ODK Collect uses them.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from dozor.core.answers.form import AnswerForm
from dozor.core.findings import Finding, Refused

LARGEST_XML = 1_000_000  # bytes; a long interview takes a tenth
DEEPEST, MOST_ELEMENTS, MOST_ATTRIBUTES = 40, 20_000, 1_000
LONGEST_ID = 249
SUBMISSION_PART = "xml_submission_file"
INCOMPLETE_PART = "*isIncomplete*"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # signs that no XML may hold
HEADING = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass
class Node:
    """An element of a submission; names are local, whatever namespace they stand in."""

    name: str
    attributes: Mapping[str, str]
    children: list[Node] = field(default_factory=list)
    # a document of line breaks alone comes in a million pieces; joined once, not grown
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def child(self, name: str) -> Node | None:
        return next((c for c in self.children if c.name == name), None)


@dataclass(frozen=True)
class Instance:
    """A submission as received: which form it answers, its own id, and the tree of answers."""

    form: str
    version: str
    instance_id: str
    replaces: str
    root: Node


def read_instance(received: bytes) -> Instance:
    """Read a submission.

    Raises
    ------
    Refused
        ``COL-XML-LARGE``, ``COL-XML-ENCODING``, ``COL-XML-UNREADABLE``, ``COL-XML-ENTITY`` (a document type,
        an entity or anything from outside), ``COL-XML-DEEP``, ``COL-XML-FORM`` (no form named),
        ``COL-XML-INSTANCE`` (no id, or an impossible one).
    """
    root = _parse(received)
    meta = root.child("meta")
    named = (meta.child("instanceID") if meta else None) or root.child("instanceID")
    instance_id = (named.text if named else root.attributes.get("instanceID", "")).strip()
    replaced = meta.child("deprecatedID") if meta else None
    form = root.attributes.get("id", "").strip()
    if not form:
        raise Refused(Finding("COL-XML-FORM", found=root.name[:40]))
    if not instance_id or len(instance_id) > LONGEST_ID or not instance_id.isprintable():
        raise Refused(Finding("COL-XML-INSTANCE", found=instance_id[:40]))
    return Instance(
        form=form,
        version=root.attributes.get("version", "").strip(),
        instance_id=instance_id,
        replaces=replaced.text.strip() if replaced else "",
        root=root,
    )


def write_instance(
    form: str,
    version: str,
    instance_id: str,
    texts: Mapping[str, str],
    repeats: Mapping[str, Sequence[Mapping[str, str]]],
    *,
    replaces: str = "",
) -> bytes:
    """Write a record as a phone would send it; the same answers always give the same bytes."""
    old = f"<orx:deprecatedID>{escape(replaces)}</orx:deprecatedID>" if replaces else ""
    turns = "".join(
        f"<{group}>{_written(turn)}</{group}>" for group in sorted(repeats) for turn in repeats[group]
    )
    return (
        f"{HEADING}<data id={quoteattr(form)} version={quoteattr(version)} "
        f'xmlns:orx="http://openrosa.org/xforms">{_written(texts)}{turns}'
        f"<orx:meta><orx:instanceID>{escape(instance_id)}</orx:instanceID>{old}</orx:meta></data>"
    ).encode()


def _written(texts: Mapping[str, str]) -> str:
    return "".join(f"<{name}>{escape(_NO_XML.sub(' ', texts[name]))}</{name}>" for name in sorted(texts))


def answers_of(
    instance: Instance, form: AnswerForm
) -> tuple[dict[str, str], dict[str, list[dict[str, str]]]]:
    """Return the answers of a submission by question, and the turns of each repeated group."""
    texts: dict[str, str] = {}
    repeats: dict[str, list[dict[str, str]]] = {}
    for node in instance.root.children:
        if node.name != "meta":
            _collect(node, form, texts, repeats)
    return texts, repeats


def _collect(
    node: Node, form: AnswerForm, texts: dict[str, str], repeats: dict[str, list[dict[str, str]]]
) -> None:
    if node.name in form.repeats:
        turn: dict[str, str] = {}
        for child in node.children:
            _collect(child, form, turn, repeats)
        repeats.setdefault(node.name, []).append(turn)
    elif node.children:
        for child in node.children:
            _collect(child, form, texts, repeats)
    elif node.name in form.by_name or node.text.strip():
        texts[node.name] = node.text


def _parse(received: bytes) -> Node:
    if len(received) > LARGEST_XML:
        raise Refused(Finding("COL-XML-LARGE", found=str(len(received)), values={"limit": LARGEST_XML}))
    try:
        received.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise Refused(Finding("COL-XML-ENCODING", found=str(wrong.start))) from None
    parser = DefusedXMLParser(target=_Builder(), forbid_dtd=True)
    try:
        parser.feed(received)
        root: Node | None = parser.close()
    except Refused:
        raise
    except DefusedXmlException:
        raise Refused(Finding("COL-XML-ENTITY")) from None
    except (SyntaxError, ValueError, LookupError):  # ElementTree's ParseError is a SyntaxError
        raise Refused(Finding("COL-XML-UNREADABLE")) from None
    if root is None:
        raise Refused(Finding("COL-XML-UNREADABLE"))
    return root


class _Builder:
    """Builds the tree and counts as it goes, so that a monstrous document stops early."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.open: list[Node] = []
        self.count = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.count += 1
        if len(self.open) >= DEEPEST or self.count > MOST_ELEMENTS or len(attributes) > MOST_ATTRIBUTES:
            values = {"depth": DEEPEST, "elements": MOST_ELEMENTS}
            raise Refused(Finding("COL-XML-DEEP", values=values))
        node = Node(_local(tag), {_local(k): v for k, v in attributes.items()})
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def data(self, text: str) -> None:
        if self.open:
            self.open[-1].pieces.append(text)

    def end(self, _tag: str) -> None:
        self.open.pop()

    def close(self) -> Node | None:
        return self.root


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


@dataclass(frozen=True)
class ListedForm:
    """A form as a phone's list shows it; `hash` is the MD5 of the very bytes that will be downloaded."""

    code: str
    version: str
    name: str
    hash: str
    download_url: str


def form_list(forms: Iterable[ListedForm]) -> str:
    """Write the list of forms; ODK Collect drops the whole list if one lacks its id, name or address."""
    return "".join(_form_list(forms))


def _form_list(forms: Iterable[ListedForm]) -> Iterator[str]:
    yield HEADING + '<xforms xmlns="http://openrosa.org/xforms/xformsList">'
    for one in forms:
        yield (
            f"<xform><formID>{escape(one.code)}</formID><name>{escape(one.name)}</name>"
            f"<version>{escape(one.version)}</version><hash>md5:{one.hash}</hash>"
            f"<downloadUrl>{escape(one.download_url)}</downloadUrl></xform>"
        )
    yield "</xforms>"


@dataclass(frozen=True)
class MediaFile:
    """A file that a form refers to."""

    name: str
    hash: str
    download_url: str


def manifest(files: Sequence[MediaFile]) -> str:
    """Write the files that a form needs beside itself."""
    inside = "".join(
        f"<mediaFile><filename>{escape(f.name)}</filename><hash>md5:{f.hash}</hash>"
        f"<downloadUrl>{escape(f.download_url)}</downloadUrl></mediaFile>"
        for f in files
    )
    return f'{HEADING}<manifest xmlns="http://openrosa.org/xforms/xformsManifest">{inside}</manifest>'


def reply(message: str, *, nature: str = "") -> str:
    """Write what a phone shows its owner."""
    return (
        f'{HEADING}<OpenRosaResponse xmlns="http://openrosa.org/http/response" items="0">'
        f"<message nature={quoteattr(nature)}>{escape(message)}</message></OpenRosaResponse>"
    )


def collect_settings(server_url: str, *, name: str) -> dict[str, Any]:
    """Return the settings that ODK Collect takes from a QR code."""
    return {
        "general": {"protocol": "odk_default", "server_url": server_url, "form_update_mode": "match_exactly"},
        "admin": {},
        "project": {"name": name[:50]},
    }


def collect_code(settings: Mapping[str, Any]) -> str:
    """The text of the QR code that ODK Collect reads its settings from: JSON, packed, in base64."""
    return base64.b64encode(zlib.compress(json.dumps(settings, ensure_ascii=False).encode())).decode()
