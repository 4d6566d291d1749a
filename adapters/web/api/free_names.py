"""Looks at a display name that somebody types, by what is known here; QuickBooks has the last word."""

from adapters.store.read_model import ReadModel
from adapters.web.texts.remarks import remarks
from domain.fields import Field
from domain.ids import FirmId
from domain.limits import CannotBeSent, Sent, adapted
from domain.names import folded
from domain.rows import LinkRow

KNOWN_AT_ONCE = 50


def as_quickbooks_gets(name: str) -> str | None:
    """Say what becomes of a name on its way to QuickBooks; None: it arrives as it is."""
    remark = remarks({Field.DISPLAY_NAME: name}, connected=True).get(Field.DISPLAY_NAME)
    return remark.text if remark is not None else None


async def why_not(read_model: ReadModel, firm: FirmId, link: LinkRow, name: str) -> str | None:
    """Say why a client can't go by a name; None: nothing that we know stands against it."""
    match adapted("quickbooks", Field.DISPLAY_NAME, name or None):
        case CannotBeSent(why="too_long", most=most):
            return f"QuickBooks takes at most {most:,} characters; this has {len(name):,}."
        case CannotBeSent():
            return "Type a name that can be seen."
        case _:
            pass
    problem = link.problem
    taken = [holder.name for holder in (problem.holders or ())] if problem else []
    if problem and problem.taken:
        taken.append(problem.taken)
    if folded(name) in {folded(each) for each in taken}:
        return "This is the name that is taken."
    sent = adapted("quickbooks", Field.DISPLAY_NAME, name)
    name = sent.value if isinstance(sent, Sent) and isinstance(sent.value, str) else name
    page = await read_model.customers.page(firm, q=" ".join(name.split()), limit=KNOWN_AT_ONCE)
    for view in page.customers:
        values = view.row.customer.values if view.row.customer else {}
        if folded(values.get(Field.DISPLAY_NAME)) == folded(name) and view.customer_id != link.customer_id:
            return f"Customer {view.customer_id} has this name in QuickBooks."
    return None
