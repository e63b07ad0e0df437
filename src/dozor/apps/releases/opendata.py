"""The open data of a site: the same frozen values in the shapes that programs read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dozor.apps.releases.content import Content
from dozor.core.plan import Plan
from dozor.publishing.opendata.dataset import Dataset

_last: tuple[Content, Dataset] | None = None  # every page of a site asks for the same


def dataset_of(frozen: Content, plans: Sequence[Plan]) -> Dataset:
    """A release as open data; `plans` are the release's own."""
    global _last  # noqa: PLW0603 - set and read in one step each, so threads may share it
    if (last := _last) is not None and last[0] is frozen:
        return last[1]
    made = _dataset(frozen, plans)
    _last = frozen, made
    return made


def _dataset(frozen: Content, plans: Sequence[Plan]) -> Dataset:
    return Dataset(
        code=frozen.code,
        year=frozen.year,
        version=frozen.version,
        made_on=frozen.made_on,
        note=frozen.note,
        plans=tuple(plans),
        areas=frozen.areas,
        observations=frozen.observations,
        already_published=frozen.already_published,
        software_version=frozen.software_version,
    )


def write(folder: Path, frozen: Content, plans: Sequence[Plan]) -> None:
    """Write every file of open data into a site's folder."""
    from dozor.publishing.opendata import write_dataset

    write_dataset(folder, dataset_of(frozen, plans))


def indicator_csv(frozen: Content, plans: Sequence[Plan], code: str) -> bytes:
    """The values of one indicator, as they stand in ``data/indicators``; a heading alone when it has none."""
    from dozor.publishing.opendata.tables import to_csv

    dataset = dataset_of(frozen, plans)
    return to_csv(dataset.rows(dataset.of(code)))
