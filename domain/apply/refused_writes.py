"""A write that was refused: what people are asked, and where nobody needs to be asked."""

from collections.abc import Collection
from typing import Literal

from domain.agreed import Pair
from domain.apply.taken_names import display_name_of, with_holder_asked_for
from domain.draft import Draft
from domain.effects import UpdateClient, UpdateCustomer, Write
from domain.fields import Field
from domain.firm_rows import FirmRow
from domain.limits import NAMES as NAMES_SENT
from domain.limits import in_step
from domain.link.transitions import ask
from domain.merge import is_marked
from domain.outcomes import Failed, NameTaken, Rejected
from domain.replacing import replace
from domain.rows import LinkRow
from domain.still_wanted import no_longer_wanted

REJECTIONS = ("value_not_taken", "rejected_by_quickbooks", "rejected_by_canopy")


def refused(
    draft: Draft, firm: FirmRow, link: LinkRow, effect: Write, result: NameTaken | Rejected | Failed
) -> LinkRow:
    """Ask a person about what was refused, unless the row wants something else by now."""
    outdated = no_longer_wanted(draft, firm, link, effect)
    match result:
        case NameTaken() if any(name in outdated for name in NAMES_SENT):
            return link
        case Rejected(fields=fields) if outdated and not _is_about_others(effect, fields, outdated):
            return link
        case NameTaken() if (spelled := _spelled_only(draft, link, effect)) is not None:
            return replace(link, agreed={**link.agreed, Field.DISPLAY_NAME: spelled})
        case NameTaken():
            asked = stopped(draft, link, effect, "display_name_taken", (Field.DISPLAY_NAME,), "6240")
            return with_holder_asked_for(draft, asked, display_name_of(effect.values))
        case Failed(why=why):
            return stopped(draft, link, effect, "our_error", (), why)
        case Rejected(code=code, fields=fields):
            ours = isinstance(effect, UpdateClient)
            fields = tuple(field for field in fields if field not in outdated)
            return stopped(
                draft, link, effect, "rejected_by_canopy" if ours else "rejected_by_quickbooks", fields, code
            )


def _spelled_only(draft: Draft, link: LinkRow, effect: Write) -> Pair | None:
    """Give both spellings where the refused name is the one that the link's customer has, as people see it.

    Another customer has just that spelling. Both sides say the same already, so there is nothing to ask.
    """
    row = draft.customer_of(link)
    client, customer = link.client, row.customer if row is not None else None
    if not isinstance(effect, UpdateCustomer) or Field.DISPLAY_NAME not in effect.values:
        return None
    if client is None or customer is None:
        return None
    if effect.customer_id != customer.customer_id or is_marked(Field.DISPLAY_NAME, customer):
        return None
    pair = Pair(client.values.get(Field.DISPLAY_NAME), customer.values.get(Field.DISPLAY_NAME))
    return pair if in_step(Field.DISPLAY_NAME, pair.client, pair.customer) else None


def _is_about_others(effect: Write, fields: tuple[Field, ...], outdated: Collection[Field]) -> bool:
    """Say whether a refusal names something that we sent and still want."""
    return any(field in effect.values and field not in outdated for field in fields)


def stopped(
    draft: Draft,
    link: LinkRow,
    effect: Write,
    code: Literal["display_name_taken", "rejected_by_quickbooks", "rejected_by_canopy", "our_error"],
    fields: tuple[Field, ...],
    detail: str,
) -> LinkRow:
    """Ask about a write that must not be sent again as it is. `detail`: the other side's code, or what went wrong of ours."""
    if not any(field in effect.values for field in fields):
        fields = ()  # the refusal names nothing that we sent: holding just that would send the same again
    known = link.problem
    if known is not None and known.code in ("display_name_taken", *REJECTIONS) and fields:
        # What was refused before stays refused, else the two would take turns for ever.
        fields = tuple(f for f in Field if f in fields or f in known.fields) if known.fields else ()
    problem = draft.question(
        link.key,
        code,
        link.resume,
        fields=fields,
        detail=detail,
    )
    return ask(link, problem)
