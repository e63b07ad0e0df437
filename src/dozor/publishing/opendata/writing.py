"""Writes the open data of a release into a folder."""

from __future__ import annotations

from pathlib import Path

from dozor.core.text import Text
from dozor.publishing.opendata.dataset import Dataset
from dozor.publishing.opendata.describing import catalogue, data_package, feed
from dozor.publishing.opendata.sdmx import sdmx_data, sdmx_structure
from dozor.publishing.opendata.tables import to_csv, to_json, to_parquet, to_xlsx


def write_dataset(
    folder: Path, dataset: Dataset, *, publisher: Text | None = None, language: str = "ru"
) -> list[str]:
    """Write ``data/``, ``sdmx/`` and the feed; return the files' names.

    ``data/values.*`` holds everything, ``data/indicators/CODE.*`` one indicator; ``datapackage.json``
    describes the CSV files, ``catalog.jsonld`` the whole.
    """
    title = dataset.title.in_language(language)
    files: dict[str, bytes] = {}
    for name, observations in [
        ("values", list(dataset.observations)),
        *((f"indicators/{code}", dataset.of(code)) for code in dataset.indicators()),
    ]:
        rows = list(dataset.rows(observations))
        files[f"{name}.csv"] = to_csv(rows)
        files[f"{name}.json"] = to_json(rows)
        files[f"{name}.parquet"] = to_parquet(rows)
        files[f"{name}.xlsx"] = to_xlsx(rows, language=language, made_on=dataset.made_on, title=title)
    files["datapackage.json"] = data_package(dataset, files)
    author = dataset.plans[0].source
    files["catalog.jsonld"] = catalogue(
        dataset, files, publisher or (author.issuer if author is not None else dataset.title)
    )
    written = {f"data/{name}": content for name, content in files.items()}
    written["sdmx/structure.xml"] = sdmx_structure(dataset)
    written["sdmx/data.xml"] = sdmx_data(dataset)
    written["releases.atom"] = feed(dataset, language)
    for name, content in written.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return sorted(written)
