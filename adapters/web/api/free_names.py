"""Names to choose from where QuickBooks would not give a client its own, and whether a typed one is free.

All of it by what is known here; QuickBooks has the last word.
"""

from pydantic import BaseModel

from adapters.bounded import ShortText
from adapters.store.read_model import ReadModel
from adapters.web.api.clients import ONE, known_client
from adapters.web.api.customer_shapes import HolderShape
from adapters.web.api.operations import Answer, Call, Operation
from adapters.web.texts.remarks import remarks
from domain.fields import Field
from domain.ids import FirmId
from domain.limits import CannotBeSent, Sent, adapted
from domain.names import folded
from domain.rows import LinkRow

KNOWN_AT_ONCE = 50


class NameQuery(BaseModel):
    """`name`: one that somebody types, to be looked at too."""

    name: ShortText | None = None


class CheckedName(BaseModel):
    """Whether a typed name is free, as far as we know. `text` says why it is not, or how QuickBooks gets it."""

    name: str
    free: bool
    text: str | None


class FreeNamesAnswer(BaseModel):
    """Of an open question about a taken name: names that are free. `holders` None: not known yet who has it."""

    taken: str | None
    names: list[str]
    holders: list[HolderShape] | None
    checked: CheckedName | None = None


async def _free_names(call: Call) -> Answer:
    found = await known_client(call.parts.read_model, call.firm, call.client)
    problem = found.row.problem
    if problem is None or problem.code != "display_name_taken":
        return Answer(body=FreeNamesAnswer(taken=None, names=[], holders=None))
    holders = problem.holders
    told = [HolderShape.model_validate(each, from_attributes=True) for each in holders or ()]
    shown = told if holders is not None else None
    typed, checked = call.query_as(NameQuery).name, None
    if typed is not None:
        text = await _why_not(call.parts.read_model, call.firm, found.row, typed)
        checked = CheckedName(name=typed, free=text is None, text=text or _as_quickbooks_gets(typed))
    return Answer(
        body=FreeNamesAnswer(taken=problem.taken, names=list(problem.free), holders=shown, checked=checked)
    )


def _as_quickbooks_gets(name: str) -> str | None:
    """Say what becomes of a name on its way to QuickBooks; None: it arrives as it is."""
    remark = remarks({Field.DISPLAY_NAME: name}, connected=True).get(Field.DISPLAY_NAME)
    return remark.text if remark is not None else None


async def _why_not(read_model: ReadModel, firm: FirmId, link: LinkRow, name: str) -> str | None:
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


FREE_NAMES = (
    Operation(
        method="GET",
        path=ONE + "/free-names",
        summary="Names to choose from, where QuickBooks would not give a client its own",
        handle=_free_names,
        answer=FreeNamesAnswer,
        query=NameQuery,
    ),
)
