"""The port `Canopy`, spoken over HTTP, and what the gateway does in a person's name."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

import aiohttp

from adapters.canopy.answers import (
    READ_REFUSED,
    UNREADABLE,
    ClientRefused,
    Reply,
    client_in,
    record_in,
    rejected,
    trouble_in,
    trouble_with,
)
from adapters.canopy.exchange import Exchange
from adapters.canopy.mapping import changes_body
from adapters.departures import BeforeEach, at_once
from adapters.readable_records import parted
from domain.bounds import CURSOR
from domain.effects import CreateClient, UpdateClient
from domain.ids import OURSELVES, ClientId, FirmId
from domain.outcomes import ClientGone, ClientMoved, ClientSaved, ClientsListed
from domain.ports import CreateClientAnswer, TryLater, UpdateClientAnswer
from domain.snapshots import Client

PAGE = 100
"""Clients a page: what one message of ours holds."""


class CanopyApi:
    """Canopy's clients. Keeps no state: retries are others' work. A request may take `timeout_seconds` in all."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        token: str,
        timeout_seconds: float = 30.0,
        before_each: BeforeEach = at_once,
    ) -> None:
        self._exchange = Exchange(session, base_url, token, timeout_seconds, before_each)

    async def add_client(self, firm: FirmId, effect: CreateClient) -> CreateClientAnswer:
        """Create a client. The same effect sends the same bytes under the same key, so it happens once.

        It has its customer already, and says so by the toggle: nobody has to guess what the settings say of it.
        """
        body = {"type": effect.client_type, "sync_client": True, **changes_body(effect.values)}
        reply = await self._exchange.send("POST", firm, headers=_signed(OURSELVES, effect.id), body=body)
        if isinstance(reply, TryLater):
            return reply
        match trouble_in(reply):
            case None:
                client = client_in(reply, reply.body)
                return ClientSaved(client=client) if client else UNREADABLE
            case ClientRefused() as refused:
                return rejected(refused)
            case trouble:
                return trouble

    async def update_client(self, firm: FirmId, effect: UpdateClient) -> UpdateClientAnswer:
        """Change just the effect's fields, if the client still has the effect's version."""
        headers = _signed(OURSELVES, effect.id) | {"If-Match": str(effect.client_version)}
        body = changes_body(effect.values)
        reply = await self._exchange.send("PATCH", firm, effect.client_id, headers=headers, body=body)
        if isinstance(reply, TryLater):
            return reply
        match trouble_with(effect.client_id, reply):
            case None:
                client = client_in(reply, reply.body)
                return ClientSaved(client=client) if client else UNREADABLE
            case ClientRefused(status=HTTPStatus.PRECONDITION_FAILED):
                return await self._moved(firm, effect.client_id, reply)
            case ClientRefused() as refused:
                return rejected(refused)
            case trouble:
                return trouble

    async def read_client(self, firm: FirmId, client: ClientId) -> Client | ClientGone | TryLater:
        """Read one client."""
        reply = await self._exchange.send("GET", firm, client)
        if isinstance(reply, TryLater):
            return reply
        match trouble_with(client, reply):
            case None:
                return client_in(reply, reply.body) or UNREADABLE
            case ClientRefused():
                return READ_REFUSED
            case trouble:
                return trouble

    async def list_clients(self, firm: FirmId, cursor: str | None) -> ClientsListed | TryLater:
        """Read the next at most 100 clients, by id. `cursor` is the one of the page before."""
        query = {"limit": str(PAGE)} | ({} if cursor is None else {"cursor": cursor})
        reply = await self._exchange.send("GET", firm, query=query)
        if isinstance(reply, TryLater):
            return reply
        match trouble_in(reply):
            case None:
                return _page_in(reply)
            case ClientRefused():
                return READ_REFUSED
            case trouble:
                return trouble

    async def create_client(
        self, firm: FirmId, body: Mapping[str, object], actor: str, idempotency_key: str
    ) -> Client | ClientRefused | TryLater:
        """Add a client in a person's name. `body` is its JSON, without id and version, with `sync_client`."""
        reply = await self._exchange.send("POST", firm, headers=_signed(actor, idempotency_key), body=body)
        if isinstance(reply, TryLater):
            return reply
        return trouble_in(reply) or client_in(reply, reply.body) or UNREADABLE

    async def edit_client(
        self,
        firm: FirmId,
        client: ClientId,
        changes: Mapping[str, object],
        actor: str,
        idempotency_key: str,
        version: int | None = None,
    ) -> Client | ClientMoved | ClientGone | ClientRefused | TryLater:
        """Change a client's fields in a person's name, if it still has `version`; None: whatever it has. Null clears."""
        headers = _signed(actor, idempotency_key) | ({} if version is None else {"If-Match": str(version)})
        reply = await self._exchange.send("PATCH", firm, client, headers=headers, body=changes)
        if isinstance(reply, TryLater):
            return reply
        trouble = trouble_with(client, reply)
        if isinstance(trouble, ClientRefused) and trouble.status == HTTPStatus.PRECONDITION_FAILED:
            return await self._moved(firm, client, reply)
        return trouble or client_in(reply, reply.body) or UNREADABLE

    async def _moved(
        self, firm: FirmId, client: ClientId, reply: Reply
    ) -> ClientMoved | ClientGone | TryLater:
        """Say how the client looks now: from the answer, if it says so, else by reading it."""
        told = reply.body.get("client") if isinstance(reply.body, Mapping) else None
        match client_in(reply, told) or await self.read_client(firm, client):
            case Client() as now:
                return ClientMoved(client=now)
            case TryLater() as trouble:  # of the reading only: the change was refused
                return replace(trouble, may_have_happened=False)
            case gone:
                return gone


def _signed(actor: str, key: str) -> dict[str, str]:
    return {"Actor": actor, "Idempotency-Key": key}


def _page_in(reply: Reply) -> ClientsListed | TryLater:
    match reply.body:
        case {"clients": list(rows), "next_cursor": str() | None as cursor} if cursor is None or CURSOR.holds(
            cursor
        ):
            page = parted(record_in(reply, row) for row in rows)
            if page is not None:
                clients, broken = page
                return ClientsListed(clients=clients, cursor=cursor, unreadable=broken)
    return UNREADABLE
