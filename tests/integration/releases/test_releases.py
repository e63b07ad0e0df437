"""A release from the bank to its report.

REL-001  A release is frozen, audited, approved by two people who did not create it, then published.
REL-002  Its certificate holds in another process; a touched file is found.
REL-003  A correction is another version, and says what changed.
REL-004  The report of a release is made once, kept, and made again byte for byte.
REL-007  The state on 1 January is how the year before ended: it is in that year's release, and on its site.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.instances import GOOD_ROW, Instance, table
from tests.integration.web.conftest import _pages  # noqa: F401 - a fixture for the whole module


@pytest.fixture
def bank(instance: Instance) -> Instance:
    """An instance with a few published values of 2017."""
    values = [GOOD_ROW | {"area": area, "value": v} for area, v in (("BY-HO", "30.8"), ("BY-BR", "12.1"))]
    assert instance.load(table(*values)).code == 0
    return instance


def create(instance: Instance, *options: str) -> dict[str, object]:
    made = instance.cli("release", "create", "--year", "2017", "--format", "json", *options)
    assert made.code == 0, made.err
    return dict(made.json)


def approve(instance: Instance, release: str) -> None:
    for login in ("first", "second"):
        instance.cli(
            "user", "add", login, "--role", "national-approver", "--agency", "RCHEPH", "--name", login
        )
        assert instance.cli("release", "approve", release, "--person", login).code == 0


def test_rel_001_from_creation_to_publication(bank: Instance) -> None:
    made = create(bank)
    assert (made["id"], made["verdict"], made["published"], made["hidden"]) == ("2017-public-1", "safe", 2, 0)
    refused = bank.cli("release", "publish", "2017-public-1")
    assert refused.code == 2
    assert "REL-APPROVALS" in refused.err
    approve(bank, "2017-public-1")
    again = bank.cli("release", "approve", "2017-public-1", "--person", "first")
    assert (again.code, "REL-TWICE" in again.err) == (2, True)
    published = bank.cli("release", "publish", "2017-public-1", "--format", "json")
    assert published.json["state"] == "published"
    assert "REL-PUBLISHED" in bank.cli("release", "publish", "2017-public-1").err
    assert bank.cli("verify").code == 0


def test_rel_002_the_certificate_holds_elsewhere_and_a_touched_file_is_found(bank: Instance) -> None:
    create(bank)
    for seed in ("1", "2"):
        ran = bank.start("release", "verify-certificate", "2017-public-1", PYTHONHASHSEED=seed)
        _, err = ran.communicate(timeout=120)
        assert ran.returncode == 0, err
    content = bank.home / "releases" / "2017-public-1" / "content.json"
    content.write_bytes(content.read_bytes().replace(b"30.8", b"30.9"))
    touched = bank.cli("release", "audit", "2017-public-1")
    assert (touched.code, "REL-FILE" in touched.err) == (2, True)


def test_rel_003_a_correction_says_what_changed_and_a_release_audited_before_another_is_stale(
    bank: Instance,
) -> None:
    create(bank)
    silent = bank.cli("release", "create", "--year", "2017")
    assert (silent.code, "REL-NOTE" in silent.err) == (2, True)
    assert create(bank, "--note", "Brest corrected")["id"] == "2017-public-2"
    approve(bank, "2017-public-2")
    assert bank.cli("release", "publish", "2017-public-2").code == 0
    approve(bank, "2017-public-1")
    stale = bank.cli("release", "publish", "2017-public-1")
    assert (stale.code, "REL-STALE" in stale.err) == (2, True)


def test_rel_004_the_report_is_kept_and_made_again(bank: Instance) -> None:
    create(bank)
    approve(bank, "2017-public-1")
    assert bank.cli("release", "publish", "2017-public-1").code == 0
    written = []
    for name, of in (("a.pdf", ("--release", "2017-public-1")), ("b.pdf", ("--year", "2017"))):
        path = bank.home / name
        assert bank.cli("report", *of, "--output", path).code == 0
        written.append(path.read_bytes())
    assert written[0] == written[1]
    # the bank moves on; the release and its report do not
    assert bank.load(table(GOOD_ROW | {"value": "31.5"})).code == 0
    assert bank.cli("report", "--release", "2017-public-1", "--output", bank.home / "c.pdf").code == 0
    assert (bank.home / "c.pdf").read_bytes() == written[0]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("release", "create", "--year", "2017", "--audience", "nobody"), "REL-AUDIENCE"),
        (("release", "create", "--year", "2017"), "REL-EMPTY"),
        (("release", "audit", "2001-public-9"), "REL-UNKNOWN"),
        (("report", "--output", "x.pdf"), "INST-REPORT-OF"),
    ],
)
def test_bad_input_is_told_with_a_code(untouched: Instance, arguments: tuple[str, ...], code: str) -> None:
    ran = untouched.cli(*arguments)
    assert (ran.code, code in ran.err) == (2, True)


def test_rel_005_the_site_shows_the_release_and_not_the_bank(bank: Instance, tmp_path: Path) -> None:
    from dozor.apps.bank.queries import Frozen, reading
    from dozor.apps.plans.queries import plan_by_digest
    from dozor.apps.releases.opendata import write
    from dozor.apps.releases.queries import content, release_of
    from dozor.apps.releases.site import _LISTS, Pages, addresses

    create(bank)
    release = release_of("2017-public-1")
    frozen = content(release)
    assert bank.load(table(GOOD_ROW | {"value": "31.5"})).code == 0
    every = list(addresses(frozen))
    assert len(every) == len(set(every))
    assert every[0] == "/"
    with reading(Frozen(release.content_checksum, frozen.observations)):
        pages = Pages(frozen)
        of_indicator = pages.page("/indicators/by-hiv-2006-123/11.1/").decode()
        table_ = pages.page("/indicators/by-hiv-2006-123/11.1.csv").decode()
        of_data = pages.page("/data/").decode()
        tables = {
            address
            for page in ("/be/", "/be/data/", "/en/indicators/by-hiv-2006-123/11.1/")
            for address in re.findall(r'href="([^"]+\.csv)"', pages.page(page).decode())
        }
        lists = [address for address in every[: len(_LISTS)] if address.endswith("/")]
        others = [pages.page(address).decode() for address in lists]
    assert {"/be/indicators/by-hiv-2006-123/11.1.csv", "/en/indicators/by-hiv-2006-123/11.1.csv"} <= tables
    assert tables - set(every) <= {f"/{name}" for name in ("data/values.csv", "data/indicators/11.1.csv")}
    write(tmp_path, frozen, [plan_by_digest(digest) for digest in frozen.plans])
    whole = re.findall(r'href="/((?:data|sdmx)/[^"/]+)"', of_data)  # what its page of data promises
    assert {"data/values.xlsx", "data/values.parquet", "data/datapackage.json", "sdmx/data.xml"} <= set(whole)
    assert [name for name in whole if not (tmp_path / name).is_file()] == []
    assert "30,8" in of_indicator
    assert "31,5" not in of_indicator
    assert "30.8" in table_
    assert "31.5" not in table_
    assert len(others) > 5
    for page in (of_indicator, *others):
        assert "/sign-in/" not in page
        assert "/obligations/" not in page
        assert "2017-public-1" in page


def test_rel_006_only_a_published_release_becomes_a_site(bank: Instance) -> None:
    none = bank.cli("site", "build", bank.home / "site")
    assert (none.code, "REL-NONE" in none.err) == (2, True)
    create(bank)
    early = bank.cli("site", "build", bank.home / "site", "--release", "2017-public-1")
    assert (early.code, "REL-NOT-PUBLISHED" in early.err) == (2, True)


def test_rel_007_the_state_at_the_end_of_the_year_is_in_its_release(instance: Instance) -> None:
    from dozor.apps.releases.queries import content, release_of

    days = ("2017-01-01", "2017-12-31", "2018-01-01", "2018-01-02", "2018-03-01")
    state = {"indicator": "plhiv-registered", "population": "general", "unit": "persons", "value": "19000"}
    assert instance.load(table(*(GOOD_ROW | state | {"period": day} for day in days))).code == 0
    create(instance)
    held = {o.period.text for o in content(release_of("2017-public-1")).observations}
    assert held == {"2017-01-01", "2017-12-31", "2018-01-01"}


def test_rel_007_the_examples_site_shows_the_cascade_of_the_years_end(untouched_example: Instance) -> None:
    from dozor.apps.bank.queries import Frozen, reading
    from dozor.apps.releases.queries import content, latest
    from dozor.apps.releases.site import Pages

    release = latest()
    assert release is not None
    assert release.year == 2025
    frozen = content(release)
    with reading(Frozen(release.content_checksum, frozen.observations)):
        page = Pages(frozen).page("/topics/cascade/").decode()
    assert "на 1 января 2026" in " ".join(page.split())
