"""Changes of many customers in one request (Intuit, Batch operations): what is sent, and what came of each.

Each item ends by itself, and what is said of it is what would be said of it alone: a customer or a fault. So it is read by
the same code. The answer to an item is told by its `bId`, in whatever order they come.
"""

from collections.abc import Sequence
from hashlib import sha256

import structlog

from adapters.quickbooks.answers import UNREADABLE, Reply, trouble_of_many, trouble_updating
from adapters.quickbooks.faults import faults_in
from adapters.quickbooks.listing import read_customer
from adapters.quickbooks.mapping import update_body
from domain.effects import UpdateCustomer
from domain.outcomes import CustomerSaved
from domain.ports import UpdateCustomerAnswer, UpdateCustomersAnswer

log = structlog.get_logger()

REQUEST_ID_LENGTH = 32
"""At most 36 for a batch, and then at most 10 for a `bId` (Intuit blog, Request ID update, 2015)."""

NAMES_OF_EFFECTS = 7


def in_order(effects: Sequence[UpdateCustomer]) -> tuple[UpdateCustomer, ...]:
    """Give them in the order in which they are always sent: the same effects are then the same bytes."""
    return tuple(sorted(effects, key=lambda each: each.id))


def request_id(ordered: Sequence[UpdateCustomer]) -> str:
    """Name a request by its effects: another set of them is another request, and never answered by the first one's answer."""
    names = "\n".join(each.id for each in ordered)
    return sha256(names.encode()).hexdigest()[:REQUEST_ID_LENGTH]


def item_name(place: int, effect: UpdateCustomer) -> str:
    """Name an item, in at most 10 characters: its place tells it apart, and who reads the request finds the effect."""
    return f"{place}-{effect.id[:NAMES_OF_EFFECTS]}"


def batch_body(ordered: Sequence[UpdateCustomer]) -> dict[str, object]:
    """Build the body."""
    return {
        "BatchItemRequest": [
            {"bId": item_name(place, effect), "operation": "update", "Customer": _sparse(effect)}
            for place, effect in enumerate(ordered)
        ]
    }


def answers_of(ordered: Sequence[UpdateCustomer], reply: Reply) -> UpdateCustomersAnswer:
    """Read what came of each; whoever is not answered, or not so that it can be read, may have been changed."""
    if trouble := trouble_of_many(reply):
        return trouble
    items = _items_in(reply)
    codes = [fault.code for item in items.values() for fault in faults_in(item)]
    if codes:
        log.warning("quickbooks_refused_some", codes=codes, of=len(ordered))
    return {
        effect.id: _answer(effect, items.get(item_name(place, effect)), reply)
        for place, effect in enumerate(ordered)
    }


def _sparse(effect: UpdateCustomer) -> dict[str, object]:
    return update_body(
        effect.customer_id, effect.sync_token, effect.values, effect.address_id, effect.write_back
    )


def _items_in(reply: Reply) -> dict[str, object]:
    """Give the items by `bId`; one that is answered twice is as good as not answered."""
    match reply.body:
        case {"BatchItemResponse": list() as answered}:
            named = [(item.get("bId"), item) for item in answered if isinstance(item, dict)]
        case _:
            return {}
    names = [name for name, _ in named]
    return {name: item for name, item in named if isinstance(name, str) and names.count(name) == 1}


def _answer(effect: UpdateCustomer, item: object, reply: Reply) -> UpdateCustomerAnswer:
    alone = Reply(status=reply.status, body=item, at=reply.at)
    if trouble := trouble_updating(alone, effect.customer_id):
        return trouble
    match item:
        case {"Customer": body}:
            saved = read_customer(body, reply.at)
        case _:
            return UNREADABLE
    # Whose answer it is stands in its `bId` alone; a customer of another id was somebody else's.
    if saved is None or saved.customer_id != effect.customer_id:
        return UNREADABLE
    return CustomerSaved(customer=saved)
