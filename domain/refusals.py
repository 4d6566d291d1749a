"""An intent that can't be granted: a code, and the facts that explain it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.codes import RefusalCode


@dataclass(frozen=True, slots=True)
class Refusal:
    """`facts`: ids, times and names of people; never a client's values."""

    code: RefusalCode
    facts: Mapping[str, str] = field(default_factory=dict)
