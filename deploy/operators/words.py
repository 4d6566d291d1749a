"""What operators are told, in sentences, and the same as facts for jq."""

from collections.abc import Iterator, Mapping, Sequence

from adapters.web.api.field_values import AddressShape
from adapters.web.api.pending_shapes import WorkShape
from adapters.web.api.timeline_shapes import ChangeShape, LineShape
from adapters.web.texts.refusals import refusal_in_the_log
from deploy.operators.decided import Decided, Waits
from domain.effects import EffectKind
from domain.fields import Field
from domain.ids import Side

Shown = str | AddressShape | None

Said = tuple[dict[str, object], tuple[str, ...]]
"""Facts, and the lines that say them."""

_SIDES: tuple[tuple[Side, str], ...] = (("quickbooks", "QuickBooks"), ("canopy", "Canopy"))
EMPTY = "(empty)"
MOST_SHOWN = 20


def outcome(done: str, decisions: Sequence[Decided]) -> Said:
    """Tell how an intent ended: done where it was not refused everywhere."""
    told = next((each for each in decisions if not each.refused), decisions[0])
    facts: dict[str, object] = {
        "verdict": told.verdict.value,
        "code": told.code,
        "facts": dict(told.facts),
        "positions": [f"p{each.partition}:{each.at}" for each in decisions],
    }
    if told.refused:
        return facts, (f"Refused ({told.code}): {refusal_in_the_log(told.code, told.facts)}",)
    return facts, (done,)


def waiting(waits: Waits) -> Iterator[Said]:
    """List what is waiting to be sent."""
    as_of = " (as last shown: the read model is behind)" if waits.late else ""
    if waits.by_firm is not None:
        yield (
            {"waits": dict(waits.by_firm)},
            (f"{sum(waits.by_firm.values())} clients and customers wait{as_of}.",),
        )
        for firm, rows in list(waits.by_firm.items())[:MOST_SHOWN]:
            yield {"firm": firm, "rows": rows}, (f"  {firm}: {rows}",)
    if waits.firm is not None:
        rows = waits.firm.rows
        yield (
            {"waits": rows},
            (f"{rows} clients and customers wait{as_of}." if rows else f"Nothing waits{as_of}.",),
        )
        for work in waits.firm.work[:MOST_SHOWN]:
            yield _work_facts(work), (f"  {_work(work)}",)


def line(told: LineShape) -> Said:
    """Tell one line of a client's history."""
    facts: dict[str, object] = {
        "version": told.version,
        "time": told.time.isoformat(),
        "actor": told.actor,
        "reason": told.reason,
        "verdict": told.verdict.value,
        "code": told.code,
        "status": told.status,
        "customer_id": told.customer_id,
        "facts": dict(told.facts),
        "changes": [_change_facts(change) for change in told.changes],
        "position": told.position,
        "engine": told.engine,
    }
    customer = f" with customer {told.customer_id}" if told.customer_id else ""
    head = (
        f"v{told.version:<4} {told.time:%Y-%m-%d %H:%M:%S}  {told.code} ({told.verdict.value}) "
        f"by {told.actor or 'nobody named'}: {told.status}{customer}"
    )
    said = (f"        “{told.reason}”",) if told.reason else ()
    return facts, (head, *said, *_changes(told.changes))


def _changes(changes: Sequence[ChangeShape]) -> Iterator[str]:
    for change in changes:
        yield (
            f"        {change.field.value} {change.what} in {change.side}: "
            f"{text_of(change.before)} → {text_of(change.after)}"
        )


def _change_facts(change: ChangeShape) -> dict[str, object]:
    return {
        "what": change.what,
        "side": change.side,
        "field": change.field.value,
        "before": text_of(change.before) if change.before is not None else None,
        "after": text_of(change.after) if change.after is not None else None,
    }


def text_of(value: Shown) -> str:
    """Write a value as one line."""
    if not isinstance(value, AddressShape):
        return value or EMPTY
    parts = (value.line1, value.line2, value.city, value.region, value.postal_code, value.country)
    return ", ".join(part for part in parts if part) or EMPTY


def would_be_written(writes: Mapping[Side, Mapping[Field, Shown]]) -> Iterator[str]:
    """Write what each side would be given, a line a field."""
    for side, title in _SIDES:
        for field, value in writes.get(side, {}).items():
            yield f"    {title}: {field.value} → {text_of(value)}"


def who(actor: str) -> str:
    """Name who did something, people without saying that they are."""
    return actor.removeprefix("user:")


def _work(work: WorkShape) -> str:
    whose = " and ".join(
        f"{kind} {record}"
        for kind, record in (("client", work.client_id), ("customer", work.customer_id))
        if record is not None
    )
    fields = f": {', '.join(field.value for field in work.fields)}" if work.fields else ""
    return f"{_kind(work.what)} {whose}{fields}".strip()


def _kind(what: EffectKind) -> str:
    match what:
        case "create_customer":
            return "create a customer for"
        case "update_customer":
            return "change in QuickBooks"
        case "update_client":
            return "change in Canopy"
        case "create_client":
            return "create a client for"
        case "find_holder":
            return "ask QuickBooks who has the name of"
        case "read_client" | "read_customer":
            return "read"
        case "list_customers":
            return "list all customers"
        case "list_clients":
            return "list all clients"
        case "check_customers":
            return "look whether all matched customers are still there"
        case "plan_links":
            return "compare all clients"


def _work_facts(work: WorkShape) -> dict[str, object]:
    return {
        "what": work.what,
        "client_id": work.client_id,
        "customer_id": work.customer_id,
        "fields": [field.value for field in work.fields],
        "asked_by": work.asked_by,
        "since": work.since.isoformat() if work.since else None,
    }
