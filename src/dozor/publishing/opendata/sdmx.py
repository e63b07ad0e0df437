"""SDMX-ML 2.1: structure (codelists, concepts, data structure, dataflow) and structure-specific data.

One observation for each key: where several sources speak of one thing, the headline's. Codes of ours that
SDMX does not allow are written in its own way (15-24 → Y15T24, 2.10 → 2_10); their names stay ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from xml.etree import ElementTree as ET

from dozor.core.observations.observation import Missing, Observation
from dozor.core.observations.period import Period, PeriodKind
from dozor.core.text import LANGUAGES, Text
from dozor.publishing.opendata.dataset import Dataset

AGENCY, FLOW, VERSION = "DOZOR", "MONITORING", "1.0"
_BASE = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
MES, STR, COM = f"{_BASE}/message", f"{_BASE}/structure", f"{_BASE}/common"
SSD = f"{_BASE}/data/structurespecific"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_DSD = f"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure={AGENCY}:{FLOW}({VERSION})"
FLOW_NS = f"{_DSD}:ObsLevelDim:TIME_PERIOD"
DIMENSIONS = ("FREQ", "INDICATOR", "POPULATION", "SEX", "AGE", "REF_AREA", "UNIT_MEASURE")
ATTRIBUTES = ("OBS_STATUS", "LOWER_BOUND", "UPPER_BOUND", "SAMPLE_SIZE", "SOURCE")
_CODED = {*DIMENSIONS, "OBS_STATUS"}
_AGE = re.compile(r"(\d+)-(\d+)")
_STATUS = {Missing.WITHHELD: "Q"}  # suppressed; the code list of the SDMX content guidelines
for _prefix, _space in (
    ("mes", MES),
    ("str", STR),
    ("com", COM),
    ("ss", SSD),
    ("xsi", XSI),
    ("flow", FLOW_NS),
):
    ET.register_namespace(_prefix, _space)

_CONCEPTS: Mapping[str, Text] = {
    "FREQ": Text("Периодичность", "Перыядычнасць", "Frequency"),
    "INDICATOR": Text("Показатель", "Паказчык", "Indicator"),
    "POPULATION": Text("Группа населения", "Група насельніцтва", "Population group"),
    "SEX": Text("Пол", "Пол", "Sex"),
    "AGE": Text("Возраст", "Узрост", "Age"),
    "REF_AREA": Text("Территория", "Тэрыторыя", "Reference area"),
    "UNIT_MEASURE": Text("Единица", "Адзінка", "Unit of measure"),
    "TIME_PERIOD": Text("Период", "Перыяд", "Time period"),
    "OBS_VALUE": Text("Значение", "Значэнне", "Observation value"),
    "OBS_STATUS": Text("Состояние значения", "Стан значэння", "Observation status"),
    "LOWER_BOUND": Text("Нижняя граница", "Ніжняя мяжа", "Lower bound"),
    "UPPER_BOUND": Text("Верхняя граница", "Верхняя мяжа", "Upper bound"),
    "SAMPLE_SIZE": Text("Знаменатель", "Назоўнік", "Denominator"),
    "SOURCE": Text("Источник", "Крыніца", "Source"),
}


def code_id(dimension: str, code: str) -> str:
    """A code as SDMX allows it.

    >>> [code_id("AGE", a) for a in ("15-24", "25+", "<25", "all", "")]
    ['Y15T24', 'Y_GE25', 'Y_LT25', '_T', '_Z']
    >>> code_id("INDICATOR", "2.10"), code_id("SEX", "female"), code_id("POPULATION", "route: sexual")
    ('2_10', 'F', 'route_sexual')
    """
    if code in ("", "all"):
        return "_Z" if code == "" else "_T"
    if dimension == "SEX":
        return {"female": "F", "male": "M"}.get(code, code)
    if dimension == "AGE":
        if found := _AGE.fullmatch(code):
            return f"Y{found[1]}T{found[2]}"
        if code.endswith("+"):
            return f"Y_GE{code[:-1]}"
        if code.startswith("<"):
            return f"Y_LT{code[1:]}"
    return re.sub(r"[^A-Za-z0-9_@$\-]+", "_", code).strip("_") or "_X"


def _parts(o: Observation) -> dict[str, str]:
    return {
        "FREQ": "A2" if o.period.kind is PeriodKind.ROUND else "A",
        "INDICATOR": code_id("INDICATOR", o.indicator),
        "POPULATION": code_id("POPULATION", o.population),
        "SEX": code_id("SEX", o.sex),
        "AGE": code_id("AGE", o.age),
        "REF_AREA": code_id("REF_AREA", o.area),
        "UNIT_MEASURE": code_id("UNIT_MEASURE", o.figure.unit),
    }


def _time(period: Period) -> str:
    """A year, a day, or a range from a day on: ``2008-01-01/P2Y``."""
    if period.kind is PeriodKind.YEAR:
        return str(period.year)
    if period.kind is PeriodKind.STATE:
        return period.starts_on.isoformat()
    if period.kind is PeriodKind.ROUND:
        return f"{period.starts_on.isoformat()}/P2Y"
    return f"{period.starts_on.isoformat()}/P{(period.ends_on - period.starts_on).days + 1}D"


def chosen(dataset: Dataset) -> list[Observation]:
    """One observation for each key and time: the headline, else the first."""
    found: dict[tuple[str, ...], Observation] = {}
    for o in dataset.observations:
        if o.figure.value is None and o.figure.missing is not Missing.WITHHELD:
            continue
        key = (*_parts(o).values(), _time(o.period))
        if key not in found or (o.is_headline and not found[key].is_headline):
            found[key] = o
    return [found[key] for key in sorted(found)]


def sdmx_data(dataset: Dataset) -> bytes:
    """Structure-specific time series, one ``Series`` for each key."""
    root = _message("StructureSpecificData", dataset, with_structure=True)
    declare_flow(root)
    data = ET.SubElement(
        root,
        f"{{{MES}}}DataSet",
        {
            f"{{{SSD}}}structureRef": FLOW,
            f"{{{XSI}}}type": "flow:DataSetType",
            f"{{{SSD}}}dataScope": "DataStructure",
            "action": "Replace",
        },
    )
    series: dict[tuple[str, ...], ET.Element] = {}
    for o in chosen(dataset):
        parts = _parts(o)
        key = tuple(parts.values())
        if key not in series:
            series[key] = ET.SubElement(data, "Series", parts)
        f = o.figure
        told = {
            "TIME_PERIOD": _time(o.period),
            "OBS_VALUE": "NaN" if f.value is None else f"{f.value:f}",
            "OBS_STATUS": _STATUS.get(f.missing, "A")
            if f.missing is not None
            else "E"
            if _is_modelled(o, dataset)
            else "A",
            "LOWER_BOUND": "" if f.lower is None else f"{f.lower:f}",
            "UPPER_BOUND": "" if f.upper is None else f"{f.upper:f}",
            "SAMPLE_SIZE": "" if f.denominator is None else f"{f.denominator:f}",
            "SOURCE": o.source.title,
        }
        ET.SubElement(series[key], "Obs", {name: text for name, text in told.items() if text})
    return _written(root)


def declare_flow(root: ET.Element) -> None:
    """The prefix in ``xsi:type`` is a value, which ElementTree does not declare by itself."""
    root.set("xmlns:flow", FLOW_NS)


def _is_modelled(o: Observation, dataset: Dataset) -> bool:
    return any(p.has_indicator(o.indicator) and p.indicator(o.indicator).is_modelled for p in dataset.plans)


def sdmx_structure(dataset: Dataset) -> bytes:
    """Everything a reader of the data needs, in one message."""
    root = _message("Structure", dataset)
    structures = ET.SubElement(root, f"{{{MES}}}Structures")
    flows = ET.SubElement(structures, f"{{{STR}}}Dataflows")
    flow = _maintainable(flows, "Dataflow", FLOW, dataset.title)
    _reference(ET.SubElement(flow, f"{{{STR}}}Structure"), "DataStructure", "datastructure", FLOW)
    lists = ET.SubElement(structures, f"{{{STR}}}Codelists")
    for name, codes in _codelists(dataset).items():
        codelist = _maintainable(lists, "Codelist", f"CL_{name}", _CONCEPTS[name])
        for code, text in codes:
            _named(ET.SubElement(codelist, f"{{{STR}}}Code", {"id": code}), text)
    concepts = ET.SubElement(structures, f"{{{STR}}}Concepts")
    scheme = _maintainable(concepts, "ConceptScheme", "CONCEPTS", Text("Понятия", "Паняцці", "Concepts"))
    for name, text in _CONCEPTS.items():
        _named(ET.SubElement(scheme, f"{{{STR}}}Concept", {"id": name}), text)
    dsds = ET.SubElement(structures, f"{{{STR}}}DataStructures")
    dsd = _maintainable(dsds, "DataStructure", FLOW, dataset.title)
    components = ET.SubElement(dsd, f"{{{STR}}}DataStructureComponents")
    dimensions = ET.SubElement(components, f"{{{STR}}}DimensionList", {"id": "DimensionDescriptor"})
    for position, name in enumerate(DIMENSIONS, start=1):
        _component(
            ET.SubElement(dimensions, f"{{{STR}}}Dimension", {"id": name, "position": str(position)}), name
        )
    time = ET.SubElement(
        dimensions, f"{{{STR}}}TimeDimension", {"id": "TIME_PERIOD", "position": str(len(DIMENSIONS) + 1)}
    )
    _component(time, "TIME_PERIOD", text_type="ObservationalTimePeriod")
    attributes = ET.SubElement(components, f"{{{STR}}}AttributeList", {"id": "AttributeDescriptor"})
    for name in ATTRIBUTES:
        status = "Mandatory" if name == "OBS_STATUS" else "Conditional"
        attribute = ET.SubElement(attributes, f"{{{STR}}}Attribute", {"id": name, "assignmentStatus": status})
        _component(attribute, name, text_type="String")
        relation = ET.SubElement(attribute, f"{{{STR}}}AttributeRelationship")
        measure = ET.SubElement(relation, f"{{{STR}}}PrimaryMeasure")
        ET.SubElement(measure, "Ref", {"id": "OBS_VALUE"})
    measures = ET.SubElement(components, f"{{{STR}}}MeasureList", {"id": "MeasureDescriptor"})
    _component(
        ET.SubElement(measures, f"{{{STR}}}PrimaryMeasure", {"id": "OBS_VALUE"}),
        "OBS_VALUE",
        text_type="Double",
    )
    return _written(root)


def _codelists(dataset: Dataset) -> dict[str, list[tuple[str, Text]]]:
    """Codes that occur, with their names from the plans' and the places' text."""
    names: dict[str, dict[str, Text]] = {
        "INDICATOR": {i.code: i.short_name for p in dataset.plans for i in p.indicators},
        "POPULATION": {x.code: x.name for p in dataset.plans for x in p.populations},
        "SEX": {x.code: x.name for p in dataset.plans for x in p.sexes},
        "AGE": {x.code: x.name for p in dataset.plans for x in p.ages},
        "REF_AREA": {a.code: a.name for a in dataset.areas},
        "UNIT_MEASURE": {u.code: u.name for p in dataset.plans for u in p.units},
    }
    used: dict[str, set[str]] = {name: set() for name in names}
    for o in chosen(dataset):
        values = (o.indicator, o.population, o.sex, o.age, o.area, o.figure.unit)
        for name, value in zip(names, values, strict=True):
            used[name].add(value)
    lists = {
        name: _distinct((code_id(name, c), names[name].get(c) or Text(c, c, c)) for c in sorted(used[name]))
        for name in names
    }
    lists["FREQ"] = [
        ("A", Text("Ежегодно", "Штогод", "Annual")),
        ("A2", Text("Раз в два года", "Раз на два гады", "Every two years")),
    ]
    lists["OBS_STATUS"] = [
        ("A", Text("Обычное значение", "Звычайнае значэнне", "Normal value")),
        ("E", Text("Оценочное значение", "Ацэначнае значэнне", "Estimated value")),
        ("Q", Text("Скрыто для защиты людей", "Схавана дзеля абароны людзей", "Missing value; suppressed")),
    ]
    return lists


def _distinct(codes: Iterable[tuple[str, Text]]) -> list[tuple[str, Text]]:
    return list({code: (code, text) for code, text in codes}.values())


def _message(kind: str, dataset: Dataset, *, with_structure: bool = False) -> ET.Element:
    root = ET.Element(f"{{{MES}}}{kind}")
    header = ET.SubElement(root, f"{{{MES}}}Header")
    for name, text in (
        ("ID", dataset.code),
        ("Test", "false"),
        ("Prepared", f"{dataset.made_on.isoformat()}T00:00:00"),
    ):
        ET.SubElement(header, f"{{{MES}}}{name}").text = text
    ET.SubElement(header, f"{{{MES}}}Sender", {"id": AGENCY})
    if with_structure:
        structure = ET.SubElement(
            header,
            f"{{{MES}}}Structure",
            {"structureID": FLOW, "namespace": FLOW_NS, "dimensionAtObservation": "TIME_PERIOD"},
        )
        _reference(ET.SubElement(structure, f"{{{COM}}}Structure"), "DataStructure", "datastructure", FLOW)
    return root


def _maintainable(parent: ET.Element, kind: str, code: str, name: Text) -> ET.Element:
    element = ET.SubElement(
        parent,
        f"{{{STR}}}{kind}",
        {"id": code, "agencyID": AGENCY, "version": VERSION, "isFinal": "true"},
    )
    _named(element, name)
    return element


def _named(element: ET.Element, text: Text) -> None:
    for language in LANGUAGES:
        said = ET.SubElement(
            element, f"{{{COM}}}Name", {"{http://www.w3.org/XML/1998/namespace}lang": language}
        )
        said.text = text.in_language(language)


def _reference(parent: ET.Element, kind: str, package: str, code: str, **more: str) -> None:
    ET.SubElement(
        parent,
        "Ref",
        {"id": code, "agencyID": AGENCY, "version": VERSION, "class": kind, "package": package, **more},
    )


def _component(element: ET.Element, concept: str, *, text_type: str = "") -> None:
    identity = ET.SubElement(element, f"{{{STR}}}ConceptIdentity")
    ET.SubElement(
        identity,
        "Ref",
        {
            "id": concept,
            "maintainableParentID": "CONCEPTS",
            "maintainableParentVersion": VERSION,
            "agencyID": AGENCY,
            "class": "Concept",
            "package": "conceptscheme",
        },
    )
    representation = ET.SubElement(element, f"{{{STR}}}LocalRepresentation")
    if concept in _CODED:
        enumeration = ET.SubElement(representation, f"{{{STR}}}Enumeration")
        _reference(enumeration, "Codelist", "codelist", f"CL_{concept}")
    else:
        ET.SubElement(representation, f"{{{STR}}}TextFormat", {"textType": text_type})


def _written(root: ET.Element) -> bytes:
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
