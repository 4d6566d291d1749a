"""A client's fields as they may be sent; what is not among them is refused, and so is a wrong type."""

from typing import Any, Literal, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, StrictBool, StrictStr, ValidationError

from deploy.sandbox.canopy.problems import Problem

Json = dict[str, Any]
Fields = TypeVar("Fields", bound="ClientFields")


class Address(BaseModel):
    """A postal address; it is replaced as a whole."""

    model_config = ConfigDict(extra="forbid")

    line1: StrictStr | None = None
    line2: StrictStr | None = None
    city: StrictStr | None = None
    region: StrictStr | None = None
    postal_code: StrictStr | None = None
    country: StrictStr | None = None


class ClientFields(BaseModel):
    """All that a caller may set."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["individual", "business"] = "individual"
    display_name: StrictStr = ""
    first_name: StrictStr | None = None
    middle_name: StrictStr | None = None
    last_name: StrictStr | None = None
    company_name: StrictStr | None = None
    email: StrictStr | None = None
    phone: StrictStr | None = None
    mobile: StrictStr | None = None
    fax: StrictStr | None = None
    address: Address | None = None
    active: StrictBool = True


class NewClient(ClientFields):
    """All that may be sent to add a client."""

    sync_client: StrictBool | None = None
    """Whether QuickBooks is to have it too; not kept, only told."""


class NewClientByPerson(NewClient):
    """A control request may choose the id."""

    client_id: StrictStr | None = None


def read(model: type[Fields], body: bytes) -> Fields:
    """Read what was sent.

    Raises:
        Problem: 400 `bad_json`, or 422 `invalid_fields` that names each wrong field.
    """
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Problem(400, "bad_json", "The body is no JSON.") from None
    try:
        return model.model_validate(sent)
    except ValidationError as wrong:
        fields = [
            {"field": ".".join(map(str, each["loc"])), "reason": each["msg"]} for each in wrong.errors()
        ]
        raise Problem(
            422, "invalid_fields", "A field is unknown or has a wrong value.", fields=fields
        ) from None


def given(fields: ClientFields) -> Json:
    """Take only the fields that were sent; an empty text or address is none."""
    values = fields.model_dump(include=fields.model_fields_set & ClientFields.model_fields.keys())
    address = values.get("address")
    if address is not None:
        address = {line: text or None for line, text in address.items()}
        values["address"] = address if any(address.values()) else None
    values = {name: None if value == "" else value for name, value in values.items()}
    if "display_name" in values and not (values["display_name"] or "").strip():
        raise Problem(422, "display_name_required", "A client has a display name.")
    return values


EMPTY: Json = {name: field.default for name, field in ClientFields.model_fields.items()}
"""A client of which nothing is known."""
