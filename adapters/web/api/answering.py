"""Answers the requests of the API: who may, what was sent, was it sent before, and how to say what came of it."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from aiohttp import web
from pydantic import BaseModel, ValidationError

from adapters.store.cursors import WrongCursorError
from adapters.store.idempotency import Answered, Fresh, Open, Reused
from adapters.web.api.operations import Answer, Call, Nothing, Operation
from adapters.web.api.positions import HEADER, Position, read_position, wait_for
from adapters.web.api.refusals import refused
from adapters.web.auth.session_cookie import SAFE_METHODS
from adapters.web.auth.who_asks import admit
from adapters.web.bodies import read_body
from adapters.web.parts import PARTS, Parts
from adapters.web.problems import CONTENT_TYPE, UNREADABLE, Problem
from domain.bounds import CLIENT, CUSTOMER, IDEMPOTENCY_KEY, MOST_NUMBER
from domain.ids import ClientId, CustomerId, FirmId
from domain.refusals import Refusal

KEY_HEADER = "Idempotency-Key"
LONGEST_IN_AN_ERROR = 60


def answering(operation: Operation) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Give the aiohttp handler of an operation."""

    async def handler(request: web.Request) -> web.Response:
        parts = request.app[PARTS]
        firm = FirmId(request.match_info.get("firm", ""))
        named = firm if "firm" in request.match_info else None
        person = await admit(request, operation.role, named, all_firms=operation.all_firms)
        # Where an address names no firm, a key is its person's: nobody is given the answer that another one got.
        room = firm or FirmId(f"person/{person.actor}")
        client, customer = _ids(request)
        query = _query(operation, request)
        raw = await read_body(request)
        body = _body(operation, raw)
        key, asked_before = request.headers.get(KEY_HEADER, ""), None
        if request.method in SAFE_METHODS:
            if HEADER in request.headers:
                await wait_for(parts.progress, read_position(request.headers[HEADER]))
        else:
            before = await _asked_before(parts, room, key, request, raw)
            if isinstance(before, Answered):
                return _response(before)
            asked_before = before
        partition = parts.partition_of(firm)
        shown = Position(partition, parts.progress.position(partition))
        call = Call(
            parts=parts,
            person=person,
            firm=firm,
            client=client,
            customer=customer,
            query=query,
            body=body,
            idempotency_key=key or uuid4().hex,
            asked_at=asked_before or parts.now(),
            repeated=asked_before is not None,
            if_match=_if_match(request),
            replay=request.match_info.get("replay", ""),
            batch=request.match_info.get("batch", ""),
            letter=request.match_info.get("letter", ""),
        )
        answered, final = await _outcome(operation, call, shown)
        if key and final and request.method not in SAFE_METHODS:
            await parts.keys.keep(room, key, answered)
        return _response(answered)

    return handler


async def _outcome(operation: Operation, call: Call, shown: Position) -> tuple[Answered, bool]:
    """Carry it out; True if the same request will always be answered so."""
    try:
        answer = await operation.handle(call)
    except Problem as problem:
        headers = {HEADER: str(shown)} | problem.headers | {"Content-Type": CONTENT_TYPE}
        return Answered(problem.status, problem.body(), headers), problem.final
    except WrongCursorError:
        wrong = Problem(
            400,
            "wrong_cursor",
            "This list has moved on. Open it anew.",
            advice="Send `cursor` as it was answered, or leave it out to start anew.",
        )
        return Answered(wrong.status, wrong.body(), {"Content-Type": CONTENT_TYPE}), False
    return _written(answer, shown), answer.status != 202  # noqa: PLR2004


def _written(answer: Answer, shown: Position) -> Answered:
    headers = {HEADER: str(answer.position or shown), "Content-Type": "application/json"}
    if answer.location is not None:
        headers["Location"] = answer.location
    return Answered(answer.status, answer.body.model_dump_json().encode(), headers)


def _response(answered: Answered) -> web.Response:
    return web.Response(status=answered.status, body=answered.body, headers=dict(answered.headers))


async def _asked_before(
    parts: Parts, firm: FirmId, key: str, request: web.Request, raw: bytes
) -> Answered | datetime | None:
    """Give the answer that was given before; where the same is still open, say when it was asked first."""
    if not key:
        return None
    if not IDEMPOTENCY_KEY.holds(key):
        raise Problem(
            400,
            "wrong_idempotency_key",
            UNREADABLE,
            advice=f"{KEY_HEADER}: expected {IDEMPOTENCY_KEY.expected}.",
        )
    match await parts.keys.claim(
        firm,
        key,
        request=f"{request.method} {request.path}",
        body_hash=sha256(raw).hexdigest(),
        now=parts.now(),
    ):
        case Fresh():
            return None
        case Open(asked_at):
            return asked_at
        case Reused():
            raise Problem(
                409,
                "idempotency_key_reused",
                "Something else was asked for in the same way before. Reload the page, and try again.",
                advice=f"This {KEY_HEADER} came with another request before. Use a new one for a new request.",
            )
        case Answered() as answered:
            return answered


def _if_match(request: web.Request) -> int | None:
    sent = request.headers.get("If-Match", "*").strip().strip('"')
    if sent == "*":
        return None
    if not re.fullmatch(r"[0-9]{1,19}", sent) or int(sent) > MOST_NUMBER:
        raise Problem(
            400, "wrong_if_match", UNREADABLE, advice="Send the client's `version` as If-Match, such as 3."
        )
    return int(sent)


def _ids(request: web.Request) -> tuple[ClientId, CustomerId]:
    """Give the client and the customer that the address names; of what it does not name, an empty id.

    Raises:
        Problem: 404, nobody can have this id: what is asked of them would never be decided.
    """
    client, customer = request.match_info.get("client"), request.match_info.get("customer")
    if client is not None and not CLIENT.holds(client):
        raise refused(404, Refusal("client_unknown"))
    if customer is not None and not CUSTOMER.holds(customer):
        raise refused(404, Refusal("customer_unknown"))
    return ClientId(client or ""), CustomerId(customer or "")


def _query(operation: Operation, request: web.Request) -> BaseModel:
    try:
        return operation.query.model_validate(dict(request.query))
    except ValidationError as wrong:
        raise _wrong("wrong_query", wrong) from None


def _body(operation: Operation, raw: bytes) -> BaseModel:
    if operation.body is Nothing:
        return Nothing()
    try:
        return operation.body.model_validate_json(raw or b"{}")
    except ValidationError as wrong:
        raise _wrong("wrong_body", wrong) from None


def _wrong(code: str, wrong: ValidationError) -> Problem:
    """Name what was expected where; the values that were sent are not repeated."""
    said = [
        f"{'.'.join(str(part)[:LONGEST_IN_AN_ERROR] for part in error['loc']) or 'body'}: {error['msg']}"
        for error in wrong.errors()
    ]
    return Problem(
        422, code, "Something of what was sent is missing, or can't be taken.", advice="; ".join(said)
    )
