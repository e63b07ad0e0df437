"""What travels beside submissions: remarks back, answers to doubts, requests to centres (PKG).

PKG-009  What the recipient sent back comes to its agency's instance: remarks, reasons, the day it is due;
         answered there remark by remark, the answers come with the next package. Once, in order, whole.
PKG-010  A submission does not leave while a doubt about its rows is open; its answers travel with it and
         settle the same doubts at the recipient's.
PKG-011  A request to a district centre comes to its instance, and what it asks for goes back by package; of
         several of a year each is answered by itself, in whatever order they are answered.
PKG-013  Acceptance, locking and reopening come to the agency's instance: once, in order, whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.instances import CopyOf, Ran, table
from tests.integration.packages.test_packages import CODE, REGION, ROW, Post, between, code_of
from tests.integration.packages.test_packages import post as post  # noqa: PLC0414 - a fixture

from dozor.formats.package_file import read_package, write_package

REMARK = "1:value:differs-from-earlier:see 2023"


def received(post: Post, file: Path, receipt: str = "back") -> Ran:
    """A file from the stick taken in the region's instance."""
    path = post.stick / f"{receipt}.dozor"
    return post.at_region("package", "import", file, "--receipt", path)


def handed_in(post: Post, value: str = "41.5") -> None:
    post.hand_in(value)
    assert post.bring(post.export("1")).code == 0
    assert post.at_region("package", "import", post.stick / "receipt.dozor").code == 0


def sent_back(post: Post, name: str = "remarks") -> Path:
    post.at_the_centre("send-back", CODE, "--remark", REMARK, "--note", "please look")
    return carried(post, name)


def carried(post: Post, name: str) -> Path:
    path = post.stick / f"{name}.dozor"
    ran = post.at_centre("package", "export", CODE, "--output", path)
    assert ran.code == 0, ran.err
    assert ran.json["kind"] == "sent-back"
    return path


def test_pkg_009_remarks_go_back_and_answers_come(post: Post):
    handed_in(post)
    remarks = sent_back(post)
    came = received(post, remarks)
    assert came.code == 0, came.err
    assert (came.json["kind"], came.json["is_new"]) == ("sent-back", True)
    here, there = post.submission(post.at_region), post.submission(post.at_centre)
    assert (here["state"], there["state"]) == ("returned", "returned")
    for part in ("remarks", "note", "due_on"):
        assert here["events"][-1][part] == there["events"][-1][part]
    assert here["events"][-1]["by"] == "package:RCHEPH"

    before = post.region.counts()  # twice is once
    assert received(post, remarks).json["is_new"] is False
    assert post.region.counts() == before
    assert post.at_centre("package", "import", post.stick / "back.dozor").code == 0
    assert [p["has_receipt"] for p in post.at_centre("package", "list").json] == [True, True]

    silent = post.at_region("package", "export", CODE, "--output", post.stick / "no.dozor")
    assert code_of(silent) == "PKG-REASON"
    answered = post.export("2", "--answer", "1:looked up: it stands")
    assert post.bring(answered).code == 0
    step = post.submission(post.at_centre)["events"][-1]
    assert (step["act"], step["remarks"][0]["answer"]) == ("answer", "looked up: it stands")
    assert post.at_region("package", "import", post.stick / "receipt.dozor").code == 0
    assert post.submission(post.at_region)["events"][-1]["remarks"] == step["remarks"]

    # sent back once more, and answered on the submission itself before it leaves
    assert received(post, sent_back(post, "again")).code == 0
    post.hand_in("42.5")
    post.done(post.region, "submission", "answer", CODE, "--answer", "1:a slip of the pen")
    assert post.bring(post.export("3")).code == 0
    there = post.submission(post.at_centre)
    assert (there["state"], there["rows"][0]["value"]) == ("submitted", "42.5")
    assert there["events"][-1]["remarks"][0]["answer"] == "a slip of the pen"
    assert post.at_region("package", "import", post.stick / "receipt.dozor").code == 0
    assert code_of(received(post, resigned(post, remarks))) == "PKG-SEQUENCE"
    for where in (post.at_region, post.at_centre):
        assert where("verify").code == 0


def resigned(
    post: Post, file: Path, change: Callable[[dict[str, Any]], None] | None = None, **parts: bytes
) -> Path:
    """The centre's package said otherwise, with the centre's own signature."""
    whole = read_package(file.read_bytes())
    manifest = json.loads(whole.signed) | {"made_by": "another machine"}
    if change:
        change(manifest)
    text = (post.centre.home / "keys" / "package.key").read_text()
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text.strip()))
    given = {name.replace("_", "."): content for name, content in parts.items()}
    path = post.stick / "resigned.dozor"
    path.write_bytes(write_package(manifest, {**whole.parts, **given}, key))
    return path


