"""Who asks, and what they may do."""

from dataclasses import dataclass
from enum import IntEnum
from ipaddress import ip_address
from typing import Protocol

from domain.ids import FirmId


class Role(IntEnum):
    """Each may do what the ones before it may."""

    VIEWER = 1
    MANAGER = 2  # "Manage Integrations" in Canopy
    OPERATOR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is signed in. `firms` None: all of them."""

    id: str
    name: str
    role: Role
    firms: frozenset[FirmId] | None = None

    @property
    def actor(self) -> str:
        """As the log names them."""
        return f"user:{self.id}"

    def may_see(self, firm: FirmId) -> bool:
        """Say whether the firm is one of theirs."""
        return self.firms is None or firm in self.firms


class SignIn(Protocol):
    """Tells people by their tokens."""

    def person(self, token: str) -> Person | None:
        """Name who has a token; None if nobody has."""


class OpenDoorError(Exception):
    """The sandbox's fixed tokens would let anybody in."""


class SandboxSignIn:
    """Three people with fixed tokens, for one machine only."""

    PEOPLE = {  # noqa: RUF012  (never changed)
        "dev-viewer": Person(id="vera", name="Vera", role=Role.VIEWER),
        "dev-manager": Person(id="dana", name="Dana", role=Role.MANAGER),
        "dev-operator": Person(id="lee", name="Lee", role=Role.OPERATOR),
    }

    def __init__(self, host: str) -> None:
        if not _is_loopback(host):
            raise OpenDoorError(
                f"The sandbox's fixed tokens are accepted on the loopback address only, not on {host}. "
                "Listen on 127.0.0.1, or set CLIENT_SYNC_SANDBOX=false."
            )

    def person(self, token: str) -> Person | None:
        """Name who has a token."""
        return self.PEOPLE.get(token)


class NobodySignsIn:
    """No way to sign in is set up: all questions about firms are refused."""

    def person(self, token: str) -> Person | None:  # noqa: ARG002
        """Nobody has a token."""
        return None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
