"""The domain's own `replace` does what the library's does, for every dataclass there is in the domain."""

import dataclasses
import importlib
import inspect
import pkgutil
from typing import Any

import pytest

import domain
from domain.fields import Address
from domain.ids import ClientId, FirmId
from domain.remembered import Held
from domain.replacing import replace
from domain.rows import LinkRow


def _dataclasses_of_the_domain() -> list[type]:
    modules = [
        importlib.import_module(each.name) for each in pkgutil.walk_packages(domain.__path__, "domain.")
    ]
    found = {
        kind
        for module in modules
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if dataclasses.is_dataclass(kind) and kind.__module__.startswith("domain.")
    }
    return sorted(found, key=lambda kind: (kind.__module__, kind.__qualname__))


SHAPES = _dataclasses_of_the_domain()


def _filled(shape: type) -> Any:
    """Make one whose fields each hold a value of their own; what fits does not matter here."""
    made: Any = object.__new__(shape)
    for each in dataclasses.fields(shape):
        object.__setattr__(made, each.name, f"a {each.name}")
    return made


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.__module__}.{shape.__qualname__}")
def test_it_is_as_the_librarys(shape: type) -> None:
    """Each field in turn: that one changes, no other does, and what was there stays as it was."""
    assert not hasattr(shape, "__post_init__"), "replace does not run it"
    old = _filled(shape)
    assert replace(old) == old
    for each in dataclasses.fields(shape):
        new = replace(old, **{each.name: "another"})
        theirs = dataclasses.replace(old, **{each.name: "another"})
        assert type(new) is shape
        assert new == theirs
        assert new != old
    assert old == _filled(shape)


def test_there_is_something_to_compare() -> None:
    """Rows are found, and those that hold a single field."""
    assert {LinkRow, Address, Held} <= set(SHAPES)
    assert any(len(dataclasses.fields(shape)) == 1 for shape in SHAPES)


def test_a_field_that_it_lacks_is_refused() -> None:
    """As a call with a wrong name is; mypy finds it before."""
    row = LinkRow(firm_id=FirmId("f"), client_id=ClientId("c"))
    with pytest.raises(TypeError, match="LinkRow has no field 'vresion'"):
        replace(row, vresion=1)  # type: ignore[call-arg]
