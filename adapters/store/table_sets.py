"""The read tables, up to twice: those that people read, and those that are built anew beside them.

Both sets look alike. When the one beside shows all that the other does, it takes its place (`switching.py`), by its tables' names alone.
"""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import MetaData, Table
from sqlalchemy.sql import quoted_name

from adapters.store.read_tables import (
    projector_positions,
    read,
    read_all,
    read_build,
    read_customers,
    read_dead_letters,
    read_firms,
    read_links,
    read_match_keys,
)

Place = Literal["live", "beside"]
"""Which set: the one that people read, or the one that is built beside it."""

BESIDE_PREFIX = "beside_"
FORMER_PREFIX = "former_"
"""Before the names of tables that nobody reads or fills any more, until they are cleared away."""

OF_A_SET = tuple(table for table in read.sorted_tables if table is not read_build)
"""The tables that each set has of its own."""


@dataclass(frozen=True, slots=True)
class TableSet:
    """The tables of one set."""

    firms: Table
    all_firms: Table
    links: Table
    customers: Table
    match_keys: Table
    dead_letters: Table
    positions: Table


LIVE = TableSet(
    firms=read_firms,
    all_firms=read_all,
    links=read_links,
    customers=read_customers,
    match_keys=read_match_keys,
    dead_letters=read_dead_letters,
    positions=projector_positions,
)


def tables_beside(token: str) -> MetaData:
    """Describe the tables of the set beside. `token`: goes into the names of their indexes, which no rename changes."""
    beside = MetaData()
    for table in OF_A_SET:
        copy = table.to_metadata(beside, name=BESIDE_PREFIX + table.name)
        for index in copy.indexes:
            index.name = quoted_name(f"{index.name}_{token}", quote=None)
    return beside


def _beside() -> TableSet:
    tables = tables_beside("").tables
    return TableSet(
        firms=tables[BESIDE_PREFIX + read_firms.name],
        all_firms=tables[BESIDE_PREFIX + read_all.name],
        links=tables[BESIDE_PREFIX + read_links.name],
        customers=tables[BESIDE_PREFIX + read_customers.name],
        match_keys=tables[BESIDE_PREFIX + read_match_keys.name],
        dead_letters=tables[BESIDE_PREFIX + read_dead_letters.name],
        positions=tables[BESIDE_PREFIX + projector_positions.name],
    )


SETS: dict[Place, TableSet] = {"live": LIVE, "beside": _beside()}
