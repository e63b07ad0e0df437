"""The server process itself: a form down, records up in pieces, and no token in what it writes.

SRV-001  `dozor serve` answers under the address that `dozor device add` gives.
SRV-002  A body in chunks, without a length, is taken; one that breaks off leaves nothing.
SRV-004  A server process that dies is followed by another; the address stays told, background work goes on.
SRV-003  No token in anything the server writes, access log included.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from defusedxml import ElementTree
from tests.instances import PATIENCE, CopyOf, Instance
from tests.phones import filled, multipart

VERSION = {"X-OpenRosa-Version": "1.0"}
KIND = {"Content-Type": "multipart/form-data; boundary=BOUNDARY"}


@pytest.fixture
def served(copy_of: CopyOf) -> Iterator[tuple[Instance, str, int]]:
    """An instance served by its own process, with one phone; at the end what it wrote is looked through."""
    with copy_of("init") as instance:
        assert instance.run("round", "open", "survey-youth", "--year", 2026).code == 0
        with instance.served("--workers", 1, DOZOR_LOG="INFO", DOZOR_ACCESS_LOG="1") as server:
            told = instance.run("device", "add", "tablet", "--agency", "OCHEPH-HO", "--format", "json").json
            assert told["server_url"] == f"{server.address}/key/{told['token']}"
            yield instance, told["server_url"], server.process.pid
        assert not server.announced.exists()
        assert "/key/…/formList" in server.written  # it did write of what it was asked
        assert told["token"] not in server.written


def ask(url: str, method: str, path: str, body=None, *, chunked: bool = False, **headers: str):
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
    try:
        told = VERSION | headers | (KIND if method == "POST" else {})
        connection.request(method, parts.path + path, body, told, encode_chunked=chunked)
        reply = connection.getresponse()
        return reply.status, dict(reply.getheaders()), reply.read()
    finally:
        connection.close()


def test_a_form_goes_down_and_records_come_up(served):
    instance, url, process = served
    status, headers, body = ask(url, "GET", "/formList?deviceID=collect%3Aabc")
    assert (status, headers["X-OpenRosa-Version"]) == (200, "1.0")
    (form,) = ElementTree.fromstring(body)
    download = form.findtext("{http://openrosa.org/xforms/xformsList}downloadUrl")
    status, _, xform = ask(download, "GET", "")
    assert (status, b"<h:html" in xform) == (200, True)
    assert ask(url, "HEAD", "/submission?deviceID=collect%3Aabc")[0] == 204

    whole = multipart(filled(xform, "uuid:whole"))
    assert ask(url, "POST", "/submission", whole)[0] == 201
    assert ask(url, "POST", "/submission", whole)[0] == 201
    pieces = multipart(filled(xform, "uuid:pieces"))
    in_pieces = (pieces[i : i + 100] for i in range(0, len(pieces), 100))
    status, _, body = ask(
        url, "POST", "/submission", in_pieces, chunked=True, **{"Transfer-Encoding": "chunked"}
    )
    assert status == 201, body
    _break_off(url, multipart(filled(xform, "uuid:half")))

    told = instance.run("answers", "export", "--round", "survey-youth-2026").json
    assert sorted(r["instance_id"] for r in told) == ["uuid:pieces", "uuid:whole"]
    assert instance.run("device", "revoke", "tablet").code == 0
    assert ask(url, "GET", "/formList")[0] == 403
    assert instance.run("verify").code == 0

    # last: one server process dies as after a time too long, the next one takes its place
    workers, (serving,) = children(process, "worker"), children(process, "serve")
    os.kill(serving, signal.SIGABRT)
    until = time.monotonic() + PATIENCE
    while children(process, "serve") in ([], [serving]):
        assert time.monotonic() < until, "no other process took its place"
        time.sleep(0.1)
    assert ask(url, "GET", "/formList")[0] == 403  # it answers; the phone was shut out above
    assert (instance.home / "serving").exists()
    assert children(process, "worker") == workers != []


def _break_off(url: str, body: bytes) -> None:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as wire:
        wire.sendall(
            f"POST {parts.path}/submission HTTP/1.1\r\nHost: {parts.netloc}\r\nX-OpenRosa-Version: 1.0\r\n"
            f"Content-Type: {KIND['Content-Type']}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body[: len(body) // 2]
        )


def children(process: int, command: str) -> list[int]:
    """Processes begun by another that run a command of `dozor`."""
    told = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(pid) for pid in told if command in Path(f"/proc/{pid}/cmdline").read_text().split("\0")]
