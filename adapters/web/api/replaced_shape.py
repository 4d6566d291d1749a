"""What a match wrote over in QuickBooks, as the API shows it."""

from pydantic import BaseModel

from adapters.web.api.field_values import AddressShape, value_shape
from domain.fields import Field
from domain.values_back import Replaced


class ReplacedShape(BaseModel):
    """A field in which QuickBooks still has what the match wrote, and what stood there before."""

    field: Field
    before: str | AddressShape | None
    written: str | AddressShape | None


def replaced_shapes(replaced: Replaced) -> list[ReplacedShape]:
    """Show them."""
    return [
        ReplacedShape(field=field, before=value_shape(before), written=value_shape(written))
        for field, (before, written) in replaced.items()
    ]
