"""Topics: pages that tell one story from several series, as text of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

from dozor.core.text import Text
from dozor.core.yaml_text import Block

ChapterKind = Literal["cascade", "rounds", "years", "newest"]


@dataclass(frozen=True)
class Step:
    """One step of a cascade: those of the step before who got this far.

    Parameters
    ----------
    count
        Code of the series that counts them; empty where nobody counts them.
    of_previous, of_all
        Codes of the series that publish their share of the step before and of the first step.
    """

    name: Text
    count: str = ""
    of_previous: str = ""
    of_all: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for code in (self.count, self.of_previous, self.of_all) if code)


@dataclass(frozen=True)
class Chapter:
    """One picture of a topic with its table.

    Parameters
    ----------
    kind
        ``cascade``: `steps` at one time; ``rounds``: shares of groups by year, one panel each; ``years``:
        money of whole years, `total` drawn, divided into `parts`, and `series` beside it; ``newest``: the
        newest value of each.
    series
        Codes of series, of this plan or of another; one that no plan has is left out.
    parts
        Those of `series` that lie beside each other and together make the total; the others may lie in them.
    """

    code: str
    kind: ChapterKind
    title: Text
    note: Text | None = None
    series: tuple[str, ...] = ()
    total: str = ""
    parts: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        of_steps = tuple(code for step in self.steps for code in step.codes)
        return tuple(dict.fromkeys((*((self.total,) if self.total else ()), *self.series, *of_steps)))


@dataclass(frozen=True)
class Topic:
    """A page: what it tells, what it does not (`limits`), its chapters from top to bottom."""

    code: str
    title: Text
    lede: Text
    limits: Text
    chapters: tuple[Chapter, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for chapter in self.chapters for code in chapter.codes))


def read_topic(block: Block) -> Topic:
    """Read one entry of the section ``topics``."""
    code = block.word("code")
    if code:
        block.reading.define("topic", code, block.place("code"))
    chapters = []
    for one in block.blocks("chapters"):
        chapters.append(_chapter(one))
        one.close()
    return Topic(code, block.text("title"), block.text("lede"), block.text("limits"), tuple(chapters))


def _chapter(block: Block) -> Chapter:
    kind = cast(ChapterKind, block.one_of("kind", get_args(ChapterKind)))
    steps = []
    for one in block.blocks("steps", name_by="count") if kind == "cascade" else ():
        words = (one.optional_word(key) or "" for key in ("count", "of_previous", "of_all"))
        steps.append(Step(one.text("name"), *words))
        one.close()
    return Chapter(
        code=block.word("code"),
        kind=kind,
        title=block.text("title"),
        note=block.optional_text("note"),
        series=block.words("series", required=kind in ("rounds", "newest")),
        total=block.word("total") if kind == "years" else "",
        parts=block.words("parts") if kind == "years" else (),
        steps=tuple(steps),
    )
