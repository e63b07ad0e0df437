"""Submissions on a memory stick, between two instances of the same software (PKG).

PKG-001  A version leaves signed, with sheet and scan; it is submitted there, and here when the receipt comes.
PKG-002  The same package, the same receipt a second time change nothing; the receipt is the same bytes.
PKG-003  Altered, cut off, for another, of an unknown key, older, twice of a number, of another plan: named,
         refused, nothing kept.
PKG-004  What was sent back is answered, what was accepted corrected, by the next package with a reason.
PKG-005  Whatever a file claims of its size, it is refused in under a second and in under 50 MB.
PKG-006  A key is trusted by an act and no longer when distrusted; a backup carries the instance's own.
PKG-007  All of it is sealed by the journal.
"""

from __future__ import annotations

import io
import json
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.instances import CopyOf, Instance, Ran, opened, write_rows

from dozor.formats.package_file import MANIFEST, SIGNATURE, canonical, public_of, read_package, write_package

REGION, CENTRE = "OCHEPH-BR", "RCHEPH"
ROW = {"indicator": "4.1", "population": "youth", "area": "BY-BR", "period": "2025", "unit": "percent"}
COLLECTION, YEAR = "survey-youth", 2025
CODE = f"{COLLECTION}-{YEAR}-{REGION}"
PDF = b"%PDF-1.7 scan of the signed sheet"
Changed = Callable[[dict[str, Any]], None]


@dataclass
class Post:
    """A region's instance and the republican centre's, and a stick between them."""

    region: Instance
    centre: Instance
    stick: Path
    open: Callable[[Instance], AbstractContextManager[Instance]]
    sender: str = REGION

    def at_region(self, *arguments: object) -> Ran:
        with self.open(self.region):
            return self.region.cli(*arguments, "--format", "json")

    def at_centre(self, *arguments: object) -> Ran:
        with self.open(self.centre):
            return self.centre.cli(*arguments, "--format", "json")

    def at_the_centre(self, *act: str) -> None:
        self.done(self.centre, "submission", *act)

    def done(self, instance: Instance, *act: object) -> None:
        """A command that answers in words."""
        with self.open(instance):
            ran = instance.cli(*act)
            assert ran.code == 0, ran.err

    def hand_in(self, value: str, row: Mapping[str, str] = ROW) -> None:
        path = write_rows(self.stick / "rows.csv", [{**row, "value": value}])
        ran = self.at_region(
            "submission", "hand-in", path, "--agency", self.sender, "--collection", COLLECTION, "--year", YEAR
        )
        assert ran.code == 0, ran.err

    def export(self, name: str = "a", *options: object) -> Path:
        path = self.stick / f"{name}.dozor"
        ran = self.at_region("package", "export", CODE, "--output", path, *options)
        assert ran.code == 0, ran.err
        return path

    def bring(self, content: bytes | Path) -> Ran:
        path = self.stick / "brought.dozor"
        path.write_bytes(content if isinstance(content, bytes) else content.read_bytes())
        return self.at_centre("package", "import", path, "--receipt", self.stick / "receipt.dozor")

    def submission(self, where: Callable[..., Ran]) -> dict[str, Any]:
        return where("submission", "show", CODE).json  # type: ignore[no-any-return]

    @property
    def region_key(self) -> Ed25519PrivateKey:
        text = (self.region.home / "keys" / "package.key").read_text()
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text.strip()))


@pytest.fixture
def post(copy_of: CopyOf, django_db_blocker: Any, tmp_path: Path) -> Iterator[Post]:
    with between(copy_of, django_db_blocker, tmp_path) as made:
        yield made


@contextmanager
def between(
    copy_of: CopyOf, blocker: Any, stick: Path, sender: str = REGION, recipient: str = CENTRE
) -> Iterator[Post]:
    """Two instances that know each other's keys."""
    with copy_of("init") as region, copy_of("init") as centre:
        made = Post(region, centre, stick, lambda one: opened(one, blocker), sender)
        keys = {
            sender: made.at_region("package", "owner", sender).json["public_key"],
            recipient: made.at_centre("package", "owner", recipient).json["public_key"],
        }
        act = ("--number", "7", "--dated-on", "2026-01-12")
        assert made.at_centre("package", "trust", sender, "--key", keys[sender], *act).code == 0
        assert made.at_region("package", "trust", recipient, "--key", keys[recipient], *act).code == 0
        yield made


