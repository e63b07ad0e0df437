"""Open data of a release: tidy tables, a described package, a catalogue, SDMX, a feed."""

from dozor.publishing.opendata.dataset import Dataset
from dozor.publishing.opendata.writing import write_dataset

__all__ = ["Dataset", "write_dataset"]
