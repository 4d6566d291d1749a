"""Which of a ledger's requests changed something outside, and for which link the engine sent them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .history import PERSON, History, Request
from .log import Effect, Log


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A request of the engine that writes. `effect` None: no record of the log planned it."""

    request: Request
    effect: Effect | None
    creates: bool


def is_write(request: Request) -> bool:
    """Tell writes from reads. In QuickBooks a query may be a POST too; what people do in the stand-ins is no request of ours."""
    if "/_control/" in request.path or (request.request_id or "").startswith(PERSON):
        return False
    if request.side == "quickbooks":
        return (
            request.method == "POST"
            and request.path.startswith("/v3/")
            and not request.path.endswith("/query")
        )
    return request.method in {"POST", "PATCH", "PUT", "DELETE"}


def writes(history: History, log: Log) -> Iterator[Write]:
    """Give every write that the stand-ins received from the engine, answered or not."""
    for request in (each for sent in history.requests if is_write(sent) for each in _one_by_one(sent, log)):
        yield Write(
            request=request,
            effect=log.effects.get(request.request_id or ""),
            creates=request.method == "POST"
            and not (isinstance(request.body, dict) and request.body.get("Id")),
        )


def _one_by_one(request: Request, log: Log) -> Iterator[Request]:
    """Give each change of a batch as if it had been sent alone: its `bId` names its effect by the beginning of its id."""
    if request.side != "quickbooks" or not request.path.endswith("/batch"):
        yield request
        return
    for item in request.body["BatchItemRequest"]:
        customer, begins = item["Customer"]["Id"], item["bId"].partition("-")[2]
        planned = [
            each.id
            for each in log.effects.values()
            if each.id.startswith(begins) and each.kind == "update_customer" and each.customer == customer
        ]
        yield replace(
            request,
            request_id=planned[0] if len(planned) == 1 else item["bId"],
            body=item["Customer"],
            committed=request.committed and customer in request.changed,
        )