def code_of(ran: Ran) -> str:
    assert ran.code == 2, ran.out + ran.err
    return str(ran.json["findings"][0]["code"])


def test_pkg_001_there_and_back(post: Post):
    post.hand_in("41.5")
    scan = post.stick / "scan.pdf"
    scan.write_bytes(PDF)
    package = post.export("a", "--number", "01-7/44", "--dated-on", "2026-02-10", "--scan", scan)
    assert post.submission(post.at_region)["state"] == "draft"  # nobody has it yet
    told = read_package(package.read_bytes())
    assert told.parts["scan.pdf"] == PDF
    assert told.manifest["sheet"] == {"number": "01-7/44", "dated_on": "2026-02-10", "scan": "scan.pdf"}

    taken = post.bring(package)
    assert taken.code == 0, taken.err
    assert taken.json["is_new"] is True
    here, there = post.submission(post.at_region), post.submission(post.at_centre)
    assert there["state"] == "submitted"
    assert there["rows"] == here["rows"]
    assert there["versions"][0]["checksum"] == here["versions"][0]["checksum"]
    assert there["versions"][0]["came_by"] == "package"
    assert there["events"][-1]["number"] == "01-7/44"
    assert there["events"][-1]["by"] == f"package:{REGION}"

    back = post.at_region("package", "import", post.stick / "receipt.dozor")
    assert back.code == 0, back.err
    assert post.submission(post.at_region)["state"] == "submitted"
    assert [p["has_receipt"] for p in post.at_region("package", "list").json] == [True]
    for where in (post.at_region, post.at_centre):
        assert where("verify").code == 0


def test_pkg_002_twice_is_once(post: Post):
    post.hand_in("41.5")
    package = post.export()
    assert post.bring(package).json["is_new"] is True
    receipt = (post.stick / "receipt.dozor").read_bytes()
    before = post.centre.counts()
    assert post.bring(package).json["is_new"] is False
    assert (post.stick / "receipt.dozor").read_bytes() == receipt
    assert post.centre.counts() == before
    assert post.at_region("package", "import", post.stick / "receipt.dozor").code == 0
    before = post.region.counts()
    assert post.at_region("package", "import", post.stick / "receipt.dozor").code == 0
    assert post.region.counts() == before


def test_pkg_003_whatever_is_wrong_is_named_and_nothing_kept(post: Post):
    post.hand_in("41.5")
    good = post.export().read_bytes()
    before = post.centre.counts()
    for name, (content, code) in spoilt(good, post).items():
        started = time.process_time()
        ran = post.bring(content)
        assert time.process_time() - started < 2, name
        assert code_of(ran) == code, (name, ran.out)
        assert post.centre.counts() == before, name
    assert post.bring(good).code == 0  # the same instance takes the good one
    assert post.at_centre("verify").code == 0


