"""What the files are, said for programs: Frictionless Data Package, DCAT-AP catalogue, schema.org, Atom."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from dozor.core.plan.model import Indicator
from dozor.core.text import LANGUAGES, Text
from dozor.publishing.opendata.dataset import COLUMNS, Dataset

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
_FORMATS = {
    "csv": ("text/csv", "CSV"),
    "json": ("application/json", "JSON"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
    "parquet": ("application/vnd.apache.parquet", "Parquet"),
}
_EU = "http://publications.europa.eu/resource/authority"
ATOM = "http://www.w3.org/2005/Atom"


def data_package(dataset: Dataset, files: Mapping[str, bytes]) -> bytes:
    """``datapackage.json``: each table with its schema, bytes and SHA-256 (specs.frictionlessdata.io)."""
    schema = {
        "fields": [
            {
                "name": c.name,
                "type": c.type,
                "title": c.means.en,
                **(
                    {"constraints": {"required": True}}
                    if c.name in ("indicator", "area", "period", "unit")
                    else {}
                ),
            }
            for c in COLUMNS
        ],
        "missingValues": [""],
    }
    package = {
        "profile": "tabular-data-package",
        "name": f"dozor-{dataset.code}",
        "id": dataset.code,
        "title": dataset.title.en,
        "description": _described(dataset).en,
        "version": f"{dataset.year}.{dataset.version}",
        "created": f"{dataset.made_on.isoformat()}T00:00:00Z",
        "licenses": [LICENCE],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": _resource_name(name),
                "path": name,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(content),
                "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
                "schema": schema,
            }
            for name, content in sorted(files.items())
            if name.endswith(".csv")
        ],
    }
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def _resource_name(path: str) -> str:
    return path.removesuffix(".csv").replace("/", "-").lower().replace(" ", "-")


def _described(dataset: Dataset) -> Text:
    n, hidden = len(dataset.observations), dataset.withheld
    return Text(
        f"Выпуск {dataset.code}: значений {n}, из них скрыто для защиты людей {hidden}. "
        "Каждое значение с источником.",
        f"Выпуск {dataset.code}: значэнняў {n}, з іх схавана дзеля абароны людзей {hidden}. "
        "Кожнае значэнне з крыніцай.",
        f"Release {dataset.code}: {n} values, {hidden} of them withheld to protect people. "
        "Every value with its source.",
    )


def catalogue(dataset: Dataset, files: Mapping[str, bytes], publisher: Text) -> bytes:
    """``catalog.jsonld``: a DCAT-AP 3 catalogue of one dataset with its distributions."""

    def said(text: Text) -> list[dict[str, str]]:
        return [{"@language": language, "@value": text.in_language(language)} for language in LANGUAGES]

    distributions = [
        {
            "@id": f"/data/{name}",
            "@type": "dcat:Distribution",
            "dct:title": [{"@language": "en", "@value": name}],
            "dcat:accessURL": {"@id": f"/data/{name}"},
            "dcat:downloadURL": {"@id": f"/data/{name}"},
            "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{_FORMATS[kind][0]}"},
            "dct:license": {"@id": LICENCE["path"]},
            "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(len(content))},
        }
        for name, content in sorted(files.items())
        if (kind := name.rpartition(".")[2]) in _FORMATS and name.startswith("values.")
    ]
    agent = {"@id": "/#publisher", "@type": "foaf:Agent", "foaf:name": said(publisher)}
    found = {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": "/data/catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": said(dataset.title),
        "dct:description": said(_described(dataset)),
        "dct:publisher": agent,
        "dct:license": {"@id": LICENCE["path"]},
        "dcat:dataset": [
            {
                "@id": f"/releases/#{dataset.code}",
                "@type": "dcat:Dataset",
                "dct:title": said(dataset.title),
                "dct:description": said(_described(dataset)),
                "dct:identifier": dataset.code,
                "dct:issued": {"@type": "xsd:date", "@value": dataset.made_on.isoformat()},
                "dct:publisher": {"@id": "/#publisher"},
                "dct:language": [{"@id": f"{_EU}/language/{code}"} for code in ("RUS", "BEL", "ENG")],
                "dct:accrualPeriodicity": {"@id": f"{_EU}/frequency/ANNUAL"},
                "dcat:theme": [{"@id": f"{_EU}/data-theme/HEAL"}],
                "dcat:distribution": distributions,
            }
        ],
    }
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def schema_org(dataset: Dataset, language: str) -> dict[str, Any]:
    """The Dataset that search engines read on the page of open data."""
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": dataset.title.in_language(language),
        "description": _described(dataset).in_language(language),
        "version": dataset.code,
        "datePublished": dataset.made_on.isoformat(),
        "license": LICENCE["path"],
        "isAccessibleForFree": True,
        "inLanguage": list(LANGUAGES),
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": media, "contentUrl": f"/data/values.{kind}"}
            for kind, (media, _) in _FORMATS.items()
        ],
    }


def schema_org_indicator(dataset: Dataset, indicator: Indicator, language: str) -> dict[str, Any]:
    """The Dataset that search engines read on an indicator's page: what is measured, where, when."""
    found = dataset.of(indicator.code)
    places = sorted({dataset.areas.area(o.area).name.in_language(language) for o in found})
    years = [o.period.year for o in found]
    return {
        **schema_org(dataset, language),
        "name": indicator.short_name.in_language(language),
        "description": indicator.name.in_language(language),
        "identifier": indicator.code,
        "variableMeasured": indicator.short_name.in_language(language),
        "spatialCoverage": places,
        "temporalCoverage": f"{min(years)}/{max(years)}" if years else "",
        "isPartOf": dataset.title.in_language(language),
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": media,
                "contentUrl": f"/data/indicators/{indicator.code}.{kind}",
            }
            for kind, (media, _) in _FORMATS.items()
        ],
    }


def feed(dataset: Dataset, language: str = "ru") -> bytes:
    """``releases.atom``: the release as an entry of a feed (RFC 4287)."""
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed")
    instant = f"{dataset.made_on.isoformat()}T00:00:00Z"

    def add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
        element = ET.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
        element.text = text or None
        return element

    add(root, "id", f"urn:dozor:releases:{dataset.plans[0].code}")
    add(root, "title", dataset.title.in_language(language))
    add(root, "updated", instant)
    add(root, "link", href="/releases.atom", rel="self")
    entry = add(root, "entry")
    add(entry, "id", f"urn:dozor:release:{dataset.code}")
    add(entry, "title", dataset.code)
    add(entry, "updated", instant)
    add(add(entry, "author"), "name", "Dozor")
    add(entry, "link", href=f"/releases/#{dataset.code}")
    add(entry, "summary", dataset.note or _described(dataset).in_language(language))
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
