"""What a side makes of a write that it says it saved: what bit firms in life, and was in none of our models."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.fields import Field, Value, Values

Strikes = Callable[[str, str], bool]
"""Whether a kind of fault strikes a request."""

RESPELLED = (Field.EMAIL, Field.PHONE, Field.MOBILE, Field.FAX)
"""Fields that a side may write its own way."""


@dataclass(frozen=True, slots=True)
class Habits:
    """Of both sides."""

    strikes: Strikes

    def kept(self, request: str, values: Values, *, single_fields: bool) -> dict[Field, Value]:
        """Give what of a write is carried out, as it is then spelled. `single_fields`: the record is not sent whole."""
        if self.strikes("value_ignored", request):
            return {}
        done = dict(values)
        clears = [field for field, value in values.items() if value is None]
        if single_fields and clears and self.strikes("clear_ignored", request):
            done = {field: value for field, value in values.items() if value is not None}
        respelled = [field for field in RESPELLED if isinstance(done.get(field), str)]
        if respelled and self.strikes("value_respelled", request):
            done |= {field: str(done[field]).swapcase() for field in respelled}
        return done
