"""How a client stood, in lines for a person and in facts for jq."""

from datetime import datetime

from adapters.web.api.field_values import AddressShape, FieldValues
from adapters.web.api.past_shapes import DifferenceShape, PastShape
from deploy.operators.words import Said, Shown, text_of


def as_it_stood(past: PastShape, position: str, time: datetime) -> Said:
    """Tell one client. `position`, `time`: of the last record that counts."""
    facts: dict[str, object] = {
        "position": position,
        "time": time.isoformat(),
        "client_id": past.client_id,
        "version": past.version,
        "status": past.status,
        "reason": past.reason,
        "customer_id": past.customer_id,
        "erased": past.erased,
        "canopy": _facts(past.canopy),
        "quickbooks": _facts(past.quickbooks),
        "difference": past.difference.model_dump(mode="json") if past.difference is not None else None,
    }
    customer = f" with customer {past.customer_id}" if past.customer_id else ""
    why = f" ({past.reason})" if past.reason is not None else ""
    head = (
        f"{past.client_id}: v{past.version}, {past.status}{why}{customer}, as of "
        f"{time:%Y-%m-%d %H:%M:%S} UTC ({position})"
    )
    if past.erased:
        return facts, (head, "  its values were erased since")
    if past.difference is not None:
        return facts, (head, *_difference(past.difference))
    return facts, (head, *_values("Canopy", past.canopy), *_values("QuickBooks", past.quickbooks))


def _facts(values: FieldValues | None) -> dict[str, object]:
    return values.model_dump(mode="json") if values is not None else {}


def _values(side: str, values: FieldValues | None) -> tuple[str, ...]:
    if values is None:
        return ()
    return tuple(
        f"  {side:<10} {name}: {text_of(_shown(getattr(values, name)))}" for name in FieldValues.model_fields
    )


def _shown(value: object) -> Shown:
    return value if isinstance(value, str | AddressShape) else None


def _difference(told: DifferenceShape) -> tuple[str, ...]:
    link = [f"  {each.what}: {each.before or '-'} → {each.after or '-'}" for each in told.link]
    values = [
        f"  {each.field.value} in {'Canopy' if each.side == 'canopy' else 'QuickBooks'}: "
        f"{text_of(each.before)} → {text_of(each.after)}"
        for each in told.values
    ]
    return (*link, *values) or ("  nothing is different",)
