"""Our fields as QuickBooks' Customer spells them, both ways.

What we write goes out as `domain.limits` says that QuickBooks takes it, and what it does not take as it is: a value
cut short here would come back as an edit.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import zip_longest

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_pascal

from adapters.bounded import LATEST_TIME, CustomerIdText, Time, Token
from adapters.quickbooks.spelling import ADDRESS_PARTS, MORE_LINES, PATHS
from domain.blanks import none_if_blank
from domain.bounds import ID, LATEST, MOST_IN_A_READ_TEXT
from domain.effects import UpdateCustomer
from domain.fields import Address, Field, Value, Values
from domain.ids import CustomerId
from domain.limits import as_written, without_deleted_mark
from domain.snapshots import Customer
from domain.write_back import NOTHING_MORE, WriteBack, addresses_in, emails_with, joined, lines_with

LONGEST_CHECK_NAME = 110
"""Characters of PrintOnCheckName; a longer display name leaves it as it is (Intuit, Customer)."""


class _Times(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=to_pascal)

    create_time: Time
    last_updated_time: Time


class _Record(BaseModel):
    """What a Customer must say of itself besides its fields. Ids and tokens come as text or as numbers."""

    model_config = ConfigDict(frozen=True, alias_generator=to_pascal, coerce_numbers_to_str=True)

    id: CustomerIdText
    sync_token: Token
    meta_data: _Times
    active: bool = True
    job: bool = False
    is_project: bool = False


def customer_of(body: object, latest: datetime = LATEST) -> Customer:
    """Read the JSON of one Customer; times become UTC, and lie before `latest`.

    Raises:
        ValueError: it lacks an id, a sync token or its times, or something is out of bounds. The message names what,
            and holds no value.
    """
    try:
        record = _Record.model_validate(body, context={LATEST_TIME: latest})
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        # The cause would print what stood there.
        raise ValueError(f"not a QuickBooks customer: {wrong}") from None
    values = _values_of(body)
    return Customer(
        customer_id=CustomerId(record.id),
        sync_token=record.sync_token,
        values=values,
        created_at=record.meta_data.create_time,
        updated_at=record.meta_data.last_updated_time,
        active=record.active,
        job=record.job or record.is_project,
        address_id=_address_id(body),
        write_back=_write_back(body, values),
    )


def create_body(values: Values) -> dict[str, object]:
    """Build the body that creates a customer: what is empty is left out."""
    body: dict[str, object] = {}
    written = as_written("quickbooks", values)
    for field in Field:
        match written.get(field):
            case Address() as address:
                body["BillAddr"] = {key: text for key, text in _parts(address).items() if text}
            case str() as text:
                _put(body, PATHS[field], text)
            case None:
                pass
    return body


def update_body(
    customer: CustomerId,
    sync_token: int,
    values: Values,
    address_id: str | None,
    write_back: WriteBack = NOTHING_MORE,
) -> dict[str, object]:
    """Build the body that changes just these fields; None clears.

    `sparse` keeps all others (Intuit: without it, what is not sent is cleared). How deep that goes is not
    documented, so an address is always sent whole, with its empty lines, under the id that it has. `write_back`: what
    the customer holds beside these fields, which goes along.
    """
    body: dict[str, object] = {"Id": customer, "SyncToken": str(sync_token), "sparse": True}
    written = as_written("quickbooks", values)
    for field in Field:
        if field not in written:
            continue
        match written[field]:
            case Address() as address:
                body["BillAddr"] = _whole(address, address_id, write_back)
            case None if field is Field.ADDRESS:
                body["BillAddr"] = _whole(Address(), address_id, NOTHING_MORE)
            case str() as text if field is Field.EMAIL:
                _put(body, PATHS[field], emails_with(text, write_back))
            case text:
                _put(body, PATHS[field], text or "")
    name = written.get(Field.DISPLAY_NAME)
    if write_back.check_name_follows and isinstance(name, str) and len(name) <= LONGEST_CHECK_NAME:
        body["PrintOnCheckName"] = name
    return body


def whole_body(record: Mapping[str, object], effect: UpdateCustomer) -> dict[str, object]:
    """Build the body that writes a customer whole, of its record as it was just read: what is left out is cleared."""
    sparse = update_body(
        effect.customer_id, effect.sync_token, effect.values, effect.address_id, effect.write_back
    )
    changed = {key: value for key, value in sparse.items() if key != "sparse"}
    body = {**record, **changed}
    written = as_written("quickbooks", effect.values)
    for field, value in written.items():
        if value is None:
            body.pop(PATHS[field][0], None)
    return body | {"sparse": False}


def _values_of(body: object) -> dict[Field, Value]:
    found: dict[Field, Value] = {}
    for field, path in PATHS.items():
        value: Value = _address_of(body) if field is Field.ADDRESS else _text_at(body, path)
        if value is not None:
            found[field] = value
    name, email = found.get(Field.DISPLAY_NAME), found.get(Field.EMAIL)
    if isinstance(name, str):
        found[Field.DISPLAY_NAME] = without_deleted_mark(name)
    if isinstance(email, str):
        # People put several addresses into the one field; the first is the one that both sides can hold.
        found[Field.EMAIL] = next(iter(addresses_in(email)), email)
    return found


def _write_back(body: object, values: Values) -> WriteBack:
    emails = _text_at(body, PATHS[Field.EMAIL])
    lines = _further_lines(body)
    return WriteBack(
        emails=emails if emails is not None and len(addresses_in(emails)) > 1 else None,
        lines=lines if any(lines[1:]) else (),
        marked_name=_marked_name(body, values),
        check_name_follows=_text_at(body, ("PrintOnCheckName",)) == values.get(Field.DISPLAY_NAME, ""),
    )


def _marked_name(body: object, values: Values) -> str | None:
    """Give the name of an active customer as it stands, if QuickBooks left its mark of an inactive one behind it."""
    name = _text_at(body, PATHS[Field.DISPLAY_NAME])
    is_active = isinstance(body, Mapping) and body.get("Active") is not False
    return name if is_active and name != values.get(Field.DISPLAY_NAME) else None


def _further_lines(body: object) -> tuple[str, ...]:
    keys = (ADDRESS_PARTS["line2"], *MORE_LINES)
    return tuple(_text_at(body, ("BillAddr", key)) or "" for key in keys)


def _address_id(body: object) -> str | None:
    found = _text_at(body, ("BillAddr", "Id"))
    if found is not None and not ID.holds(found):
        raise ValueError(f"BillAddr.Id: expected {ID.expected}")
    return found


def _address_of(body: object) -> Address | None:
    parts = {part: _text_at(body, ("BillAddr", key)) for part, key in ADDRESS_PARTS.items()}
    parts["line2"] = joined(_further_lines(body)) or None
    _check_length("line2", parts["line2"])
    return Address(**parts) if any(parts.values()) else None


def _text_at(body: object, path: tuple[str, ...]) -> str | None:
    """Follow the path; absent, showing nothing or not a text is None.

    Raises:
        ValueError: it is longer than any text of a customer can be.
    """
    for key in path:
        body = body.get(key) if isinstance(body, Mapping) else None
    text = str(body) if isinstance(body, str | int) and not isinstance(body, bool) else ""
    _check_length(".".join(path), text)
    return none_if_blank(text)


def _check_length(where: str, text: str | None) -> None:
    if text is not None and len(text) > MOST_IN_A_READ_TEXT:
        raise ValueError(f"{where}: expected at most {MOST_IN_A_READ_TEXT} characters")


def _put(body: dict[str, object], path: tuple[str, ...], text: object) -> None:
    for key in reversed(path[1:]):
        text = {key: text}
    body[path[0]] = text


def _parts(address: Address) -> dict[str, str]:
    return {key: getattr(address, part) or "" for part, key in ADDRESS_PARTS.items()}


def _whole(address: Address, address_id: str | None, there: WriteBack) -> dict[str, str]:
    known = {} if address_id is None else {"Id": address_id}
    keys = (ADDRESS_PARTS["line2"], *MORE_LINES)
    lines = dict(zip_longest(keys, lines_with(address.line2 or "", there), fillvalue=""))
    return known | _parts(address) | lines
