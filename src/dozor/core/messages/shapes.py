"""Messages about borders of areas given as GeoJSON."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

_EXPORT = "Export the layer as GeoJSON (RFC 7946) in degrees, WGS 84, and load the file again."

WORDINGS: dict[str, Wording] = {
    "SHAPE-SIZE": Wording(
        "the file takes {found} MB.",
        "at most {most} MB",
        "Simplify the borders to about 200 metres and load the file again.",
    ),
    "SHAPE-NOT-JSON": Wording(
        "the file is not JSON; it begins with “{found}”.", "a GeoJSON file (RFC 7946)", _EXPORT
    ),
    "SHAPE-COLLECTION": Wording(
        "the file's type is “{found}”.", "a FeatureCollection with a list of features", _EXPORT
    ),
    "SHAPE-DEGREES": Wording(
        "“{found}” is no longitude and latitude in degrees.",
        "longitude −180 to 180, then latitude −90 to 90 (WGS 84)",
        _EXPORT,
    ),
    "SHAPE-NO-CODE": Wording(
        "the feature has no property “{property}”; its properties: {found}.",
        "a property “{property}” with the code of an area",
        "Add the code to every feature, or name the property that holds it: --code-in NAME.",
    ),
    "SHAPE-UNKNOWN": Wording(
        "there is no area “{found}”.",
        "a code of the table of areas, for example {example}",
        "Correct the code; codes stand on the page of each place and in areas.csv.",
    ),
    "SHAPE-TWICE": Wording(
        "the area “{found}” stands twice.",
        "one feature for each area",
        "Join its parts into one MultiPolygon.",
    ),
    "SHAPE-GEOMETRY": Wording(
        "the geometry is “{found}”.",
        "a Polygon or a MultiPolygon",
        "Leave out points and lines, or turn them into areas.",
    ),
    "SHAPE-RING": Wording(
        "a border has {found} positions or does not end where it begins.",
        "at least 4 positions, the last like the first",
        "Close the border in your map program and export it again.",
    ),
    "SHAPE-NONE": Wording("the file has no feature.", "a feature for each area", _EXPORT),
}
