"""Canopy's client JSON as our `Client`, both ways: in its API and in its events it is the same."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from adapters.bounded import ClientIdText, ShortText, Version
from domain import fields
from domain.blanks import none_if_blank
from domain.bounds import CLIENT, MOST_IN_A_TEXT, MOST_NUMBER
from domain.fields import Value, Values
from domain.ids import ClientId
from domain.snapshots import Client

Text = Annotated[ShortText | None, AfterValidator(none_if_blank)]


class AddressRecord(BaseModel):
    """A postal address as Canopy writes it."""

    model_config = ConfigDict(frozen=True)

    line1: Text = None
    line2: Text = None
    city: Text = None
    region: Text = None
    postal_code: Text = None
    country: Text = None


class ClientRecord(BaseModel):
    """A client as Canopy writes it, whole. Blank, null and absent are the same; unknown fields are let be."""

    model_config = ConfigDict(frozen=True, strict=True)

    client_id: ClientIdText
    version: Version
    type: Literal["individual", "business"]
    display_name: Text = None
    first_name: Text = None
    middle_name: Text = None
    last_name: Text = None
    company_name: Text = None
    email: Text = None
    phone: Text = None
    mobile: Text = None
    fax: Text = None
    address: AddressRecord | None = None
    active: bool = True
    archived: bool = False


_EXPECTED = {
    "client_id": CLIENT.expected,
    "version": "a whole number, 1 or more",
    "type": "individual or business",
    "address": "an object or null",
    "active": "true or false",
    "archived": "true or false",
}
_OUT_OF_BOUNDS = frozenset(
    {"greater_than_equal", "literal_error", "string_pattern_mismatch", "string_too_long"}
)
_NAMES = {
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    dict: "an object",
    list: "a list",
}


def client_of(data: Mapping[str, object], changed_at: datetime) -> Client:
    """Read a client from the JSON of the API or of an event. The API says if it is archived; of an event, the type.

    Raises:
        ValueError: the id, version, type or a field is not what it must be. The message names each and what was
            expected, and holds no value.
    """
    try:
        record = ClientRecord.model_validate(data)
    except ValidationError as error:
        # The cause would print what stood there.
        raise ValueError("; ".join(_wrong(each) for each in error.errors())) from None
    values = {field: _value(record, field) for field in fields.Field}
    return Client(
        client_id=ClientId(record.client_id),
        version=record.version,
        type=record.type,
        values={field: value for field, value in values.items() if value is not None},
        changed_at=changed_at,
        active=record.active,
        presence="archived" if record.archived else "present",
    )


def client_body(client: Client) -> dict[str, object]:
    """Write a client as Canopy does: every field, null where it is empty."""
    return {
        "client_id": client.client_id,
        "version": client.version,
        "type": client.type,
        **{field.value: _json(client.values.get(field)) for field in fields.Field},
        "active": client.active,
    }


def changes_body(values: Values) -> dict[str, object]:
    """Write just these fields; null clears. In one order, so that a repeat is the same bytes."""
    return {field.value: _json(values[field]) for field in fields.Field if field in values}


def _value(record: ClientRecord, field: fields.Field) -> Value:
    if field is not fields.Field.ADDRESS:
        return cast(str | None, getattr(record, field.value))
    parts = record.address.model_dump() if record.address else {}
    return fields.Address(**parts) if any(parts.values()) else None


def _json(value: Value) -> object:
    if not isinstance(value, fields.Address):
        return value
    return {part: getattr(value, part) for part in AddressRecord.model_fields}


def _wrong(error: ErrorDetails) -> str:
    where = ".".join(str(part) for part in error["loc"])
    expected = _EXPECTED.get(where, "a text or null")
    match error["type"]:
        case "missing":
            return f"{where}: expected {expected}, and it is not there"
        case "string_too_long" if where != "client_id":
            return f"{where}: expected at most {MOST_IN_A_TEXT} characters"
        case "less_than_equal":
            return f"{where}: expected a whole number, at most {MOST_NUMBER}"
        case kind if kind in _OUT_OF_BOUNDS:
            return f"{where}: expected {expected}"
        case _:
            return f"{where}: expected {expected}, got {_NAMES.get(type(error['input']), 'null')}"
