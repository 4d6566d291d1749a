"""Which decisions of a firm are meant: by when, what, who, about whom, and with what else they were asked for."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import ClientId


@dataclass(frozen=True, slots=True, kw_only=True)
class ActFilter:
    """All that is named has to hold. `kind`: the decision's code; `since` is taken in, `until` is not."""

    since: datetime | None = None
    until: datetime | None = None
    kind: str | None = None
    actor: str | None = None
    batch: str | None = None
    clients: tuple[ClientId, ...] = ()
