"""Reads rows so that what is equal in one is one object: a worker holds the rows of all its firms in memory.

It goes over the JSON of a row first, in place. What is left out there is read as the default, which all rows share, and
a text that stands there as one object is read as one.
"""

from collections.abc import Callable, Iterable, Mapping
from sys import intern
from typing import Any, cast

import orjson
from pydantic_core import CoreSchema, SchemaValidator, core_schema

from domain.agreed import Agreed, Alike
from domain.ids import ClientId, CustomerId, FirmId
from domain.rows import CustomerRow, LinkRow
from domain.snapshots import Client
from streams.wire.bounded import KEPT, bounded

_AS_THE_CLIENT = object()
"""Stands in JSON for pairs that hold the client's own values on both sides."""

_OF_MANY = ("city", "region", "country")
"""What stands in the addresses of many clients."""


def sharing_reader(shape: Any) -> Callable[[dict[str, Any]], Any]:
    """Give what reads the parsed JSON of a row, which is used up, and raises pydantic's ValidationError of all else."""
    read = SchemaValidator(cast(CoreSchema, _with_pairs(bounded(shape, KEPT)))).validate_python

    def reading(row: dict[str, Any]) -> Any:
        _share(row)
        return read(row)

    return reading


def plain(thing: object) -> object:
    """Give what JSON is made of in the place of what it can't be made of."""
    if isinstance(thing, Alike):
        return dict(thing)
    raise TypeError(f"{type(thing).__name__} is no JSON")


def _nothing_in(row: LinkRow | CustomerRow) -> tuple[tuple[str, Any], ...]:
    written = orjson.loads(orjson.dumps(row))
    return tuple((name, value) for name, value in written.items() if isinstance(value, dict))


_NOTHING: Mapping[str, tuple[tuple[str, Any], ...]] = {
    "link": _nothing_in(LinkRow(firm_id=FirmId(""), client_id=ClientId(""))),
    "customer": _nothing_in(CustomerRow(firm_id=FirmId(""), customer_id=CustomerId(""))),
}
"""By the kind of a row: what says nothing in it, and would be an object all the same."""


def _share(row: dict[str, Any]) -> None:
    kind = row.get("kind")
    for name, nothing in _NOTHING.get(kind, ()) if isinstance(kind, str) else ():
        if row.get(name) == nothing:
            del row[name]
    _intern(row, ("firm_id",))
    side, id_ = ("client", "client_id") if kind == "link" else ("customer", "customer_id")
    seen = row.get(side)
    values = seen.get("values") if isinstance(seen, dict) else None
    if isinstance(seen, dict) and isinstance(values, dict):
        if id_ in seen and seen[id_] == row.get(id_):
            seen[id_] = row[id_]
        if isinstance(address := values.get("address"), dict):
            _intern(address, _OF_MANY)
        if isinstance(agreed := row.get("agreed"), dict):
            row["agreed"] = _shared(agreed, values)


def _intern(place: dict[str, Any], names: Iterable[str]) -> None:
    for name in names:
        if isinstance(text := place.get(name), str):
            place[name] = intern(text)


def _shared(agreed: dict[str, Any], values: Mapping[str, Any]) -> object:
    """Let pairs hold the client's own values where they are equal to those."""
    own = [{"client": value, "customer": value} for value in values.values()]
    if list(agreed) == list(values) and list(agreed.values()) == own:
        return _AS_THE_CLIENT
    for name, pair in agreed.items():
        value = values.get(name)
        for side, there in pair.items() if isinstance(pair, dict) else ():
            if there == value:
                pair[side] = value
    return agreed


def _with_pairs(node: Any) -> Any:
    """Let a link's pairs be read as its client's values where they are those."""
    if isinstance(node, list | tuple):
        return type(node)(_with_pairs(each) for each in node)
    if not isinstance(node, Mapping):
        return node
    if node.get("type") == "dataclass-args" and node["dataclass_name"] == LinkRow.__name__:
        return {**node, "fields": [_with_its_pairs(each) for each in node["fields"]]}
    return {name: _with_pairs(each) for name, each in node.items()}


def _with_its_pairs(field: Mapping[str, Any]) -> Mapping[str, Any]:
    if field["name"] != "agreed":
        return field
    or_default = field["schema"]
    pairs = core_schema.with_info_wrap_validator_function(_agreed, or_default["schema"])
    return {**field, "schema": {**or_default, "schema": pairs}}


def _agreed(
    given: object, read: core_schema.ValidatorFunctionWrapHandler, info: core_schema.ValidationInfo
) -> Agreed:
    if given is not _AS_THE_CLIENT:
        return cast(Agreed, read(given))
    client: Client | None = info.data.get("client")  # None: it is refused, and so is the row
    return Alike(client.values) if client is not None else {}
