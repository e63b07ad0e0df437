"""What scripts rely on (CLI).

CLI-001 with --format json standard output holds JSON alone; everything else goes to standard error
CLI-002 --home and --language may stand anywhere, or in the environment; the language is Russian by default
CLI-003 `plan show` needs no instance, and has the fields scripts read
CLI-004 without an instance, or with an earlier one, each command says what to do
CLI-005 the command line opens quickly: no command loads what another one needs
CLI-006 a reader who goes away, and a database that does not answer, are no surprise
CLI-007 a day and a minute are told as the clock on the wall has them
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.instances import Instance, table

from dozor.cli.output import day_of, minute_of

pytestmark = pytest.mark.any_engine


@pytest.fixture
def nowhere(tmp_path: Path) -> Instance:
    return Instance(tmp_path / "none")


COMMANDS = (
    ("values", "show", "11.1"),
    ("obligations", "--year", "2025"),
    ("verify",),
    ("user", "list"),
    ("plan", "list"),
    ("plan", "show"),
)


def test_cli_001_standard_output_holds_json_alone(untouched: Instance) -> None:
    (untouched.home / "v.csv").write_text(table({}))
    for command in (*COMMANDS, ("values", "import", untouched.home / "v.csv", "--dry-run")):
        ran = untouched.run(*command, "--format", "json")
        assert ran.code == 0, ran.err
        json.loads(ran.out)
        assert ran.out.endswith("\n")


def test_cli_001_numbers_are_json_numbers(instance: Instance) -> None:
    rows = (
        {"value": "30.80", "lower": "27,9"},
        {"period": "2018", "value": "7"},
        {"period": "2019", "value": "0,0"},
    )
    assert instance.load(table(*rows)).code == 0
    shown = instance.cli("values", "show", "11.1", "--format=json")
    assert [v["value"] for v in shown.json] == [30.8, 7, 0]
    assert '"value": 30.8,' in shown.out
    assert '"lower": 27.9,' in shown.out
    assert '"value": 7,' in shown.out


def test_cli_001_people_get_tables_and_words(instance: Instance) -> None:
    instance.load(table({"value": "30.80", "lower": "27.9", "upper": "33,8"}))
    for language, number, heading in (
        ("ru", "30,80", "Значение"),
        ("be", "30,80", "Значэнне"),
        ("en", "30.80", "Value"),
    ):
        ran = instance.cli("values", "show", "11.1", language=language)
        assert number in ran.out
        assert heading in ran.out
    ran = instance.cli("values", "show", "11.1", "--area", "BY-VI")
    assert "No published value." in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--home", "HOME", "--language", "en", "verify"),
        ("verify", "--home", "HOME", "--language", "en"),
        ("verify", "--language=en", "--home=HOME"),
        ("--language", "en", "verify", "--home=HOME"),
    ],
)
def test_cli_002_global_options_stand_anywhere(
    untouched: Instance, nowhere: Instance, arguments: tuple[str, ...]
) -> None:
    elsewhere = Instance(nowhere.home, untouched.url)
    ran = elsewhere.run(*(a.replace("HOME", str(untouched.home)) for a in arguments))
    assert (ran.code, ran.err) == (0, "Everything is as Dozor wrote it.\n")


def test_cli_002_the_language_is_russian_unless_another_is_named(untouched: Instance) -> None:
    assert untouched.run("verify").err == "Всё так, как записал «Дозор».\n"
    assert untouched.run("verify", DOZOR_LANGUAGE="be").err == "Усё так, як запісаў «Дазор».\n"
    ran = untouched.run("verify", "--format", "json", "--language", "fr")
    assert (ran.code, ran.json["findings"][0]["code"]) == (2, "INST-LANGUAGE")


def test_cli_002_a_command_in_a_folder_of_its_own(untouched: Instance) -> None:
    """Without --home and DOZOR_HOME, the instance is the folder `instance` where one stands."""
    environment = untouched.environment()
    del environment["DOZOR_HOME"]
    command = [sys.executable, "-m", "dozor.cli", "verify"]
    ran = subprocess.run(
        command, cwd=untouched.home, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert ran.stderr.startswith(f"INST-NONE  В папке {untouched.home}/instance")


def test_cli_003_plan_show_needs_no_instance(nowhere: Instance) -> None:
    ran = nowhere.run("plan", "show", "by-hiv-2006-123", "--format", "json")
    assert ran.code == 0, ran.err
    plan: dict[str, Any] = ran.json
    assert plan["code"] == "by-hiv-2006-123"
    assert set(plan["title"]) == {"ru", "be", "en"}
    assert [d["number"] for d in plan["directions"]] == list(range(1, 14))
    assert len(plan["indicators"]) == 45
    for indicator in plan["indicators"]:
        assert {
            "code", "direction", "name", "executors", "frequency_years", "method", "value_kind", "populations"
        } <= set(indicator)  # fmt: skip
        assert set(indicator["name"]) == set(indicator["method"]) == {"ru", "be", "en"}
        assert indicator["frequency_years"] in (1, 2)
        assert indicator["executors"]
    assert sum(len(i["populations"]) for i in plan["indicators"]) == 51
    assert not nowhere.home.exists()


def test_cli_003_a_plan_that_is_not_there(nowhere: Instance) -> None:
    ran = nowhere.run("plan", "show", "by-hiv-1999", "--format", "json")
    assert (ran.code, ran.json["findings"][0]["code"]) == (2, "INST-PLAN")


NEEDS_AN_INSTANCE = (
    ("values", "show", "11.1"),
    ("values", "import", "x.csv"),
    ("obligations", "--year", "2025"),
    ("verify",),
    ("audit", "export"),
    ("user", "list"),
    ("user", "add", "x", "--role", "administrator"),
    ("backup", "x"),
    ("upgrade",),
    ("report", "--year", "2017", "--output", "x.pdf"),
    ("round", "agree", "--year", "2025", "--agency", "MOE", "--due", "2026-01-01", "--number", "1"),
    ("serve",),
)


@pytest.mark.parametrize("command", NEEDS_AN_INSTANCE, ids=" ".join)
def test_cli_004_without_an_instance_each_command_says_what_to_do(
    nowhere: Instance, command: tuple[str, ...]
) -> None:
    ran = nowhere.cli(*command)
    assert ran.code == 2
    assert ran.err.startswith("INST-NONE  There is no instance in")
    assert "dozor init" in ran.err
    assert not nowhere.home.exists()


def test_cli_004_a_database_of_an_earlier_version_asks_for_an_upgrade(instance: Instance) -> None:
    instance.execute("DELETE FROM django_migrations WHERE app = 'reporting'")
    for command in (("verify",), ("values", "show", "11.1")):
        ran = instance.cli(*command, "--format", "json")
        assert (ran.code, ran.json["findings"][0]["code"]) == (2, "INST-OLD")


HEAVY = ("scipy", "statsmodels", "polars", "duckdb", "altair", "docx", "typst", "openpyxl", "django")


def test_cli_005_the_command_line_opens_without_what_its_commands_need() -> None:
    code = "import sys, dozor.cli.application; print([m for m in %r if m in sys.modules])" % (HEAVY,)  # noqa: UP031
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_cli_005_an_instance_opens_without_what_its_commands_need(untouched: Instance) -> None:
    code = "import sys; from dozor.cli.instance_room import open_instance; open_instance(); "
    ran = untouched.python(code + f"print([m for m in {HEAVY} if m in sys.modules])")
    assert (ran.out.strip(), ran.err) == ("['django']", "")


def test_cli_005_help_names_every_command(nowhere: Instance) -> None:
    ran = nowhere.run("--help")
    assert ran.code == 0
    names = "init demo serve upgrade backup restore verify obligations report audit estimate plan round user"
    for name in [*names.split(), "values"]:
        assert f" {name} " in ran.out
    assert "worker" not in ran.out


def test_cli_006_a_reader_who_goes_away(untouched: Instance) -> None:
    process = untouched.start("obligations", "--year", "2025", "--format", "json")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert "Traceback" not in process.stderr.read()
    process.wait(timeout=60)
    process.stderr.close()


def test_cli_006_a_database_that_does_not_answer(untouched: Instance) -> None:
    gone = Instance(untouched.home, "postgresql://dozor@127.0.0.1:1/dozor")
    ran = gone.run("values", "show", "11.1", "--format", "json")
    assert (ran.code, ran.json["findings"][0]["code"]) == (2, "INST-DATABASE")
    assert "Traceback" not in ran.err


def test_cli_007_the_clock_on_the_wall() -> None:
    instant = datetime(2026, 12, 31, 21, 30, tzinfo=UTC)
    assert (day_of(instant), minute_of(instant)) == ("2027-01-01", "2027-01-01 00:30")
    assert day_of(None) == ""
