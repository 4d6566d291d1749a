"""Who changes the tables of the read model says so, and an installed package holds its migrations."""

from hashlib import sha256

from setuptools import find_packages
from sqlalchemy import Dialect, Table, make_url
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

from adapters.store.built_tables import SHAPE, built
from adapters.store.migrations import versions
from adapters.store.read_tables import definition, views

SHAPES = {
    1: "5a7d056585eaa3c5",
    2: "71bf5e58839fc4ec",
    3: "521df5b3e82e0cf5",
    4: "12b229cfdccffcef",
    5: "12b229cfdccffcef",  # what is searched stands there folded by what people see
    6: "b3a83679c5b4984c",  # how a link stands
    7: "a78d36ddc9b420f8",  # which companies dead letters name
    8: "5c6901f45dc7e708",  # since when work waits
    9: "178e8b97ba30d2c1",  # by which words rows are found, and what they share with rows of the other side
    10: "e87b90a19f740e0e",  # a table of what rows share with those of the other side, by key
    11: "287206350c3d5968",  # by what lists are in order
    12: "9a28d8fc211db9a8",  # why a link needs attention, or is not synced
    13: "56489e15adb45617",  # which customers are projects or sub-customers that are there
    14: "afab3e42e94d49ac",  # of which build rows are, what people read of them, and by which addresses clients are found
}


def test_another_shape_of_the_read_model_has_another_number() -> None:
    """Else a gateway would go on with tables that are not what it thinks. Raise SHAPE, and write its digest above."""
    assert SHAPES[SHAPE] == _digest()
    assert max(SHAPES) == SHAPE


def test_migrations_are_part_of_the_package() -> None:
    """A gateway that was installed runs them too."""
    assert versions.__name__ in find_packages(include=["adapters*"])


def _statements(table: Table) -> list[ExecutableDDLElement]:
    indexes = sorted(table.indexes, key=lambda each: str(each.name))
    return [CreateTable(table), *(CreateIndex(each) for each in indexes)]


def _digest() -> str:
    dialects: list[Dialect] = [make_url(url).get_dialect()() for url in ("sqlite://", "postgresql://")]
    said = [
        str(statement.compile(dialect=dialect))
        for dialect in dialects
        for table in built.sorted_tables
        for statement in _statements(table)
    ]
    said += [definition(view, dialect) for dialect in dialects for view in views.tables.values()]
    return sha256("\n".join(said).encode()).hexdigest()[:16]
