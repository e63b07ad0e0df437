"""Times the public site of the example: building it, and handing it out; part of `make bench-release`.

Seconds, processor seconds of all its processes and bytes of a whole build with nothing kept before; then
requests a second of served files, over connections that stay open, as a browser's do, packed and not. Prints
figures, asserts nothing.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

PATHS = ("/", "/indicators/by-hiv-2006-123/11.1/", "/en/places/BY-HO/", "/data/indicators/11.1.csv")
COMMAND = (sys.executable, "-m", "dozor.cli")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--at-once", type=int, default=8, help="open connections")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dozor-bench-") as folder:
        environment = {**os.environ, "DOZOR_HOME": str(Path(folder) / "home")}
        started = time.perf_counter()
        run("demo", "--format", "json", environment=environment)
        print(f"example made and its release published in {time.perf_counter() - started:.1f} s, {load()}")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        built = run("site", "build", str(Path(folder) / "files"), "--format", "json", environment=environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        told = json.loads(built)
        print(
            f"site built in {told['seconds']:.1f} s, {worked:.1f} s of processor: "
            f"{told['pages']:,} pages, {told['files']:,} files, {told['bytes'] / 1e6:.1f} MB, {load()}"
        )
        serve(given, environment)


def run(*command: str, environment: dict[str, str]) -> str:
    done = subprocess.run([*COMMAND, *command], env=environment, check=True, capture_output=True, text=True)
    return done.stdout


def load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"


def serve(given: argparse.Namespace, environment: dict[str, str]) -> None:
    server = subprocess.Popen(
        [*COMMAND, "serve"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        address = server.stdout.readline().strip().removeprefix("http://").rstrip("/")  # type: ignore[union-attr]
        started = time.perf_counter()
        current = Path(environment["DOZOR_HOME"]) / "site" / "current"
        while not current.exists():
            time.sleep(0.2)
        print(f"the whole site stood {time.perf_counter() - started:.1f} s after the first page, {load()}")
        for path in PATHS:
            for packing in ("identity", "gzip"):
                asked(address, path, packing, given)
    finally:
        server.terminate()
        server.wait(timeout=30)


def asked(address: str, path: str, packing: str, given: argparse.Namespace) -> None:
    """Ask for one file by several connections; print requests a second and how long the slow ones took."""
    times: list[float] = []
    sizes: set[int] = set()
    until = time.monotonic() + given.seconds

    def ask() -> None:
        connection = http.client.HTTPConnection(address, timeout=30)
        while time.monotonic() < until:
            begun = time.perf_counter()
            connection.request("GET", path, headers={"Accept-Encoding": packing})
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                sys.exit(f"{path}: {answer.status}")
            times.append(time.perf_counter() - begun)
            sizes.add(len(body))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(given.at_once)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    times.sort()
    print(
        f"{path} {packing}: {len(times) / given.seconds:,.0f} requests a second, 95 of 100 within "
        f"{1000 * times[int(0.95 * len(times))]:.0f} ms, {max(sizes) / 1000:.0f} kB, {load()}"
    )


if __name__ == "__main__":
    main()
