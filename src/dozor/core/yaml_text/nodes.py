"""YAML text as a tree that remembers its lines.

The tree is built from the parser's events, so a hostile text is refused before it costs anything: no
alias (and so no alias bomb), no deep nesting, no second document, no key written twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from dozor.core.findings import Finding

DEEPEST = 12
# libyaml is some ten times quicker; both give the same events
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Scalar:
    text: str
    line: int
    is_plain: bool

    @property
    def is_absent(self) -> bool:
        """Nothing was written, or the word for nothing; an empty text in quotes is a text."""
        return self.is_plain and self.text in ("", "~", "null")


@dataclass
class Items:
    line: int
    items: list[Node] = field(default_factory=list)


@dataclass
class Entries:
    line: int
    values: dict[str, Node] = field(default_factory=dict)
    key_lines: dict[str, int] = field(default_factory=dict)


Node = Scalar | Items | Entries


@dataclass
class _Open:
    """A list or mapping still being read; `key` waits for its value."""

    node: Items | Entries
    key: Scalar | None = None


def parse(file: str, text: str) -> tuple[Node | None, tuple[Finding, ...]]:
    """Split one YAML text.

    Returns
    -------
    tuple
        The tree (None when nothing is written or the text cannot be split) and the faults found.
    """
    findings: list[Finding] = []
    root: Node | None = None
    stack: list[_Open] = []

    def fault(code: str, line: int, found: str, **values: object) -> None:
        findings.append(Finding(code, found=found, values=values, file=file, row=line))

    def place(node: Node) -> None:
        nonlocal root
        if not stack:
            root = node
            return
        top = stack[-1]
        if isinstance(top.node, Items):
            top.node.items.append(node)
        elif top.key is None:
            if isinstance(node, Scalar):
                top.key = node
            else:
                fault("PLAN-KEY-SHAPE", node.line, "{…}" if isinstance(node, Entries) else "[…]")
                top.key = Scalar(f"?{node.line}", node.line, True)
        else:
            key, top.key = top.key, None
            if key.text in top.node.values:
                fault("PLAN-DUPLICATE-KEY", key.line, key.text, first=top.node.key_lines[key.text])
            else:
                top.node.values[key.text] = node
                top.node.key_lines[key.text] = key.line

    try:
        documents = 0
        for event in yaml.parse(text, Loader=_Loader):
            line = event.start_mark.line + 1 if event.start_mark is not None else 1
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    fault("PLAN-SECOND-DOCUMENT", line, "---")
                    return None, tuple(findings)
            elif anchor := getattr(event, "anchor", None):
                sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
                fault("PLAN-ALIAS", line, f"{sign}{anchor}")
                return None, tuple(findings)
            elif isinstance(event, yaml.ScalarEvent):
                place(Scalar(event.value, line, event.style is None or event.style == ""))
            elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                if len(stack) == DEEPEST:
                    fault("PLAN-TOO-DEEP", line, str(DEEPEST + 1), limit=DEEPEST)
                    return None, tuple(findings)
                node: Items | Entries = (
                    Items(line) if isinstance(event, yaml.SequenceStartEvent) else Entries(line)
                )
                place(node)
                stack.append(_Open(node))
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                stack.pop()
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        line = mark.line + 1 if mark is not None else 1
        lines = text.splitlines()
        fault("PLAN-SYNTAX", line, lines[line - 1].strip()[:80] if line <= len(lines) else "")
        return None, tuple(findings)
    except yaml.YAMLError as wrong:  # a sign that may not stand in YAML at all, such as U+0000
        fault("PLAN-SYNTAX", 1, str(wrong).splitlines()[0][:80])
        return None, tuple(findings)
    return root, tuple(findings)
