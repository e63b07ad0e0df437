"""Answers at rest: nothing readable without the keys, nothing changed unnoticed, nothing lost by a rotation.

REST-001  What is written comes back, repeated groups and Cyrillic included.
REST-002  No answer, no code and no key can be read in the files.
REST-003  A file is named by a keyed hash of its content; altered, swapped or without its key it is refused.
REST-004  A respondent's code is found by no list of codes without the key.
REST-005  A rotation, whole or cut off, keeps every file readable, and the old key opens nothing after it.
REST-006  Records written together come back one by one; one cut short is passed over, an altered one refused.
"""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import pytest

from dozor.core.answers.form import AnswerField, AnswerForm
from dozor.core.findings import Refused
from dozor.store import answers_at_rest as store
from dozor.store.answers_at_rest import AnswerKeys, StoredRecord, rotation

CANARY = "канарейка-zeisig"
FORM = AnswerForm(
    "f",
    "1",
    (
        AnswerField("age", "integer"),
        AnswerField("share", "decimal"),
        AnswerField("visited_on", "date"),
        AnswerField("remark", "text"),
        AnswerField("partner_age", "integer", repeat="partners"),
    ),
)
LATER = AnswerForm("f", "2", (*FORM.fields, AnswerField("asked_later", "text")))


def record(number: int, form: AnswerForm = FORM) -> StoredRecord:
    values = {"age": 15 + number % 10, "share": 0.25, "visited_on": "2026-03-01", "remark": CANARY}
    if form is LATER:
        values["asked_later"] = "да"
    partners = [{"partner_age": 20}, {"partner_age": None}] if number % 2 else []
    return StoredRecord("f", form.version, f"uuid:{number:03}", values, {"partners": partners})


@pytest.fixture
def keys(tmp_path: Path) -> AnswerKeys:
    return store.make_keys(tmp_path / "keys")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "answers"


def test_rest_001_tables_give_back_what_was_written(folder: Path, keys: AnswerKeys):
    first = store.write_rows(folder, FORM, [record(i) for i in range(50)], keys)
    second = store.write_rows(folder, LATER, [record(i, LATER) for i in range(50, 60)], keys)
    names = [first.name, second.name]
    back = list(store.read_rows(folder, names, {"1": FORM, "2": LATER}, keys))
    assert back == [record(i) if i < 50 else record(i, LATER) for i in range(60)]
    table = store.open_answers(folder, names, keys)
    assert int(table.count().to_pyarrow().as_py()) == 60
    assert int(table["asked_later"].notnull().sum().to_pyarrow().as_py()) == 10
    turns = store.turns_of(store.open_answers(folder, [first.name], keys), FORM, "partners")
    assert int(turns.count().to_pyarrow().as_py()) == 50


def test_rest_001_the_same_rows_are_the_same_file(folder: Path, keys: AnswerKeys):
    rows = [record(i) for i in range(5)]
    assert store.write_rows(folder, FORM, rows, keys) == store.write_rows(folder, FORM, rows[::-1], keys)
    assert len(list(folder.iterdir())) == 1


def test_rest_002_nothing_is_readable_without_the_keys(folder: Path, keys: AnswerKeys):
    store.write_rows(folder, FORM, [record(i) for i in range(300)], keys)
    store.write_record(folder, record(1), keys)
    for path in folder.iterdir():
        content = path.read_bytes()
        for secret in (CANARY.encode(), b"zeisig", b"uuid:", keys.current, keys.naming, keys.respondents):
            assert secret not in content
        assert path.stat().st_mode & 0o077 == 0


def test_rest_003_a_file_altered_or_swapped_is_refused(folder: Path, keys: AnswerKeys):
    one, two = store.write_record(folder, record(1), keys), store.write_record(folder, record(2), keys)
    path = folder / f"{one.name}.sealed"
    whole = path.read_bytes()
    for spoilt in (
        whole[:-1],
        whole[:40] + bytes([whole[40] ^ 1]) + whole[41:],
        (folder / f"{two.name}.sealed").read_bytes(),
        b"",
    ):
        path.write_bytes(spoilt)
        with pytest.raises(Refused, match="COL-"):
            store.read_record(folder, one.name, keys)
    path.write_bytes(whole)
    assert store.read_record(folder, one.name, keys) == record(1)


def test_rest_003_names_are_keyed(folder: Path, keys: AnswerKeys):
    sealed = store.write_record(folder, record(1), keys)
    assert sealed.name != hashlib.sha256(record(1).as_bytes()).hexdigest()
    assert sealed.name == store.record_name(record(1), keys)


def test_rest_003_without_the_key_a_table_does_not_open(folder: Path, keys: AnswerKeys, tmp_path: Path):
    made = store.write_rows(folder, FORM, [record(1)], keys)
    stranger = store.make_keys(tmp_path / "others")
    with pytest.raises(Exception, match="k"):
        store.open_answers(folder, [made.name], stranger).to_pyarrow()


