"""Stores a small home made by the software of an earlier commit, for the test of upgrades.

    python tools/earlier_home.py COMMIT NAME

writes ``tests/earlier/NAME.tar.xz``: the home, its backup, and what that version itself said of it
(``said.json``). What the version has no command for is left out.
"""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import tarfile
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PASSWORD = "correct-horse-battery-staple"  # noqa: S105 - of nobody
PEOPLE = (
    ("anna", "national-analyst", "RCHEPH"),
    ("gomel", "oblast-specialist", "OCHEPH-HO"),
    ("school", "ministry-focal-point", "MOE"),
    ("reader", "ministry-reader", "MOH"),
)
HEADING = "indicator area period value unit missing numerator denominator lower upper note source_title"
VALUES = (
    "11.1 BY-HO 2017 30.8 percent - 434 1410 28.4 33.3 нота first",
    "11.1 BY-BR 2017 25.0 percent - - - - - - first",
    "11.1 BY 2017 - percent not-held - - - - - first",
    "11.1 BY-HO 2017 31.0 percent - - - - - - second",
)
CORRECTED = ("11.1 BY-BR 2017 25.4 percent - - - - - - first",)
FACTS = (
    "plan survey-youth --year 2025 --planned-end 2025-06-30 --number 14-1/25",
    "ended survey-youth --year 2025 --agency OCHEPH-HO --on 2025-06-20 --evidence 14-2/25",
    "agree --year 2025 --agency MOE --due 2025-12-01 --number 7-3/25",
    "receive --year 2025 --agency OCHEPH-HO --medium paper --on 2025-07-09 --number 55",
    "request --sender OCHEPH-HO --recipient DCHE-HO-bragin --year 2025 --scope x --due 2025-09-01 --number 5",
)


class Version:
    """The commands of an earlier commit, on a home of its own."""

    def __init__(self, code: Path, home: Path) -> None:
        self.home = home
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("DOZOR_", "DATABASE_URL"))},
            "PYTHONPATH": str(code / "src"),
            "DOZOR_HOME": str(home),
            "DOZOR_LANGUAGE": "en",
        }

    def ran(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = (sys.executable, "-m", "dozor.cli", *arguments)
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    def dozor(self, *arguments: str) -> str:
        ran = self.ran(*arguments)
        if ran.returncode:
            sys.exit(f"dozor {' '.join(arguments)}\n{ran.stdout}{ran.stderr}")
        return ran.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.dozor(*arguments, "--format", "json"))

    def has(self, *command: str) -> bool:
        return self.ran(*command, "--help").returncode == 0


def table(path: Path, rows: tuple[str, ...]) -> str:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADING.split())
        writer.writerows([("" if c == "-" else c) for c in row.split()] for row in rows)
    return str(path)


def answers(path: Path) -> str:
    """Made-up young people, of whom every fourth knows the ways of transmission."""
    draw = random.Random(7)  # noqa: S311
    ways = {f"way_{w}": "yes" for w in ("sex", "blood", "mother")}
    ways |= {f"way_{w}": "no" for w in ("mosquito", "food", "touch")}
    rows: list[dict[str, str]] = []
    for n in range(40):
        said = ways if n % 4 == 0 else dict.fromkeys(ways, "dont_know")
        rows.append(
            {"interviewed_on": "2026-03-02", "interviewer": "I1", "respondent": f"R-{n}", "area": "BY-HO"}
            | {"stratum": f"s{n % 2}", "site": f"c{n % 8}", "weight": "1", "met_before": "no"}
            | {"sex": draw.choice(["female", "male"]), "age": str(draw.randint(18, 24)), "consent": "yes"}
            | {"had_sex": "no", **said}
        )
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def fill(version: Version, work: Path) -> dict[str, Any]:
    """Do what people do; return what the version says of it afterwards."""
    version.dozor("init", "--password", PASSWORD)
    for login, role, agency in PEOPLE:
        version.dozor("user", "add", login, "--role", role, "--agency", agency, "--password", PASSWORD)
    version.dozor("values", "import", table(work / "first.csv", VALUES))
    time.sleep(1)
    between = datetime.now(UTC).isoformat()
    time.sleep(1)
    version.dozor("values", "import", table(work / "second.csv", CORRECTED))
    for fact in FACTS:
        version.dozor("round", *fact.split())
    if version.has("round", "open"):
        version.dozor("round", "open", "survey-youth", "--year", "2026")
        version.dozor("device", "add", "tablet", "--agency", "OCHEPH-HO", "--server", "http://127.0.0.1:1/")
        file = answers(work / "answers.csv")
        version.dozor("answers", "import", "survey-youth", file, "--round", "survey-youth-2026")
        version.dozor("round", "close", "survey-youth-2026")
        version.dozor("round", "open", "survey-youth", "--year", "2027")
        version.dozor("answers", "import", "survey-youth", file, "--round", "survey-youth-2027")
    rounds = ("survey-youth-2026", "survey-youth-2027") if version.has("answers", "export") else ()
    return {
        "between": between,
        "values": version.json("values", "show", "11.1"),
        "values_between": version.json("values", "show", "11.1", "--as-known-on", between),
        "estimated": version.json("values", "show", "4.1"),
        "obligations": version.json("obligations", "--year", "2025", "--as-of", "2026-02-01"),
        "people": version.json("user", "list"),
        "answers": {r: version.json("answers", "export", "--round", r) for r in rounds},
        "head": json.loads((version.home / "audit-head.json").read_text()),
    }


def main() -> None:
    commit, name = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        code, stored = work / "code", work / name
        stored.mkdir()
        git = ("git", "-C", str(ROOT), "worktree")
        subprocess.run((*git, "add", "-q", "--detach", code, commit), check=True)
        try:
            compiler = (sys.executable, "tools/compile_translations.py")
            path = {**os.environ, "PYTHONPATH": str(code / "src")}
            subprocess.run(compiler, cwd=code, env=path, check=True, capture_output=True)
            version = Version(code, stored / "home")
            said = fill(version, work)
            version.dozor("backup", str(stored / "backup.dozor"))
            said["commit"] = commit
            (stored / "said.json").write_text(json.dumps(said, ensure_ascii=False, indent=1))
        finally:
            subprocess.run((*git, "remove", "--force", code), check=False)
        target = ROOT / "tests" / "earlier" / f"{name}.tar.xz"
        target.parent.mkdir(exist_ok=True)
        with tarfile.open(target, "w:xz") as archive:
            archive.add(stored, arcname=name, filter=without_owner)
        print(f"{target}: {target.stat().st_size / 1000:.0f} kB")


def without_owner(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return None if {"cache", "static"} & set(Path(info.name).parts) else info


if __name__ == "__main__":
    main()
