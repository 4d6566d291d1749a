"""How the connection of a firm is shown, wherever it is: a word, and the icon that goes with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from adapters.store.views import ConnectionStatus
from adapters.web.console.words import Icon


@dataclass(frozen=True, slots=True)
class Look:
    """A word, and the icon that goes with it."""

    word: str
    icon: Icon


def connection_look(status: ConnectionStatus, reauthorise_since: datetime | None) -> Look:
    """Say how a firm is connected."""
    if reauthorise_since is not None:
        return Look("Reauthorize", "attention")
    match status:
        case "connected":
            return Look("Connected", "synced")
        case "disconnected":
            return Look("Disconnected", "cut")
        case "never_connected":
            return Look("Never connected", "not_synced")
        case _:
            assert_never(status)
