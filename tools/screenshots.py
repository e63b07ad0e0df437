"""Takes the pictures of README (`make screenshots`): the example's first page in Russian and English."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
TAKEN = {"glance.png": "", "glance.en.png": "en/"}
SIZE = {"width": 1280, "height": 1500}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DOZOR_HOME": str(Path(folder) / "home")}
        command = [sys.executable, "-m", "dozor.cli"]
        subprocess.run([*command, "demo"], env=environment, check=True, capture_output=True)
        server = subprocess.Popen([*command, "serve"], env=environment, stdout=subprocess.PIPE, text=True)
        try:
            take(server.stdout.readline().strip())  # type: ignore[union-attr]
        finally:
            server.terminate()
            server.wait(timeout=30)


def take(address: str) -> None:
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
        for name, path in TAKEN.items():
            page.goto(address + path)
            page.screenshot(path=PICTURES / name)
            print(f"docs/pictures/{name}: {address}{path}")


if __name__ == "__main__":
    main()
