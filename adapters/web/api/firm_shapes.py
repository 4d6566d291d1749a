"""Firms as the API writes them. Light: a terminal that asks a gateway reads this, and nothing of the database."""

from datetime import datetime

from pydantic import BaseModel


class FirmConnectionShape(BaseModel):
    """`status`: connected, disconnected or never_connected, `since` then. `reauthorise_since`: QuickBooks lets us in no longer."""

    status: str
    realm_id: str | None
    since: datetime | None
    reauthorise_since: datetime | None


class PausedShape(BaseModel):
    """No request starts. `all_firms`: all firms are paused together, and not this one by itself."""

    since: datetime
    by: str | None
    reason: str | None
    all_firms: bool


class FirmShape(BaseModel):
    """A firm. `pending`: clients and customers with something to be sent or asked; `oldest_wait`: since when the oldest change of it waits."""

    firm: str
    connection: FirmConnectionShape
    pending: int
    oldest_wait: datetime | None
    paused: PausedShape | None
    last_decision: datetime | None


class FirmsAnswer(BaseModel):
    """Firms by id."""

    firms: list[FirmShape]
    cursor: str | None
