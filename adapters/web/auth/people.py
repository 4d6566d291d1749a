"""Who asks, and what they may do."""

from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv6Address, ip_address
from typing import Protocol
from urllib.parse import urlsplit

from adapters.store.sessions import SessionOf
from domain.ids import ALL_FIRMS, FirmId

HTTP = 80


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
        """Say whether the firm is one of theirs. All of them together are nobody's who is bound to some."""
        return self.firms is None or (firm in self.firms and firm != ALL_FIRMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Where a request came from. `peer`: the address at the other end of the connection, and not what a header says.

    `host`: as the request names us. `forwarded`: a proxy says that it came through it.
    """

    peer: str
    host: str
    forwarded: bool


class CantTellError(Exception):
    """Whether a token is somebody's can't be told right now."""


class SignIn(Protocol):
    """Tells people by their tokens and sessions."""

    async def person(self, token: str) -> Person | None:
        """Name who has a bearer token; None if nobody has.

        Raises:
            CantTellError: nobody can say right now.
        """

    def of_session(self, session: SessionOf) -> Person | None:
        """Name who began a session; None if they may no longer."""

    def takes_from(self, sender: Sender) -> bool:
        """Say whether anybody may sign in, or be signed in, from there."""


class SandboxSignIn:
    """Three people with fixed tokens, who sit at this machine; `port` is the one that they reach us on."""

    PEOPLE = {  # noqa: RUF012  (never changed)
        "dev-viewer": Person(id="vera", name="Vera", role=Role.VIEWER),
        "dev-manager": Person(id="dana", name="Dana", role=Role.MANAGER),
        "dev-operator": Person(id="lee", name="Lee", role=Role.OPERATOR),
    }

    def __init__(self, port: int) -> None:
        self._port = port

    async def person(self, token: str) -> Person | None:
        """Name who has a token."""
        return self.PEOPLE.get(token)

    def of_session(self, session: SessionOf) -> Person | None:
        """Name who began a session; one that another sign-in began is nobody's here."""
        return self.chosen(session.person_id) if session.told is None else None

    def chosen(self, person_id: str) -> Person | None:
        """Name one of the three."""
        return next((person for person in self.PEOPLE.values() if person.id == person_id), None)

    def takes_from(self, sender: Sender) -> bool:
        """Take it from a page of ours that a browser on this machine shows; the tokens are known to everybody.

        The Host tells of DNS rebinding: a page of anybody's whose name leads here. A proxy on this machine would
        make everybody look as if they sat at it.
        """
        return not sender.forwarded and _is_loopback(sender.peer) and self._is_our_host(sender.host)

    def _is_our_host(self, host: str) -> bool:
        try:
            named = urlsplit(f"//{host}")
            port = named.port or HTTP
        except ValueError:
            return False
        return port == self._port and "@" not in host and _is_loopback(named.hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback
