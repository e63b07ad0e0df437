"""Answers of persons at rest: encrypted, named by a keyed hash, codes kept as keyed hashes.

``waiting`` holds records as they come in, those of one moment together in a file; ``tables`` holds them
gathered in encrypted Parquet, which estimates read. The keys lie in a folder of their own.
"""

from dozor.store.answers_at_rest.bundles import lying_in, read_lying, write_bundle
from dozor.store.answers_at_rest.keys import AnswerKeys, add_key, drop_old_keys, make_keys, read_keys
from dozor.store.answers_at_rest.rotation import rotate
from dozor.store.answers_at_rest.tables import (
    GatheredFile,
    lay_out,
    open_answers,
    read_rows,
    turns_of,
    write_rows,
)
from dozor.store.answers_at_rest.waiting import (
    SealedFile,
    StoredRecord,
    read_bytes,
    read_record,
    record_name,
    write_bytes,
    write_record,
)

__all__ = [
    "AnswerKeys",
    "GatheredFile",
    "SealedFile",
    "StoredRecord",
    "add_key",
    "drop_old_keys",
    "lay_out",
    "lying_in",
    "make_keys",
    "open_answers",
    "read_bytes",
    "read_keys",
    "read_lying",
    "read_record",
    "read_rows",
    "record_name",
    "rotate",
    "turns_of",
    "write_bundle",
    "write_bytes",
    "write_record",
    "write_rows",
]
