"""The open data of a site: the same frozen values in the shapes that programs read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dozor.apps.releases.content import Content
from dozor.core.plan import Plan


def write(folder: Path, frozen: Content, plans: Sequence[Plan]) -> None:
    """Write every file of open data into a site's folder."""
    from dozor.publishing.opendata import Dataset, write_dataset

    dataset = Dataset(
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
    write_dataset(folder, dataset)
