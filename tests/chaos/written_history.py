"""Histories written by hand, for the checker's own tests: one firm, step by step, with everything in order.

Time is a counter: each thing that happens is ten milliseconds after the one before.
"""

import json
from collections import defaultdict
from typing import Any

from tests.chaos.checker import check
from tests.chaos.checker.history import (
    CLIENT_EVENTS,
    DEAD_LETTERS,
    INTENTS,
    LOG,
    NOTIFICATIONS,
    OUTCOMES,
    History,
    Message,
    Place,
    Request,
)
from tests.chaos.written_rows import CUSTOMER, FIRM, PARTITION, REALM, UNMATCHED, VALUES, link, pending

CHANGED = "2026-11-24T01:00:00-08:00"
TOLD = "2026-11-24T09:00:00.250Z"


class Story:
    """Writes down what happens; `told()` gives it to the checker."""

    def __init__(self) -> None:
        self.now = 1_000_000
        self.messages: list[Message] = []
        self.log: list[Message] = []
        self.requests: list[Request] = []
        self.customers: dict[tuple[str, str], dict[str, Any]] = {}
        self.clients: dict[tuple[str, str], dict[str, Any]] = {}
        self.woken: list[float] = []
        self.ends: dict[int, int] = {}
        self.intents: list[str] = []
        self.arrived: list[tuple[str, str]] = []
        self.versions: dict[str, int] = defaultdict(int)

    def connected(self) -> "Story":
        """The firm connects, so its inputs count from here on."""
        row = {"kind": "firm", "firm_id": FIRM, "connection": {"realm_id": REALM}, "pending": []}
        self.decided(self.arrives(INTENTS), row)
        return self

    def arrives(self, topic: str, data: dict[str, Any] | None = None, event: str | None = None) -> Message:
        """An input is written to its topic."""
        lying = sum(each.topic == topic for each in self.messages)
        value = {"id": event or f"{topic}-{lying}", "firmid": FIRM, "data": data or {}}
        message = self._message(topic, lying, FIRM, value)
        self.messages.append(message)
        return message

    def decided(self, cause: Message | None, *rows: dict[str, Any], claims: int | None = None) -> Place:
        """A decision is appended; `claims`: where its first record says that it lies, if not where it does."""
        at = len(self.log)
        for n, row in enumerate(rows):
            name = row.get("client_id") or (row["kind"] == "customer" and row["customer_id"])
            key = f"{row['kind']}/{FIRM}" + (f"/{name}" if name else "")
            believed = claims is None
            version = self.versions[key] + (1 if cause else 0)
            if believed:
                self.versions[key] = version
            place = (
                {"topic": cause.topic, "partition": cause.partition, "offset": cause.offset}
                if cause
                else None
            )
            data = {
                "at": (at if claims is None else claims) + n,
                "version": version,
                "verdict": "applied",
                "code": "told",
                "row": row,
                "positions": {},
                "input": place
                and place | {"id": json.loads(cause.value or b"{}").get("id") if cause else None},
            }
            self.log.append(self._message(LOG, at + n, key, {"data": data}))
        return LOG, PARTITION, at

    def parked(self, cause: Message) -> None:
        """An input is put aside, with its reason."""
        lying = sum(each.topic == DEAD_LETTERS for each in self.messages)
        source = "/".join(str(part) for part in cause.place)
        message = self._message(DEAD_LETTERS, lying, FIRM, {}, {"source": source})
        self.messages.append(message)

    def sent(self, request_id: str, client: str, **entry: Any) -> None:
        """A write of the engine reaches Canopy, or QuickBooks where `customer` is given (None: a create).

        `at_once`: in the millisecond of what happened before.
        """
        self.now += 0 if entry.pop("at_once", False) else 10
        quickbooks = "customer" in entry
        customer = entry.pop("customer", None)
        path = f"/v3/company/{REALM}/customer" if quickbooks else f"/v1/firms/{FIRM}/clients/{client}"
        request = {
            "side": "quickbooks" if quickbooks else "canopy",
            "n": len(self.requests),
            "time": float(self.now),
            "tenant": REALM if quickbooks else FIRM,
            "method": "POST" if quickbooks else "PATCH",
            "path": path,
            "request_id": request_id,
            "body": {"Id": customer} if customer else {},
            "status": 200,
            "committed": True,
        }
        self.requests.append(Request(**request | entry))

    def hold(self, client: str, customer: str, **in_quickbooks: Any) -> None:
        """What both sides hold of a client in the end; `in_quickbooks` differs from what Canopy has."""
        self.clients[FIRM, client] = VALUES | {"version": 1}
        self.customers[REALM, customer] = (
            CUSTOMER | {"MetaData": {"LastUpdatedTime": CHANGED}} | in_quickbooks
        )

    def told(self) -> History:
        """The history so far."""
        return History(
            log=tuple(self.log),
            inputs=tuple(each for each in self.messages if each.topic != DEAD_LETTERS),
            dead_letters=tuple(each for each in self.messages if each.topic == DEAD_LETTERS),
            requests=tuple(self.requests),
            customers=self.customers,
            clients=self.clients,
            woken=tuple(self.woken),
            ends=self.ends,
            intents=tuple(self.intents),
            arrived=tuple(self.arrived),
        )

    def _message(
        self, topic: str, offset: int, key: str, value: Any, headers: dict[str, str] | None = None
    ) -> Message:
        self.now += 10
        return Message(
            topic=topic,
            partition=PARTITION,
            offset=offset,
            time=self.now,
            key=key,
            value=json.dumps(value).encode(),
            headers=headers or {},
        )


def a_synced_client(client: str = "c-1", customer: str = "58", story: Story | None = None) -> Story:
    """A client is created and its customer too, by effect `create-CLIENT`; both sides hold the same."""
    told = story or Story().connected()
    create = pending(f"create-{client}", "create_customer")
    created = told.arrives(CLIENT_EVENTS, {"client_id": client, "version": 1})
    told.decided(created, link(client, "creating", pending=create))
    told.sent(f"create-{client}", client, customer=None)
    outcome = told.arrives(OUTCOMES, {"effect_id": f"create-{client}"})
    told.decided(outcome, link(client, "synced", customer))
    notice = {"realm_id": REALM, "customer_id": customer, "time": TOLD}
    told.decided(told.arrives(NOTIFICATIONS, notice), link(client, "synced", customer))
    told.hold(client, customer)
    return told


def unmatched(story: Story, client: str = "c-1") -> Message:
    """A person unmatches, and the log says so."""
    intent = story.arrives(INTENTS, {"client_id": client})
    story.decided(intent, link(client, "not_synced", **UNMATCHED))
    return intent


def broken(history: History) -> set[str]:
    """The rules that a history breaks."""
    return {violation.rule for violation in check(history).violations}


def sentences(history: History) -> list[str]:
    """What the checker says of a history."""
    return [violation.what for violation in check(history).violations]
