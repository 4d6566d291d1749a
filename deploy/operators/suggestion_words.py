"""One suggestion as a line at a terminal, and as facts."""

from adapters.web.api.suggestion_shapes import SuggestionShape
from adapters.web.texts.matching import STRENGTHS, bar_text, caution_text, reason_text


def suggestion_line(each: SuggestionShape) -> tuple[dict[str, object], str]:
    """Say who is suggested, how strongly, and what speaks for it and against it."""
    facts: dict[str, object] = {
        "customer_id": each.customer.customer_id if each.customer is not None else None,
        "holder": f"{each.holder.kind} {each.holder.id}" if each.holder is not None else None,
        "strength": each.strength.value,
        "reasons": [reason.value for reason in each.reasons],
        "cautions": [caution.value for caution in each.cautions],
        "bar": each.bar.value if each.bar is not None else None,
        "matched_with": each.matched_with.client_id if each.matched_with is not None else None,
    }
    against = [caution_text(caution) for caution in each.cautions]
    barred = f" · {bar_text(each.bar)}" if each.bar is not None else ""
    words = [*(reason_text(reason) for reason in each.reasons), *(f"but: {each}" for each in against)]
    return facts, f"{STRENGTHS[each.strength]}{barred}: {_name(each)}. {'; '.join(words)}"


def _name(each: SuggestionShape) -> str:
    if each.holder is not None:
        return f"{each.holder.kind} {each.holder.id} {each.holder.name}"
    if each.customer is None:
        return "a customer that is not read yet"
    return f"customer {each.customer.customer_id} {each.customer.display_name or ''}".rstrip()
