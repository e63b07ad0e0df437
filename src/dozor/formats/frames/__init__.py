"""Files of answers as tables an engine reads: CSV, Parquet, XLSX, Stata and SPSS."""

from dozor.formats.frames.opening import SUFFIXES, open_source, source_of_arrow

__all__ = ["SUFFIXES", "open_source", "source_of_arrow"]
