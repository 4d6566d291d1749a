"""The books: every realm's customers, vendors and employees, in memory for reading and in the state for good."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import orjson

from deploy.sandbox.quickbooks.fields import Json
from deploy.sandbox.quickbooks.names import key_of
from deploy.sandbox.state import State

SCHEMA = """
CREATE TABLE IF NOT EXISTS realms (realm TEXT PRIMARY KEY, company_name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entities (
    realm TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (realm, kind, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lost (
    realm TEXT NOT NULL, id TEXT NOT NULL, token TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (realm, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS numbers (
    realm TEXT NOT NULL, series TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (realm, series)
) WITHOUT ROWID;
"""


class Kind(StrEnum):
    """Those who share one list of names (Intuit, Customer reference)."""

    CUSTOMER = "Customer"
    VENDOR = "Vendor"
    EMPLOYEE = "Employee"

    @classmethod
    def named(cls, entity: str) -> "Kind | None":
        """Find the kind that a path or a statement names, in any case."""
        return next((kind for kind in cls if kind.value.lower() == entity.strip().lower()), None)


@dataclass(slots=True)
class Company:
    """One realm. Records are whole objects as a GET shows them; they are replaced, never edited in place."""

    realm: str
    state: State
    name: str = ""
    records: dict[Kind, dict[str, Json]] = field(default_factory=lambda: {kind: {} for kind in Kind})
    holders: dict[str, set[tuple[Kind, str]]] = field(default_factory=lambda: defaultdict(set))
    lost: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Customers that went into another one: their token since then, and when that was, as MetaData writes it."""
    bad: set[str] = field(default_factory=set)
    """Customers that fail each query whose page they are on, until somebody edits them. Not kept over a restart."""

    def find(self, kind: Kind, record_id: str) -> Json | None:
        """Look a record up."""
        return self.records[kind].get(record_id)

    def all(self, kind: Kind) -> Iterable[Json]:
        """List all records of a kind, inactive ones too, in the order in which they were made."""
        return self.records[kind].values()

    def is_taken(self, name: str, by_other_than: tuple[Kind, str]) -> bool:
        """Say whether another record has this display name."""
        return bool(self.holders.get(key_of(name), set()) - {by_other_than})

    def put(self, kind: Kind, record: Json) -> None:
        """Keep a record, new or changed. Inside a transaction."""
        record_id = record["Id"]
        self.state.write(
            "INSERT OR REPLACE INTO entities VALUES (?, ?, ?, ?)",
            self.realm,
            kind,
            record_id,
            orjson.dumps(record),
        )
        before = self.records[kind].get(record_id)
        if before is not None:
            self.holders[key_of(before["DisplayName"])].discard((kind, record_id))
        self.remember(kind, record)

    def forget(self, kind: Kind, record: Json) -> None:
        """Lose a record: its id is unknown from here on. Inside a transaction."""
        record_id = record["Id"]
        self.state.write(
            "DELETE FROM entities WHERE realm = ? AND kind = ? AND id = ?", self.realm, kind, record_id
        )
        known = self.records[kind].pop(record_id)
        self.holders[key_of(known["DisplayName"])].discard((kind, record_id))

    def lose(self, record_id: str, token: str, at: str) -> None:
        """Keep that a customer went into another one. Inside a transaction."""
        self.state.write("INSERT OR REPLACE INTO lost VALUES (?, ?, ?, ?)", self.realm, record_id, token, at)
        self.lost[record_id] = (token, at)

    def remember(self, kind: Kind, record: Json) -> None:
        """Take a record that is in the state into memory."""
        self.records[kind][record["Id"]] = record
        self.holders[key_of(record["DisplayName"])].add((kind, record["Id"]))

    def put_back(self, kind: Kind, records: Iterable[Json]) -> None:
        """Have just these records of a kind, as a restored backup has them. Inside a transaction."""
        for record in list(self.all(kind)):
            self.forget(kind, record)
        for record in records:
            self.put(kind, record)

    def next_number(self, series: str, at_least: int = 1) -> str:
        """Take the next number of a series (`names`: customers, vendors and employees; `addresses`)."""
        ((number,),) = self.state.rows(
            "INSERT INTO numbers VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET last = max(last + 1, excluded.last)"
            " RETURNING last",
            self.realm,
            series,
            at_least,
        )
        return str(number)


class Books:
    """All realms."""

    def __init__(self, state: State) -> None:
        self._state = state
        state.define(SCHEMA)
        self.companies: dict[str, Company] = {}
        self.load()

    def load(self) -> None:
        """Read everything out of the state."""
        self.companies = {
            row["realm"]: Company(row["realm"], self._state, row["company_name"])
            for row in self._state.rows("SELECT * FROM realms")
        }
        for row in self._state.rows(
            "SELECT realm, kind, data FROM entities ORDER BY realm, kind, CAST(id AS INTEGER)"
        ):
            self.companies[row["realm"]].remember(Kind(row["kind"]), orjson.loads(row["data"]))
        for row in self._state.rows("SELECT realm, id, token, at FROM lost"):
            self.companies[row["realm"]].lost[row["id"]] = (row["token"], row["at"])

    def open_company(self, realm: str, name: str) -> bool:
        """Make a realm; one that exists stays as it is. Returns whether it is new."""
        if realm in self.companies:
            return False
        self._state.write("INSERT INTO realms VALUES (?, ?)", realm, name)
        self.companies[realm] = Company(realm, self._state, name)
        return True

    def names(self) -> list[tuple[str, str]]:
        """List the companies by number and name, in the order of their names."""
        return sorted(
            ((each.realm, each.name) for each in self.companies.values()), key=lambda each: (each[1], each[0])
        )
