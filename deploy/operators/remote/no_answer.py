"""Why a gateway gave no answer, in a sentence each, with what to do about it, and how the command ends."""

import ssl
from collections.abc import Mapping
from http.client import HTTPResponse
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from deploy.given_settings import OF_A_FILE, PREFIX
from deploy.terminal import AskedInVainError, Exit, SaidNoError

API = f"{PREFIX}API"
TOKEN = f"{PREFIX}TOKEN"

NO_SUCH_ROUTE = frozenset({"not_found", "method_not_allowed"})
SERVERS_FAULT = 500
LOOKED_AT = frozenset({"read_model_behind", "internal_error"})
"""With such a status all the same somebody is there, and says no."""


class GatewaySaidNoError(SaidNoError):
    """Said by a gateway. `position`: as of which; empty: nothing was said of it."""

    def __init__(self, sentence: str, code: str, facts: Mapping[str, object], position: str) -> None:
        super().__init__(sentence, code, facts)
        self.position = position


class _Document(BaseModel):
    """A problem document."""

    code: str
    detail: str
    advice: str | None = None
    facts: dict[str, Any] = {}


def away(
    address: str, error: BaseException, *, uncertain: bool = False, broken_off: bool = False
) -> AskedInVainError:
    """No connection, or none that lasts. `uncertain`: it may have been taken in; `broken_off`: the answer had begun."""
    name = type(error).__name__
    if broken_off:
        said = (
            f"The gateway at {address} broke off its answer ({name}): what came is not all of it. Ask again."
        )
    elif uncertain:
        said = (
            f"The gateway at {address} gave no answer ({name}), so it is not certain whether that was taken in. "
            "Look how it stands before you ask again."
        )
    else:
        said = f"No gateway answers at {address} ({name}), so nothing was done. Start it, or name another by {API} or --api."
    return AskedInVainError(said, Exit.AWAY)


def untrusted(address: str, error: ssl.SSLError) -> AskedInVainError:
    """TLS that fails: nothing was sent."""
    host = urlsplit(address).hostname
    if isinstance(error, ssl.SSLCertVerificationError):
        why = f"The certificate of {host} can't be trusted ({error.verify_message}), so nothing was sent"
        said = f"{why}. If your own authority signed it, name its certificates by {API}_CA_FILE."
    else:
        said = f"{address} does not speak TLS as it must ({error.reason or type(error).__name__}), so nothing was sent."
    return AskedInVainError(said, Exit.AWAY)


def ca_unreadable() -> AskedInVainError:
    """A file that holds no certificates."""
    return AskedInVainError(
        f"{API}_CA_FILE: expected certificates in PEM; they can't be read.", Exit.WRONG_USE
    )


def redirected(address: str, response: HTTPResponse) -> AskedInVainError:
    """Somewhere else: the token goes nowhere that was not named."""
    to = urlsplit(response.headers.get("Location", ""))
    where = f" to {to.scheme}://{to.hostname}" if to.scheme and to.hostname else ""
    return AskedInVainError(
        f"{address} leads elsewhere{where} ({response.status}), and a token is sent only where {API} says. Name the gateway itself.",
        Exit.WRONG_USE,
    )


def no_gateway(address: str, response: HTTPResponse) -> AskedInVainError:
    """Something else answers, such as a proxy's page."""
    kind = response.headers.get_content_type()
    return AskedInVainError(
        f"What answers at {address} is no gateway of ours: it sent {kind} with status {response.status}. A proxy or a sign-in page may "
        f"stand before it; look there, or name the gateway itself by {API} or --api.",
        Exit.AWAY,
    )


def other_version(address: str, what: str) -> AskedInVainError:
    """A gateway that knows other requests or answers than we do."""
    return AskedInVainError(
        f"The gateway at {address} is of another version than this client-sync ({version('client-sync')}): it {what}. Use the "
        "client-sync of its version.",
        Exit.WRONG_USE,
    )


def too_often(address: str) -> AskedInVainError:
    """It goes on saying so."""
    return AskedInVainError(
        f"The gateway at {address} is asked too often in your name; wait a moment, and ask again.", Exit.AWAY
    )


def refusal(address: str, request: str, response: HTTPResponse, raw: bytes) -> AskedInVainError:
    """Say what a problem document says."""
    try:
        said = _Document.model_validate_json(raw)
    except ValidationError:
        return no_gateway(address, response)
    if said.code in NO_SUCH_ROUTE:
        return other_version(address, f"does not know {request}")
    match response.status:
        case 401:
            return AskedInVainError(
                f"The gateway at {address} does not take this token: it is wrong, or has run out. Name another by {TOKEN}, "
                f"{TOKEN}{OF_A_FILE} or --token-file.",
                Exit.REFUSED,
            )
        case 403 if said.code in ("role_too_low", "other_firm", "other_machine"):
            return AskedInVainError(f"{said.detail} The token says who you are.", Exit.REFUSED)
        case status if status >= SERVERS_FAULT and said.code not in LOOKED_AT:
            return AskedInVainError(said.detail, Exit.AWAY)
        case 422:
            more = f" ({said.advice})" if said.advice else ""
            return GatewaySaidNoError(f"{said.detail}{more}", said.code, said.facts, "")
        case _:
            position = response.headers.get("Sync-Position", "")
            return GatewaySaidNoError(said.detail, said.code, said.facts, position)
