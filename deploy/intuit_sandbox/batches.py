"""How Intuit treats batches, where no page of theirs settles it: with items of the run's own customer, most of which must fail."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from uuid import uuid4

from adapters.quickbooks.answers import Reply
from adapters.quickbooks.exchange import Exchange
from adapters.quickbooks.faults import faults_in
from deploy.intuit_sandbox.said import Said
from domain.ids import RealmId
from domain.snapshots import Customer

READS, CHANGES, TAKEN = "0-reads", "1-changes", "2-taken"
STALE, THROTTLED = "5010", "3001"
MOST_ITEMS, A_MINUTE = 30, 60.0
MANY = 17
"""So many full batches hold more than the 500 requests that a company has in a minute, and are fewer than its 40 batches."""

REST_SECONDS = 1.1
"""Before the batch, and before each of the many: if items count, one batch is all that a second may have."""


@dataclass(slots=True)
class Batch:
    """One batch that is asked for twice: a query, a change of the customer, and a new customer of a name that it has.

    `made`: the customer that the repeat made, if the name was free by then and what was refused was tried again.
    """

    realm: RealmId
    exchange: Exchange
    request_id: str = field(default_factory=lambda: uuid4().hex)
    made: Mapping[str, object] | None = None
    _body: dict[str, object] = field(default_factory=dict)

    async def first(self, customer: Customer, name: str) -> AsyncIterator[Said]:
        """Ask for it; `name` is the customer's."""
        change = {"Id": customer.customer_id, "SyncToken": str(customer.sync_token), "sparse": True}
        self._body = {
            "BatchItemRequest": [
                {"bId": READS, "Query": f"select Id from Customer where Id = '{customer.customer_id}'"},  # noqa: S608
                {"bId": CHANGES, "operation": "update", "Customer": change | {"Notes": "smoke"}},
                {"bId": TAKEN, "operation": "create", "Customer": {"DisplayName": name}},
            ]
        }
        await asyncio.sleep(REST_SECONDS)
        items = await self._asked()
        each = "Customer" in items.get(CHANGES, {}) and bool(faults_in(items.get(TAKEN)))
        yield Said(
            point="a batch is carried out item by item", good=each, answer=_ends(items, (CHANGES, TAKEN))
        )
        turned = list(items) != [READS, CHANGES, TAKEN]
        yield Said(point="batch_turned", answer="in another order" if turned else "as they were asked")

    async def again(self) -> AsyncIterator[Said]:
        """Ask for the same once more, when the customer has another name."""
        items = await self._asked()
        forgotten = STALE in {fault.code for fault in faults_in(items.get(CHANGES))}
        yield Said(point="batch_forgets", answer="carried out once more" if forgotten else "its first answer")
        made = items.get(TAKEN, {}).get("Customer")
        self.made = made if isinstance(made, dict) else None
        tried = "tried again" if self.made is not None else "its first answer"
        yield Said(
            point="batch_retries_refused",
            answer="not to be told: all of it is carried out once more" if forgotten else tried,
        )

    async def _asked(self) -> dict[str, dict[str, object]]:
        """Give the items of the answer, in its order, by `bId`."""
        answer = await self.exchange.post(self.realm, ("batch",), self._body, self.request_id)
        return {str(item.get("bId")): item for item in _items_in(answer)}


async def many(realm: RealmId, exchange: Exchange, customer: Customer) -> AsyncIterator[Said]:
    """Ask for more items than a minute has requests, each refused since its copy is old: nothing is changed by it."""
    old = {"Id": customer.customer_id, "SyncToken": str(customer.sync_token), "sparse": True}
    items = [{"bId": str(n), "operation": "update", "Customer": old} for n in range(MOST_ITEMS)]
    begun, taken = time.monotonic(), 0
    for _ in range(MANY):
        await asyncio.sleep(REST_SECONDS)
        answer = await exchange.post(realm, ("batch",), {"BatchItemRequest": items}, uuid4().hex)
        if not isinstance(answer, Reply) or answer.status != HTTPStatus.OK:
            is_throttled = isinstance(answer, Reply) and answer.status == HTTPStatus.TOO_MANY_REQUESTS
            for said in _refused(taken) if is_throttled else _not_settled("a batch got no good answer"):
                yield said
            return
        one_too_many = [item for item in _items_in(answer) if _is_throttled(item)]
        taken += MOST_ITEMS - len(one_too_many)
        if one_too_many:
            yield Said(point="batch_items_count", answer=f"each item counts: after {taken} one was too many")
            yield Said(point="batch_throttles_items", answer="the item is refused by itself")
            return
    seconds = time.monotonic() - begun
    settled = _as_one(taken, seconds) if seconds < A_MINUTE else _not_settled(f"{taken} took {seconds:.0f} s")
    for said in settled:
        yield said


def _refused(taken: int) -> Sequence[Said]:
    return (
        Said(point="batch_items_count", answer=f"each item counts: after {taken} one was too many"),
        Said(point="batch_throttles_items", answer="the batch is refused"),
    )


def _as_one(taken: int, seconds: float) -> Sequence[Said]:
    return (
        Said(point="batch_items_count", answer=f"a batch is one: {taken} were taken in {seconds:.0f} s"),
        Said(point="batch_throttles_items", answer="not to be told: no item was one too many"),
    )


def _not_settled(why: str) -> Sequence[Said]:
    points = ("batch_items_count", "batch_throttles_items")
    return tuple(Said(point=point, answer=f"not to be told: {why}") for point in points)


def _items_in(answer: object) -> list[dict[str, object]]:
    match answer:
        case Reply(status=HTTPStatus.OK, body={"BatchItemResponse": list() as items}):
            return [item for item in items if isinstance(item, dict)]
        case _:
            return []


def _is_throttled(item: dict[str, object]) -> bool:
    return THROTTLED in {fault.code for fault in faults_in(item)}


def _ends(items: Mapping[str, dict[str, object]], names: Sequence[str]) -> str:
    """Say how these have ended, without any value."""
    codes = (" ".join(fault.code for fault in faults_in(items.get(name))) for name in names)
    return ", ".join(
        code or ("saved" if name in items else "no answer") for name, code in zip(names, codes, strict=True)
    )
