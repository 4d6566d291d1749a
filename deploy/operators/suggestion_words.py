"""One suggestion as a line at a terminal, and as facts."""

from adapters.store.suggested import Suggested
from adapters.web.texts.matching import STRENGTHS, bar_text, caution_text, reason_text
from domain.fields import Field


def suggestion_line(each: Suggested) -> tuple[dict[str, object], str]:
    """Say who is suggested, how strongly, and what speaks for it and against it."""
    made = each.suggestion
    facts: dict[str, object] = {
        "customer_id": each.customer.customer_id if each.customer is not None else None,
        "holder": f"{each.holder.kind} {each.holder.id}" if each.holder is not None else None,
        "strength": made.strength.value,
        "reasons": [reason.value for reason in made.reasons],
        "cautions": [caution.value for caution in made.cautions],
        "bar": made.bar.value if made.bar is not None else None,
        "matched_with": each.customer.linked_to.client_id
        if each.customer and each.customer.linked_to
        else None,
    }
    against = [caution_text(caution) for caution in made.cautions]
    barred = f" · {bar_text(made.bar)}" if made.bar is not None else ""
    words = [*(reason_text(reason) for reason in made.reasons), *(f"but: {each}" for each in against)]
    return facts, f"{STRENGTHS[made.strength]}{barred}: {_name(each)}. {'; '.join(words)}"


def _name(each: Suggested) -> str:
    if each.holder is not None:
        return f"{each.holder.kind} {each.holder.id} {each.holder.name}"
    row = each.customer.row.customer if each.customer is not None else None
    name = row.values.get(Field.DISPLAY_NAME) if row is not None else None
    return f"customer {each.suggestion.customer_id} {name or ''}".rstrip()
