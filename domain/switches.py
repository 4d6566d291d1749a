"""What may start now: the firm's four switches, a pause, and whether its company is connected at all."""

from datetime import datetime

from domain.effects import (
    CreateClient,
    CreateCustomer,
    Effect,
    ListClients,
    ListCustomers,
    PlanLinks,
    ReadClient,
    UpdateClient,
    UpdateCustomer,
    Write,
)
from domain.firm_rows import AllFirmsRow, FirmRow
from domain.settings import Settings


def lets_through(settings: Settings, effect: Write | CreateClient) -> bool:
    """Say whether the switches let an effect start; what a person asked for always goes through."""
    if effect.asked_by == "person":
        return True
    match effect:
        case CreateCustomer():
            return settings.actions_from_canopy.creating
        case UpdateCustomer():
            return settings.actions_from_canopy.editing
        case UpdateClient():
            return settings.actions_from_qbo.editing
        case CreateClient():
            return settings.actions_from_qbo.creating


def stands_still(effect: Effect, firm: FirmRow, everybody: AllFirmsRow | None) -> bool:
    """Say whether nothing is asked of the other side now, whoever asked for it."""
    if isinstance(effect, PlanLinks):
        return False  # an inner step, which asks nobody
    if firm.paused is not None or (everybody is not None and everybody.paused is not None):
        return True
    connection = firm.connection
    if connection is None or not firm.is_connected:
        return True
    shut = connection.reauthorise_since is not None and asks_quickbooks(effect)
    return shut and not isinstance(effect, ListCustomers)  # which finds out when it lets us in again


def probe_at(effect: Effect, firm: FirmRow) -> datetime | None:
    """Say when an effect asks a company that lets us in no longer whether it does again. None: it does not."""
    connection = firm.connection
    shut = connection is not None and connection.reauthorise_since is not None
    return connection.probe_at if connection and shut and isinstance(effect, ListCustomers) else None


def asks_quickbooks(effect: Effect) -> bool:
    """Say on which side an effect is carried out: Canopy, or nobody, is asked for the others."""
    return not isinstance(effect, UpdateClient | CreateClient | ListClients | ReadClient | PlanLinks)
