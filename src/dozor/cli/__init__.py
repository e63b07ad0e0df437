"""The command line: ``dozor …``.

``--home`` and ``--language`` may stand anywhere; they set the environment before the program's rooms are
opened. Exit code 0: done; 1: `verify` found tampering; 2: the input was not taken, and why is said.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from dozor.core.findings import Finding, Refused
from dozor.core.text import LANGUAGES

_GLOBAL = {"--home": "DOZOR_HOME", "--language": "DOZOR_LANGUAGE"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code."""
    from dozor.cli.application import app
    from dozor.cli.output import print_findings

    rest = take_global_options(list(sys.argv[1:] if arguments is None else arguments))
    as_json = any(
        a == "--format=json" or (a == "--format" and b == "json")
        for a, b in zip(rest, [*rest[1:], ""], strict=True)
    )
    if os.environ.get("DOZOR_LANGUAGE", "ru") not in LANGUAGES:
        found, os.environ["DOZOR_LANGUAGE"] = os.environ["DOZOR_LANGUAGE"], "ru"
        print_findings([Finding("INST-LANGUAGE", found=found)], as_json=as_json)
        sys.exit(2)
    try:
        app(rest, standalone_mode=True, prog_name="dozor")
    except Refused as refusal:
        print_findings(refusal.findings, as_json=as_json)
        sys.exit(2)
    except BrokenPipeError:
        # the reader of our output went away: not our fault, nothing to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as problem:
        finding = _of_the_database(problem)
        if finding is None:
            raise
        print_findings([finding], as_json=as_json)
        sys.exit(2)


def _of_the_database(problem: Exception) -> Finding | None:
    if "django.db" not in sys.modules:
        return None
    from dozor.apps.database import database_finding

    return database_finding(problem)


def take_global_options(arguments: list[str]) -> list[str]:
    """Move ``--home`` and ``--language`` into the environment; return the other arguments."""
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        name, equals, value = argument.partition("=")
        if argument == "--":
            return [*rest, argument, *waiting]
        if name in _GLOBAL and (equals or argument == name):
            given = value if equals else next(waiting, "")
            os.environ[_GLOBAL[name]] = given
        else:
            rest.append(argument)
    return rest