def spoilt(good: bytes, post: Post) -> dict[str, tuple[bytes, str]]:
    """A good package made wrong in every way, with the code it is refused by."""
    whole = read_package(good)
    stranger = Ed25519PrivateKey.generate()
    rows = json.loads(whole.parts["rows.json"])
    future = (date.today() + timedelta(days=40)).isoformat()  # noqa: DTZ011

    def resigned(change: Changed, *, key: Ed25519PrivateKey = post.region_key, **parts: bytes) -> bytes:
        manifest = json.loads(whole.signed)
        change(manifest)
        given = {name.replace("_", "."): content for name, content in parts.items()}
        return write_package(manifest, {**whole.parts, **given}, key)

    def set_to(**values: Any) -> Changed:
        return lambda manifest: manifest.update(values)

    def within(part: str, **values: Any) -> Changed:
        return lambda manifest: manifest[part].update(values)

    other = canonical([{**rows[0], "value": "99"}])
    forged = json.loads(whole.signed) | {"sequence": 2}
    return {
        "nothing": (b"", "PKG-FILE"),
        "no zip": (b"%PDF-1.7", "PKG-FILE"),
        "half": (good[: len(good) // 2], "PKG-FILE"),
        "cut off": (good[:-30], "PKG-FILE"),
        "a byte changed": (flipped(good), "PKG-FILE"),
        "rows changed": (rezipped(good, {"rows.json": other}), "PKG-PART"),
        "rows left out": (rezipped(good, {"rows.json": None}), "PKG-PART"),
        "a part more": (rezipped(good, {"more.json": b"{}"}), "PKG-PART"),
        "a name that climbs": (rezipped(good, {"../../keys/audit.key": b"0"}), "PKG-PART"),
        "a name from the root": (rezipped(good, {"/etc/cron.d/x": b"0"}), "PKG-PART"),
        "no signature": (rezipped(good, {SIGNATURE: None}), "PKG-FILE"),
        "another signature": (rezipped(good, {SIGNATURE: bytes(64)}), "PKG-SIGNATURE"),
        "a short signature": (rezipped(good, {SIGNATURE: b"1"}), "PKG-SIGNATURE"),
        "manifest changed": (rezipped(good, {MANIFEST: canonical(forged)}), "PKG-SIGNATURE"),
        "manifest no JSON": (rezipped(good, {MANIFEST: b"{"}), "PKG-MANIFEST"),
        "manifest deep": (rezipped(good, {MANIFEST: b"[" * 100_000}), "PKG-MANIFEST"),
        "manifest with spaces": (rezipped(good, {MANIFEST: whole.signed + b" "}), "PKG-MANIFEST"),
        "a later form": (rezipped(good, {MANIFEST: canonical(forged | {"format_version": 9})}), "PKG-FORMAT"),
        "a stranger's": (resigned(set_to(key=public_of(stranger)), key=stranger), "PKG-KEY"),
        "a stranger's, in our name": (resigned(set_to(), key=stranger), "PKG-SIGNATURE"),
        "another agency's name": (resigned(set_to(sender="OCHEPH-HO")), "PKG-KEY"),
        "for another": (resigned(set_to(recipient="OCHEPH-HO")), "PKG-RECIPIENT"),
        "of another plan": (resigned(within("plan", version="1999-01-01")), "PKG-PLAN"),
        "of another submission": (resigned(within("submission", code="x")), "PKG-SUBMISSION"),
        "of tomorrow": (resigned(set_to(sent_on=future)), "PKG-FUTURE"),
        "of no number": (resigned(set_to(sequence="1")), "PKG-MANIFEST"),
        "of no submission": (resigned(set_to(submission=[])), "PKG-MANIFEST"),
        "rows of another checksum": (resigned(set_to(), rows_json=other), "PKG-ROWS"),
        "rows of another shape": (resigned(set_to(), rows_json=b'[{"a": 1}]'), "PKG-ROWS"),
        "rows deep": (resigned(set_to(), rows_json=b"[" * 100_000), "PKG-ROWS"),
        "of an unknown kind": (resigned(set_to(kind="letter")), "PKG-KIND"),
        "answers of another shape": (resigned(set_to(), answers_json=b'[{"row": 1}]'), "PKG-ANSWERS"),
        "answers to doubts of another shape": (
            resigned(set_to(), doubts_json=b'[{"act": "raise"}]'),
            "PKG-DOUBTS",
        ),
        "a receipt of nothing": (resigned(set_to(kind="receipt", answers="0" * 64)), "PKG-RECEIPT"),
    }


def flipped(content: bytes) -> bytes:
    place = content.index(b"rows.json") + 40
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


def rezipped(content: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        held = {name: old.read(name) for name in old.namelist()} | dict(changes)
        for name, part in held.items():
            if part is not None:
                new.writestr(name, part)
    return file.getvalue()


def test_pkg_003_older_and_twice_of_a_number(post: Post):
    post.hand_in("41.5")
    first = post.export("first")
    post.hand_in("42.5")
    second = post.export("second")
    assert post.bring(second).code == 0
    assert code_of(post.bring(first)) == "PKG-OLDER"
    manifest = json.loads(read_package(second.read_bytes()).signed) | {"made_by": "another machine"}
    twin = write_package(manifest, read_package(second.read_bytes()).parts, post.region_key)
    assert code_of(post.bring(twin)) == "PKG-SEQUENCE"
    assert post.submission(post.at_centre)["rows"][0]["value"] == "42.5"


def test_pkg_004_answered_and_corrected(post: Post):
    post.hand_in("41.5")
    post.bring(post.export("1"))
    post.at_region("package", "import", post.stick / "receipt.dozor")
    post.at_the_centre("send-back", CODE, "--remark", "1:value:differs-from-earlier:see 2023")
    post.hand_in("42.5")
    refused = post.at_region("package", "export", CODE, "--output", post.stick / "no.dozor")
    assert code_of(refused) == "PKG-REASON"
    answered = post.export("2", "--reason", "a slip of the pen")
    assert post.bring(answered).code == 0
    there = post.submission(post.at_centre)
    assert (there["state"], there["rows"][0]["value"]) == ("submitted", "42.5")
    assert there["events"][-1]["act"] == "answer"
    post.at_the_centre("accept", CODE)
    assert post.at_region("package", "import", post.stick / "receipt.dozor").code == 0
    assert post.submission(post.at_region)["events"][-1]["act"] == "correct"
    post.hand_in("43.5")
    assert post.bring(post.export("3", "--reason", "two forms more")).code == 0
    assert post.submission(post.at_centre)["events"][-1]["act"] == "correct"
    for where in (post.at_region, post.at_centre):
        assert where("verify").code == 0


def bomb(name: str, size: int, *, told: int | None = None) -> bytes:
    """A zip whose one part unpacks to a given size, and may lie about it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as part:
        for _ in range(size // 1_000_000):
            part.write(bytes(1_000_000))
    content = file.getvalue()
    if told is not None:
        content = content.replace(size.to_bytes(4, "little"), told.to_bytes(4, "little"))
    return content


def test_pkg_005_bombs(post: Post):
    bombs = [
        bomb("rows.json", 300_000_000),
        bomb(MANIFEST, 300_000_000),
        bomb("rows.json", 300_000_000, told=100),
        rezipped(b"PK\x05\x06" + bytes(18), {f"a{n}.json": b"1" for n in range(60_000)}),
        bytes(20_000_000),
    ]
    before = post.centre.counts()
    post.bring(bombs[-1])
    for content in bombs:
        started = time.process_time()
        assert code_of(post.bring(content)).startswith("PKG-")
        assert time.process_time() - started < 2
        with pytest.raises(Exception, match="PKG-"):
            measured(content)
    assert post.centre.counts() == before


def measured(content: bytes) -> None:
    tracemalloc.start()
    try:
        read_package(content)
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 50_000_000


def test_pkg_006_keys(post: Post):
    act = ("--number", "8", "--dated-on", "2026-01-13")
    post.hand_in("41.5")
    package = post.export()
    (held,) = post.at_centre("package", "keys").json
    assert held["number"] == "7"
    again = post.at_centre("package", "trust", REGION, "--key", held["public_key"], *act)
    assert code_of(again) == "PKG-KEY-TAKEN"
    assert code_of(post.at_centre("package", "trust", REGION, "--key", "0x", *act)) == "PKG-KEY-FORM"
    no_act = ("--number", " ", "--dated-on", "2026-01-13")
    assert code_of(post.at_centre("package", "trust", REGION, "--key", "0" * 64, *no_act)) == "PKG-ACT"
    assert post.at_centre("package", "distrust", held["fingerprint"]).code == 0
    assert code_of(post.at_centre("package", "distrust", held["fingerprint"])) == "PKG-KEY"
    assert code_of(post.bring(package)) == "PKG-KEY-DISTRUSTED"
    assert code_of(post.at_region("package", "owner", "OCHEPH-HO")) == "PKG-OWNED"
    assert post.at_centre("verify").code == 0

    copy = post.stick / "copy.zip"
    assert post.at_region("backup", copy).code == 0
    with zipfile.ZipFile(copy) as archive:
        kept = archive.read("keys/package.key")
    assert kept == (post.region.home / "keys" / "package.key").read_bytes()


def test_pkg_006_an_instance_of_nobody_sends_and_takes_nothing(instance: Instance, tmp_path: Path):
    stick = tmp_path / "a.dozor"
    stick.write_bytes(write_package({"kind": "submission"}, {}, Ed25519PrivateKey.generate()))
    assert code_of(instance.cli("package", "import", stick, "--format", "json")) == "PKG-OWNER"
