"""Writes what an installation is made of, for whoever keeps watch over holes (`make sbom`): CycloneDX 1.6.

Every package of the lock, with its version and the hashes it is held to.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from pip_requirements_parser import RequirementsFile

import dozor

ROOT = Path(__file__).parents[1]


def bom_of(lock: Path) -> Bom:
    """The components of a locked requirements file."""
    bom, whole = Bom(), Component(name="dozor", version=dozor.__version__, type=ComponentType.APPLICATION)
    bom.metadata.component = whole
    for one in RequirementsFile.from_file(str(lock)).requirements:
        version = one.get_pinned_version
        if not one.name or version is None:
            sys.exit(f"{lock.name}: {one.line} is not one version of a package")
        hashes = [option.removeprefix("sha256:") for option in one.hash_options]
        address = PackageURL("pypi", name=one.name, version=version)
        component = Component(
            name=one.name,
            version=version,
            purl=address,
            bom_ref=str(address),
            # of its files, any of which may be the one installed
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=content) for content in hashes],
        )
        bom.components.add(component)
    bom.register_dependency(whole, bom.components)
    return bom


def main() -> None:
    target = Path(sys.argv[1])
    bom = bom_of(ROOT / "requirements.txt")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(JsonV1Dot6(bom).output_as_string(indent=2), encoding="utf-8")
    print(f"{target}: {len(bom.components)} components")


if __name__ == "__main__":
    main()
