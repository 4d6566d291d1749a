"""The fields that both sides have, as the API takes and shows them, of clients and customers alike."""

from pydantic import BaseModel

from domain.fields import Address, Field, Value, Values


class AddressShape(BaseModel):
    """A postal address."""

    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


class FieldValues(BaseModel):
    """Every field of `domain.fields`; null: it is empty.

    What a model has besides stands before these fields in a base that is named after this one, since pydantic begins
    with the last base; what stands behind them is its own.
    """

    display_name: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    company_name: str | None = None
    email: str | None = None
    phone: str | None = None
    mobile: str | None = None
    fax: str | None = None
    address: AddressShape | None = None


def value_shape(value: Value) -> str | AddressShape | None:
    """Show what stands in a field."""
    if not isinstance(value, Address):
        return value
    return AddressShape(**{part: getattr(value, part) for part in AddressShape.model_fields})


def values_shape(values: Values) -> dict[Field, str | AddressShape | None]:
    """Show some fields; null: empty."""
    return {field: value_shape(value) for field, value in values.items()}