def test_pkg_009_whatever_is_wrong_is_named_and_nothing_kept(post: Post):
    post.hand_in("41.5")
    assert post.bring(post.export("1")).code == 0
    nothing = post.at_centre("package", "export", CODE, "--output", post.stick / "no.dozor")
    assert code_of(nothing) == "PKG-NOT-OURS"  # the version is not the centre's to send
    early = sent_back(post)
    assert code_of(received(post, early)) == "PKG-RECEIPT-FIRST"
    assert post.at_region("package", "import", post.stick / "receipt.dozor").code == 0

    def of(**said: Any) -> Callable[[dict[str, Any]], None]:
        return lambda manifest: manifest["submission"].update(said)

    before = post.region.counts()
    wrong: list[tuple[str, Callable[[dict[str, Any]], None] | None, dict[str, bytes]]] = [
        ("PKG-SUBMISSION", of(year=2023), {}),
        ("PKG-VERSION", of(checksum="0" * 64), {}),
        ("PKG-MANIFEST", of(due_on="soon"), {}),
        ("PKG-REMARKS", None, {"remarks_json": b"[1]"}),
        ("SUB-REMARK-CELL", None, {"remarks_json": b'[{"row": "x", "column": "value"}]'}),
    ]
    for code, change, parts in wrong:
        ran = received(post, resigned(post, early, change, **parts))
        assert code_of(ran) == code, ran.out
        assert post.region.counts() == before, code
    later = carried(post, "later")
    assert received(post, later).code == 0
    assert code_of(received(post, early)) == "PKG-OLDER"
    assert post.at_region("verify").code == 0


PAST = [{**ROW, "period": str(year), "value": str(40 + year % 3)} for year in range(2010, 2025)]


def test_pkg_010_answers_to_doubts_travel(post: Post):
    for one in (post.region, post.centre):
        with post.open(one):
            loaded = one.load(table(*({**row, "source_title": "earlier rounds"} for row in PAST)))
            assert loaded.code == 0, loaded.out
    post.hand_in("90")
    path = post.stick / "1.dozor"
    assert code_of(post.at_region("package", "export", CODE, "--output", path)) == "QLT-OPEN"
    assert not path.exists()
    raised = post.at_region("doubts", "list", "--submission", CODE).json
    numbers = [d["number"] for d in raised if d["state"] == "open"]
    post.done(post.region, "doubts", "answer", *numbers, "--explain", "a new questionnaire")
    assert post.bring(post.export("1")).code == 0
    there = post.at_centre("doubts", "list", "--submission", CODE).json
    assert {(d["rule"], d["state"]) for d in there} == {(d["rule"], "explained") for d in raised}
    post.at_the_centre("accept", CODE)
    assert post.submission(post.at_centre)["state"] == "accepted"
    assert post.at_centre("verify").code == 0


DISTRICT = "DCHE-BR-bereza"


def test_pkg_011_a_request_goes_out_and_its_answer_comes(
    copy_of: CopyOf, django_db_blocker: Any, tmp_path: Path
):
    with between(copy_of, django_db_blocker, tmp_path, DISTRICT, REGION) as post:
        # another request came first, so that the two instances number theirs apart
        for number in ("5", "6"):
            post.done(
                post.centre, "round", "request", "--sender", REGION, "--recipient", DISTRICT,
                "--year", "2025", "--scope", "молодёжь района", "--due", "2026-01-20", "--number", number,
            )  # fmt: skip
        path = tmp_path / "request.dozor"
        unknown = post.at_centre("package", "export-request", "77", "--output", path)
        assert code_of(unknown) == "PKG-REQUEST"
        made = post.at_centre("package", "export-request", "6", "--output", path)
        assert (made.code, made.json["kind"], made.json["request"]) == (0, "request", "6")
        assert received(post, path).json["is_new"] is True
        before = post.region.counts()
        assert received(post, path).json["is_new"] is False
        assert post.region.counts() == before
        assert post.at_centre("package", "import", tmp_path / "back.dozor").code == 0

        row = {**ROW, "area": "BY-BR-bereza"}
        post.hand_in("41.5", row)
        (own,) = post.at_region("submission", "list", "--year", "2025").json
        answer = tmp_path / "answer.dozor"
        assert post.at_region("package", "export", own["submission"], "--output", answer).code == 0
        assert post.bring(answer).code == 0
        (theirs,) = post.at_centre("submission", "list", "--year", "2025").json
        assert theirs["state"] == "submitted"
        assert post.at_region("package", "import", tmp_path / "receipt.dozor").code == 0
        # an older request is answered after a newer one went out, and each answer stands by itself
        path = tmp_path / "older.dozor"
        assert post.at_centre("package", "export-request", "5", "--output", path).code == 0
        assert received(post, path, "older-back").code == 0
        asked = post.at_region("round", "requests", "--agency", DISTRICT).json
        assert [(r["number"], len(r["answers"])) for r in asked] == [("6", 1), ("5", 0)]
        lay = ("submission", "hand-in", tmp_path / "rows.csv", "--agency", DISTRICT)
        lay += ("--collection", "survey-youth", "--year", "2025", "--request")
        assert code_of(post.at_region(*lay, "77")) == "SUB-REQUEST"
        older = post.at_region(*lay, "5").json["submission"]
        assert older != own["submission"]
        # an older one of its own: the centre asks once more before the answer comes
        post.done(
            post.centre, "round", "request", "--sender", REGION, "--recipient", DISTRICT,
            "--year", "2025", "--scope", "ещё раз", "--due", "2026-02-20", "--number", "7",
        )  # fmt: skip
        assert post.at_region("package", "export", older, "--output", answer).code == 0
        assert post.bring(answer).code == 0
        asked = post.at_centre("round", "requests", "--year", "2025").json
        answered = {r["number"]: [a["state"] for a in r["answers"]] for r in asked}
        assert answered == {"5": ["submitted"], "6": ["submitted"], "7": []}
        for where in (post.at_region, post.at_centre):
            assert where("verify").code == 0


