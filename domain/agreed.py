"""What both sides of a link last had in step: to see, of a field that differs, which side was edited."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.fields import Field, Value, Values


@dataclass(frozen=True, slots=True)
class Pair:
    """The values of one field, on both sides, that we last knew to be in step."""

    client: Value
    customer: Value


Agreed = Mapping[Field, Pair]


class Alike(Mapping[Field, Pair]):
    """Pairs of values that are the same on both sides, in no more room than the values. Equal to a dict of those pairs."""

    __slots__ = ("_values",)

    def __init__(self, values: Values) -> None:
        self._values = values

    def __getitem__(self, key: Field) -> Pair:
        value = self._values[key]
        return Pair(value, value)

    def __iter__(self) -> Iterator[Field]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def without_empty(agreed: Agreed) -> Agreed:
    """Leave out what is empty on both sides."""
    return {f: pair for f, pair in agreed.items() if pair.client is not None or pair.customer is not None}
