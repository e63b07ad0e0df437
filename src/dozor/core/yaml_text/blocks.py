"""Typed access to a YAML tree: each question to a key either gets a value or leaves a finding.

A question that fails gives a stand-in value, so that reading goes on and every fault is found at once;
:meth:`Reading.finish` then refuses the whole, and no stand-in is ever used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from dozor.core.findings import Finding, Refused
from dozor.core.text import LANGUAGES, Text
from dozor.core.yaml_text.nodes import Entries, Items, Node, Scalar, parse

STAND_IN = Text("?", "?", "?")


@dataclass(frozen=True)
class Place:
    """Where something is written: file, line from 1, path of keys."""

    file: str
    line: int
    path: str


class Reading:
    """One reading of several texts: what is defined, what is referred to, what is wrong."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._defined: dict[str, dict[str, Place]] = {}
        self._referred: list[tuple[str, str, Place]] = []

    def fault(self, code: str, place: Place, found: str = "", **values: object) -> None:
        self.findings.append(
            Finding(
                code, found=found, values=values, file=place.file, row=place.line, column=place.path or None
            )
        )

    def top_blocks(self, files: Mapping[str, str]) -> list[Block]:
        """Split every file; a file is a mapping from section to content."""
        blocks = []
        for file in sorted(files):
            node, findings = parse(file, files[file])
            self.findings.extend(findings)
            if isinstance(node, Entries):
                blocks.append(Block(self, file, "", node))
            elif node is not None and not (isinstance(node, Scalar) and node.is_absent):
                self.fault("PLAN-NOT-A-MAPPING", Place(file, node.line, ""), _glimpse(node))
        return blocks

    def define(self, kind: str, code: str, place: Place) -> None:
        """Note that `code` is defined here; a second definition is a fault."""
        known = self._defined.setdefault(kind, {})
        if code in known:
            first = known[code]
            self.fault("PLAN-DUPLICATE-CODE", place, code, first=f"{first.file}:{first.line}")
        else:
            known[code] = place

    def defined(self, kind: str) -> tuple[str, ...]:
        return tuple(self._defined.get(kind, {}))

    def place_of(self, kind: str, code: str) -> Place:
        return self._defined[kind][code]

    def refer(self, kind: str, code: str, place: Place) -> None:
        self._referred.append((kind, code, place))

    def resolve(self) -> None:
        """Report every reference to a code nobody defined."""
        for kind, code, place in self._referred:
            known = self._defined.get(kind, {})
            if code not in known:
                self.fault(f"PLAN-UNKNOWN-{kind.upper()}", place, code, known=short_list(known))
        self._referred.clear()

    def finish(self) -> None:
        """Raise :class:`Refused` with every fault, in the order of files and lines."""
        if self.findings:
            raise Refused(sorted(self.findings, key=lambda f: (f.file or "", f.row or 0, f.code)))


