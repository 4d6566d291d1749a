"""How a client stood, in lines for a person and in facts for jq."""

from deploy.operators.past import Stood
from deploy.operators.words import Said, text_of
from domain.fields import Field, Values
from domain.past import Difference


def as_it_stood(stood: Stood) -> Said:
    """Tell one client."""
    link, seen = stood.past.link, stood.past.customer.customer if stood.past.customer is not None else None
    canopy = link.client.values if link.client is not None else {}
    quickbooks = seen.values if seen is not None else {}
    facts: dict[str, object] = {
        "position": f"p{stood.cut.partition}:{stood.cut.offset}",
        "time": stood.cut.time.isoformat(),
        "client_id": link.client_id,
        "version": link.version,
        "status": link.status.value,
        "reason": link.reason.value if link.reason is not None else None,
        "customer_id": link.customer_id,
        "erased": link.erased is not None and stood.cut.time < link.erased.at,
        "canopy": _facts(canopy),
        "quickbooks": _facts(quickbooks),
        "difference": _difference_facts(stood.different) if stood.different is not None else None,
    }
    customer = f" with customer {link.customer_id}" if link.customer_id else ""
    why = f" ({link.reason.value})" if link.reason is not None else ""
    head = (
        f"{link.client_id}: v{link.version}, {link.status.value}{why}{customer}, as of "
        f"{stood.cut.time:%Y-%m-%d %H:%M:%S} UTC (p{stood.cut.partition}:{stood.cut.offset})"
    )
    if facts["erased"]:
        return facts, (head, "  its values were erased since")
    if stood.different is not None:
        return facts, (head, *_difference(stood.different))
    return facts, (head, *_values("Canopy", canopy), *_values("QuickBooks", quickbooks))


def _facts(values: Values) -> dict[str, object]:
    return {field.value: values[field] for field in Field if field in values}


def _values(side: str, values: Values) -> tuple[str, ...]:
    return tuple(
        f"  {side:<10} {field.value}: {text_of(values[field])}" for field in Field if field in values
    )


def _difference_facts(told: Difference) -> dict[str, object]:
    return {
        "link": [{"what": each.what, "before": each.before, "after": each.after} for each in told.aspects],
        "values": [
            {"side": each.side, "field": each.field.value, "before": each.before, "after": each.after}
            for each in told.values
        ],
    }


def _difference(told: Difference) -> tuple[str, ...]:
    link = [f"  {each.what}: {each.before or '-'} → {each.after or '-'}" for each in told.aspects]
    values = [
        f"  {each.field.value} in {'Canopy' if each.side == 'canopy' else 'QuickBooks'}: "
        f"{text_of(each.before)} → {text_of(each.after)}"
        for each in told.values
    ]
    return (*link, *values) or ("  nothing is different",)
