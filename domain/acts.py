"""Which decisions of a firm are meant: by when, what, who, about whom, with what else they were asked for, and which version decided."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import ClientId, EngineVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class ActFilter:
    """All that is named has to hold. `kind`: the decision's code; `since` is taken in, `until` is not; `engine`: the version that decided."""

    since: datetime | None = None
    until: datetime | None = None
    kind: str | None = None
    actor: str | None = None
    batch: str | None = None
    engine: EngineVersion | None = None
    clients: tuple[ClientId, ...] = ()
