"""A field that is synced is a field of the API, of what Canopy tells, and of every shape that shows a client or customer."""

import pytest
from pydantic import BaseModel

from adapters.canopy.mapping import AddressRecord, ClientRecord
from adapters.web.api.client_shapes import ClientShape
from adapters.web.api.client_writes import EditedClient, NewClient
from adapters.web.api.customer_shapes import CustomerShape
from adapters.web.api.field_values import AddressShape, FieldValues
from adapters.web.api.links import TypedAddress
from domain.fields import Address, Field

MODELS = (FieldValues, EditedClient, NewClient, ClientShape, CustomerShape, ClientRecord)


@pytest.mark.parametrize("model", MODELS)
def test_a_model_has_every_field_in_order(model: type[BaseModel]) -> None:
    """A new field that is forgotten here would be synced, and neither shown nor taken."""
    assert [name for name in model.model_fields if name in set(Field)] == list(Field)


@pytest.mark.parametrize("model", [AddressShape, TypedAddress, AddressRecord])
def test_an_address_has_every_part(model: type[BaseModel]) -> None:
    """It is compared and sent as a whole."""
    assert list(model.model_fields) == list(Address.__dataclass_fields__)
