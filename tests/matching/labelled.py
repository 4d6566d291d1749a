"""Two lists of which is known who is who."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.fields import Address, Field
from domain.matching.party import Party, party
from domain.matching.reasons import Bar


@dataclass(frozen=True, slots=True)
class Labelled:
    """Clients and customers. `same`: by client, the customers that are truly it; `doubtful`: pairs that nobody can be sure of."""

    name: str
    clients: list[Party] = field(default_factory=list)
    customers: list[Party] = field(default_factory=list)
    same: dict[str, set[str]] = field(default_factory=dict)
    doubtful: set[tuple[str, str]] = field(default_factory=set)

    @property
    def pairs(self) -> int:
        """How many true pairs there are."""
        return sum(map(len, self.same.values()))


def who(
    own_id: str,
    name: str,
    *,
    business: bool | None = None,
    bar: Bar | None = None,
    street: str = "",
    zip_code: str = "",
    **fields: str,
) -> Party:
    """Write a party shortly: fields by their names."""
    values: Mapping[Field, str | Address | None] = {
        Field.DISPLAY_NAME: name,
        **{Field(each): value for each, value in fields.items()},
        **(
            {Field.ADDRESS: Address(line1=street or None, city="Chicago", postal_code=zip_code or None)}
            if street or zip_code
            else {}
        ),
    }
    return party(own_id, {key: value for key, value in values.items() if value}, business=business, bar=bar)
