"""What an answer of Canopy means. Its errors are problem documents (RFC 9457) with a stable `code`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

import structlog

from adapters.canopy.mapping import client_of
from domain.bounds import CLIENT, CLOCKS_DIFFER, CODE, MOST_IN_A_TEXT, moment
from domain.fields import Field
from domain.ids import ClientId
from domain.obstacles import Obstacle
from domain.outcomes import ClientGone, Rejected, UnreadableRecord
from domain.ports import TryLater
from domain.snapshots import Client

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An HTTP answer: `body` is its JSON, None if it is none; `at` is when it was given."""

    status: int
    body: object
    at: datetime
    retry_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRefused:
    """Canopy will not take what a person entered. `detail` is a sentence for that person, and not for a log."""

    status: int
    code: str
    detail: str
    fields: tuple[Field, ...] = ()


UNREADABLE = TryLater(why=Obstacle.UNREADABLE, may_have_happened=True)
"""The answer says that all is well, and not what we need of it."""


def trouble_with(client: ClientId, reply: Reply) -> ClientGone | ClientRefused | TryLater | None:
    """Say what stands against a request about one client; None if it was done."""
    if reply.status == HTTPStatus.NOT_FOUND:
        return ClientGone(client_id=client)
    return trouble_in(reply)


def trouble_in(reply: Reply) -> ClientRefused | TryLater | None:
    """Say what stands against a request; None if it was done."""
    match reply.status:
        case HTTPStatus.OK | HTTPStatus.CREATED:
            return None
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            why, may_have_happened = Obstacle.NOT_AUTHORISED, False
        case HTTPStatus.TOO_MANY_REQUESTS:
            why, may_have_happened = Obstacle.THROTTLED, False
        case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            why, may_have_happened = Obstacle.UNAVAILABLE, True
        case status if status < HTTPStatus.BAD_REQUEST:
            return UNREADABLE
        case status:
            return ClientRefused(
                status=status,
                code=code if CODE.holds(code := _text(reply.body, "code") or "") else str(status),
                detail=_sentence(reply.body, "detail") or _sentence(reply.body, "title") or "",
                fields=_fields(reply.body),
            )
    return TryLater(why=why, may_have_happened=may_have_happened, after_seconds=reply.retry_after)


def rejected(refused: ClientRefused) -> Rejected:
    """Keep of a refusal what an outcome may hold: no sentence, since that may quote a value."""
    return Rejected(code=refused.code, fields=refused.fields)


READ_REFUSED = TryLater(why=Obstacle.REFUSED, may_have_happened=False)
"""It is read again: nobody can answer for it."""


def client_in(reply: Reply, body: object) -> Client | None:
    """Read the client that stands in `body`; None if there is none. It changed when it says, else by now."""
    found = record_in(reply, body)
    return found if isinstance(found, Client) else None


def record_in(reply: Reply, body: object) -> Client | UnreadableRecord:
    """Read a client, or say what is wrong with it, without its values."""
    if not isinstance(body, Mapping):
        return UnreadableRecord(id=None, wrong="not an object")
    try:
        return client_of(body, _changed_at(body, reply.at))
    except ValueError as error:
        log.warning("canopy_client_unreadable", wrong=str(error))
        return UnreadableRecord(id=_id_of(body), wrong=str(error))


def _id_of(body: Mapping[str, object]) -> str | None:
    given = _text(body, "client_id")
    return given if given is not None and CLIENT.holds(given) else None


def _text(body: object, key: str) -> str | None:
    value = body.get(key) if isinstance(body, Mapping) else None
    return value if isinstance(value, str) else None


def _sentence(body: object, key: str) -> str | None:
    text = _text(body, key)
    return text if text is not None and len(text) <= MOST_IN_A_TEXT else None


def _fields(body: object) -> tuple[Field, ...]:
    """Name our fields among `fields`, a list of `{"field", "reason"}`; a part of an address means the address."""
    listed = body.get("fields") if isinstance(body, Mapping) else None
    names = (
        {(_text(each, "field") or "").split(".")[0] for each in listed} if isinstance(listed, list) else ()
    )
    return tuple(field for field in Field if field in names)


def _changed_at(body: Mapping[str, object], at: datetime) -> datetime:
    told = body.get("updated_at")
    if told is None:
        return at
    if not isinstance(told, str):
        raise ValueError("updated_at: expected a text or null")  # noqa: TRY004  (one kind of error says: unreadable)
    try:
        return moment(told, at + CLOCKS_DIFFER)
    except ValueError as wrong:
        raise ValueError(f"updated_at: {wrong}") from None