def decided(post: Post, name: str) -> Path:
    path = post.stick / f"{name}.dozor"
    ran = post.at_centre("package", "export", CODE, "--output", path)
    assert (ran.code, ran.json["kind"]) == (0, "judged"), ran.err
    return path


def test_pkg_013_acceptance_locking_and_reopening_are_told(post: Post):
    handed_in(post)
    post.at_the_centre("accept", CODE)
    accepted = decided(post, "accepted")
    came = received(post, accepted)
    assert (came.code, came.json["kind"], came.json["is_new"]) == (0, "judged", True)
    here = post.submission(post.at_region)
    assert (here["state"], here["events"][-1]["by"]) == ("accepted", "package:RCHEPH")
    assert here["events"][-1]["dated_on"]  # the day it was accepted there
    before = post.region.counts()  # twice is once
    assert received(post, accepted).json["is_new"] is False
    assert post.region.counts() == before
    assert post.at_centre("package", "import", post.stick / "back.dozor").code == 0

    # two steps in one file: locked, and opened again by a decision
    post.at_the_centre("lock", CODE)
    locked = decided(post, "locked")
    reopened = ("--number", "17", "--dated", "2026-02-01", "--reason", "a slip was found")
    post.at_the_centre("reopen", CODE, *reopened)
    assert received(post, decided(post, "reopened")).code == 0
    here = post.submission(post.at_region)
    assert here["state"] == "accepted"
    assert [e["act"] for e in here["events"][-3:]] == ["accept", "lock", "reopen"]
    assert (here["events"][-1]["number"], here["events"][-1]["note"]) == ("17", "a slip was found")
    assert code_of(received(post, locked)) == "PKG-OLDER"

    # a correction after that is accepted anew; a file that says no more than is known changes no state
    post.hand_in("42.5")
    assert post.bring(post.export("2", "--reason", "a slip")).code == 0
    assert post.at_region("package", "import", post.stick / "receipt.dozor").code == 0
    post.at_the_centre("accept", CODE)
    assert received(post, decided(post, "anew")).code == 0
    assert received(post, decided(post, "once more")).json["is_new"] is True
    here = post.submission(post.at_region)
    assert [e["act"] for e in here["events"]].count("accept") == 2
    for where in (post.at_region, post.at_centre):
        assert where("verify").code == 0


def test_pkg_013_what_is_wrong_of_a_decision_is_named_and_nothing_kept(post: Post):
    post.hand_in("41.5")
    assert post.bring(post.export("1")).code == 0
    post.at_the_centre("accept", CODE)
    accepted = decided(post, "accepted")
    assert code_of(received(post, accepted)) == "PKG-RECEIPT-FIRST"
    assert post.at_region("package", "import", post.stick / "receipt.dozor").code == 0

    def of(**said: Any) -> Callable[[dict[str, Any]], None]:
        return lambda manifest: manifest["submission"].update(said)

    def step(**said: str) -> dict[str, str]:
        return {"act": "accept", "on": "2026-01-01", "number": "", "reason": "", **said}

    before = post.region.counts()
    wrong: list[tuple[str, Callable[[dict[str, Any]], None]]] = [
        ("PKG-SUBMISSION", of(year=2023)),
        ("PKG-VERSION", of(checksum="0" * 64)),
        ("PKG-MANIFEST", of(steps=[])),
        ("PKG-MANIFEST", of(steps="accept")),
        ("PKG-MANIFEST", of(steps=[step(act="submit")])),
        ("PKG-MANIFEST", of(steps=[step(on="2999-01-01")])),
        ("SUB-STATE", of(steps=[step(act="lock")])),
        ("SUB-NUMBER", of(steps=[step(), step(act="lock"), step(act="reopen", reason="why")])),
    ]
    for code, change in wrong:
        assert code_of(received(post, resigned(post, accepted, change))) == code
        assert post.region.counts() == before, code
    cut = post.stick / "cut.dozor"
    cut.write_bytes(accepted.read_bytes()[:-40])
    assert code_of(received(post, cut)) == "PKG-FILE"
    assert received(post, accepted).code == 0
    post.at_the_centre("lock", CODE)
    other = resigned(post, decided(post, "locked"), of(steps=[step(act="lock")]))
    assert code_of(received(post, other)) == "PKG-JUDGED"
    assert post.submission(post.at_region)["state"] == "accepted"
