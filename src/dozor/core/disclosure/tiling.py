"""Which spans make up which: age groups and periods overlap in every way, and each way is a sum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from dozor.core.disclosure.structure import Division

Span = tuple[int, int]  # first and last unit, both included
MOST_PACKINGS = 400  # of one whole; vocabularies in use have a handful


def divisions_of_spans(spans: Mapping[str, Span]) -> tuple[Division, ...]:
    """Find every sum among spans: tilings of a whole are complete, packings with gaps are not.

    A packing that has two neighbours which together are a span of their own is left out: it follows from
    two shorter sums.

    >>> divisions_of_spans({"all": (0, 99), "0-14": (0, 14), "15+": (15, 99), "15-24": (15, 24)})
    ... # doctest: +NORMALIZE_WHITESPACE
    (Division(whole='all', parts=('0-14', '15+'), is_complete=True),
     Division(whole='15+', parts=('15-24',), is_complete=False))
    """
    found = []
    by_span = set(spans.values())
    for whole, (first, last) in spans.items():
        inside = sorted(
            (span, code)
            for code, span in spans.items()
            if code != whole and first <= span[0] and span[1] <= last and span != (first, last)
        )
        for code, span in spans.items():
            if code > whole and span == (first, last):
                found.append(Division(whole, (code,)))
        for number, packing in enumerate(_packings(inside, first, last)):
            if number == MOST_PACKINGS:
                break
            if not _is_implied(packing, by_span, (first, last)):
                is_complete = _is_gapless(packing) and packing[0][0][0] == first and packing[-1][0][1] == last
                found.append(Division(whole, tuple(code for _, code in packing), is_complete))
    return tuple(found)


def _packings(inside: Sequence[tuple[Span, str]], start: int, last: int) -> Iterator[list[tuple[Span, str]]]:
    """Every maximal set of spans that do not overlap, in order; those without a gap come first."""
    following = [item for item in inside if item[0][0] >= start]
    if not following:
        return
    # the next span has to begin before any other could be put in whole
    soonest_end = min(span[1] for span, _ in following)
    for span, code in following:
        if span[0] > soonest_end:
            break
        rest = False
        for packing in _packings(inside, span[1] + 1, last):
            rest = True
            yield [(span, code), *packing]
        if not rest:
            yield [(span, code)]


def _is_gapless(packing: Sequence[tuple[Span, str]]) -> bool:
    return all(a[0][1] + 1 == b[0][0] for a, b in pairwise(packing))


def _is_implied(packing: Sequence[tuple[Span, str]], spans: set[Span], whole: Span) -> bool:
    """Whether a shorter packing of a smaller span already says it."""
    for i in range(len(packing)):
        for j in range(i, len(packing)):
            run = (packing[i][0][0], packing[j][0][1])
            if j > i and _is_gapless(packing[i : j + 1]) and run in spans and run != whole:
                return True
    # all of it, gaps included, lies in one smaller span
    hull = (packing[0][0][0], packing[-1][0][1])
    return any(
        span != whole
        and whole[0] <= span[0] <= hull[0]
        and hull[1] <= span[1] <= whole[1]
        and span not in {s for s, _ in packing}
        for span in spans
    )