class Block:
    """A mapping of one text, asked key by key; a key nobody asked for is unknown."""

    def __init__(self, reading: Reading, file: str, path: str, node: Entries) -> None:
        self.reading, self.file, self.path, self._node = reading, file, path, node
        self._asked: dict[str, None] = {}

    def place(self, key: str | None = None) -> Place:
        if key is None:
            return Place(self.file, self._node.line, self.path)
        line = self._node.key_lines.get(key, self._node.line)
        return Place(self.file, line, f"{self.path}.{key}" if self.path else key)

    def has(self, key: str) -> bool:
        return self._take(key) is not None

    def close(self) -> None:
        """Report the keys that were not asked for."""
        for key in self._node.values:
            if key not in self._asked:
                self.reading.fault("PLAN-UNKNOWN-KEY", self.place(key), key, known=short_list(self._asked))

    def _take(self, key: str) -> Node | None:
        self._asked[key] = None
        node = self._node.values.get(key)
        return None if isinstance(node, Scalar) and node.is_absent else node

    def _missing(self, key: str) -> None:
        self.reading.fault("PLAN-MISSING-KEY", self.place(key), "", key=key)

    def optional_word(self, key: str) -> str | None:
        node = self._take(key)
        if node is None or isinstance(node, Scalar):
            return None if node is None else node.text.strip()
        self.reading.fault("PLAN-NOT-A-WORD", self.place(key), _glimpse(node))
        return None

    def word(self, key: str, *, may_be_empty: bool = False) -> str:
        found = self.optional_word(key)
        if found or (found == "" and may_be_empty):
            return found
        if not isinstance(self._node.values.get(key), (Items, Entries)):
            self._missing(key)
        return ""

    def words(self, key: str, *, refer_to: str | None = None, required: bool = False) -> tuple[str, ...]:
        """A list of words; each may be noted as a reference to something defined elsewhere."""
        node = self._take(key)
        if node is None:
            if required:
                self._missing(key)
            return ()
        if not isinstance(node, Items):
            self.reading.fault("PLAN-NOT-A-LIST", self.place(key), _glimpse(node))
            return ()
        found: list[str] = []
        for number, item in enumerate(node.items):
            place = Place(self.file, item.line, f"{self.place(key).path}[{number}]")
            if not isinstance(item, Scalar):
                self.reading.fault("PLAN-NOT-A-WORD", place, _glimpse(item))
            elif item.text in found:
                self.reading.fault("PLAN-DUPLICATE-CODE", place, item.text, first=f"{self.file}:{node.line}")
            else:
                found.append(item.text)
                if refer_to:
                    self.reading.refer(refer_to, item.text, place)
        if required and not node.items:
            self._missing(key)
        return tuple(found)

    def reference(self, key: str, kind: str) -> str:
        found = self.word(key)
        if found:
            self.reading.refer(kind, found, self.place(key))
        return found

    def optional_reference(self, key: str, kind: str) -> str | None:
        return self.reference(key, kind) if self.has(key) else None

    def one_of(self, key: str, options: Sequence[str], default: str | None = None) -> str:
        found = default if default is not None and not self.has(key) else self.word(key)
        if found and found not in options:
            self.reading.fault("PLAN-NOT-ONE-OF", self.place(key), found, known=short_list(options))
        return found or options[0]

    def optional_text(self, key: str) -> Text | None:
        """A text in three languages; each language that is missing is a fault of its own."""
        node = self._take(key)
        if node is None:
            return None
        place = self.place(key)
        if not isinstance(node, Entries):
            self.reading.fault("PLAN-MISSING-TRANSLATION", place, _glimpse(node), language="ru, be, en")
            return None
        block = Block(self.reading, self.file, place.path, node)
        said: dict[str, str] = {}
        for language in LANGUAGES:
            word = block.optional_word(language)
            if word:
                said[language] = word
            elif not isinstance(node.values.get(language), (Items, Entries)):
                there = Place(self.file, node.key_lines.get(language, place.line), f"{place.path}.{language}")
                self.reading.fault("PLAN-MISSING-TRANSLATION", there, "", language=language)
        block.close()
        return Text(**said) if len(said) == len(LANGUAGES) else STAND_IN

    def text(self, key: str) -> Text:
        if not self.has(key):
            self._missing(key)
        return self.optional_text(key) or STAND_IN

    def optional_integer(self, key: str) -> int | None:
        found = self.optional_word(key)
        if found is None:
            return None
        if found.isascii() and found.lstrip("-").isdigit() and len(found) <= 9:
            return int(found)
        self.reading.fault("PLAN-BAD-NUMBER", self.place(key), found)
        return None

    def integer(self, key: str) -> int:
        if not self.has(key):
            self._missing(key)
        return self.optional_integer(key) or 0

    def optional_decimal(self, key: str) -> Decimal | None:
        found = self.optional_word(key)
        if found is None:
            return None
        try:
            number = Decimal(found)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite():
            return number
        self.reading.fault("PLAN-BAD-NUMBER", self.place(key), found)
        return None

    def yes_or_no(self, key: str) -> bool:
        """True or false; a key that is absent means no."""
        return self.one_of(key, ("false", "true"), "false") == "true"

    def optional_day(self, key: str) -> date | None:
        found = self.optional_word(key)
        if found is None:
            return None
        try:
            if len(found) != len("2006-12-30"):
                raise ValueError(found)
            return date.fromisoformat(found)
        except ValueError:
            self.reading.fault("PLAN-BAD-DATE", self.place(key), found)
            return None

    def day(self, key: str) -> date:
        if not self.has(key):
            self._missing(key)
        return self.optional_day(key) or date.min

    def block(self, key: str) -> Block | None:
        node = self._take(key)
        if isinstance(node, Entries):
            return Block(self.reading, self.file, self.place(key).path, node)
        if node is None:
            self._missing(key)
        else:
            self.reading.fault("PLAN-NOT-A-MAPPING", self.place(key), _glimpse(node))
        return None

    def blocks(self, key: str, name_by: str = "code") -> list[Block]:
        """A list of mappings; the path of each is named by its code, as a reader would look for it."""
        node = self._take(key)
        if node is None:
            return []
        if not isinstance(node, Items):
            self.reading.fault("PLAN-NOT-A-LIST", self.place(key), _glimpse(node))
            return []
        found = []
        for number, item in enumerate(node.items):
            path = f"{self.place(key).path}[{number}]"
            if isinstance(item, Entries):
                name = item.values.get(name_by)
                if isinstance(name, Scalar) and name.text:
                    path = f"{self.place(key).path}[{name.text}]"
                found.append(Block(self.reading, self.file, path, item))
            else:
                self.reading.fault("PLAN-NOT-A-MAPPING", Place(self.file, item.line, path), _glimpse(item))
        return found


def short_list(codes: Iterable[str], most: int = 24) -> str:
    """Codes in one line for a message; a long list is cut and says so."""
    listed = list(codes)
    return ", ".join(listed[:most]) + (" …" if len(listed) > most else "")


def _glimpse(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text[:80]
    return "[…]" if isinstance(node, Items) else "{…}"