def test_rest_004_no_list_of_codes_finds_a_respondent(keys: AnswerKeys):
    kept = keys.pseudonym("AB12")
    codes = [f"{a}{b}{n:02}" for a in "ABC" for b in "ABC" for n in range(100)]
    for digest in ("sha256", "sha1", "md5", "blake2b"):
        assert kept not in {hashlib.new(digest, c.encode()).hexdigest()[:32] for c in codes}
    wrong = b"\x00" * 32
    assert kept not in {hmac.new(wrong, c.encode(), "sha256").hexdigest()[:32] for c in codes}
    assert keys.pseudonym(" ab 12 ") == kept


def test_rest_005_a_rotation_keeps_everything(folder: Path, keys: AnswerKeys, tmp_path: Path):
    made = store.write_rows(folder / "tables", FORM, [record(i) for i in range(20)], keys)
    sealed = store.write_record(folder / "waiting", record(99), keys)
    assert store.rotate(folder, tmp_path / "keys") == 2
    after = store.read_keys(tmp_path / "keys")
    assert after.encryption != keys.encryption
    assert (after.naming, after.respondents) == (keys.naming, keys.respondents)
    assert len(list(store.read_rows(folder / "tables", [made.name], {"1": FORM}, after))) == 20
    assert store.read_record(folder / "waiting", sealed.name, after) == record(99)
    with pytest.raises(Refused, match="COL-KEY"):
        store.read_record(folder / "waiting", sealed.name, keys)


@pytest.mark.parametrize("cut_after", [0, 1, 2])
def test_rest_005_a_rotation_cut_off_loses_nothing(
    folder: Path, keys: AnswerKeys, tmp_path: Path, cut_after: int
):
    made = store.write_rows(folder / "tables", FORM, [record(i) for i in range(5)], keys)
    names = [store.write_record(folder / "waiting", record(i), keys).name for i in (50, 51)]

    def stop(done: int, _total: int) -> None:
        if done > cut_after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.rotate(folder, tmp_path / "keys", progress=stop)
    for _ in range(2):
        between = store.read_keys(tmp_path / "keys")
        assert len(list(store.read_rows(folder / "tables", [made.name], {"1": FORM}, between))) == 5
        assert [store.read_record(folder / "waiting", n, between).instance_id for n in names] == [
            "uuid:050",
            "uuid:051",
        ]
        store.rotate(folder, tmp_path / "keys")
    assert len(store.read_keys(tmp_path / "keys").encryption) == 1


def test_rest_006_records_written_together(folder: Path, keys: AnswerKeys, tmp_path: Path):
    names = store.write_bundle(folder, [record(i) for i in range(5)], keys)
    alone = store.write_record(folder, record(9), keys).name
    assert names[3] == store.record_name(record(3), keys)
    lying = store.lying_in(folder)
    assert set(lying) == {*names, alone}
    wanted = [names[4], names[0], alone]
    assert store.read_lying(lying, wanted, keys) == [record(4), record(0), record(9)]
    (bundle,) = folder.glob("*.bundle")
    assert CANARY.encode() not in bundle.read_bytes()
    assert bundle.stat().st_mode & 0o077 == 0
    assert store.rotate(folder, tmp_path / "keys") == 2
    after = store.read_keys(tmp_path / "keys")
    assert store.read_lying(store.lying_in(folder), wanted, after) == [record(4), record(0), record(9)]


def test_rest_006_a_bundle_cut_short_or_altered(folder: Path, keys: AnswerKeys):
    names = store.write_bundle(folder, [record(i) for i in range(3)], keys)
    (bundle,) = folder.glob("*.bundle")
    whole = bundle.read_bytes()
    for size in range(0, len(whole), 37):
        bundle.write_bytes(whole[:size])
        lying = store.lying_in(folder)
        assert list(lying) == names[: len(lying)]
        assert len(lying) < 3
        assert store.read_lying(lying, list(lying), keys) == [record(i) for i in range(len(lying))]
    bundle.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    with pytest.raises(Refused, match="COL-"):
        store.read_lying(store.lying_in(folder), names, keys)
    with pytest.raises(Refused, match="COL-SEALED"):
        store.read_lying({}, names[:1], keys)


def test_keys_that_are_not_there_are_missed(tmp_path: Path):
    with pytest.raises(Refused, match="COL-NO-KEYS"):
        store.read_keys(tmp_path)
    store.make_keys(tmp_path)
    (tmp_path / "respondents.key").write_text("short")
    with pytest.raises(Refused, match="COL-NO-KEYS"):
        store.read_keys(tmp_path)
