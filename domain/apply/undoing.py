"""Taking an answer back: what it wrote over stands again, Canopy's first, and then all is as before the answer.

A write of the answer that has not begun is withdrawn; one that may have is looked for, and what it did is put back. Each step
looks at what stands there by then, so an edit that comes in between is nobody's to undo. Who wins, or whether a person is asked,
is said by the same rules as ever once the old values, their times and what was agreed before are there again.
"""

from domain.agreed import without_empty
from domain.apply.arrivals import take_create_back
from domain.apply.taken_names import with_holder_asked_for
from domain.apply.unmatching import looked_for
from domain.draft import Draft
from domain.fields import Field, Values
from domain.link.allowed import granted
from domain.link.transitions import ask
from domain.link.undone_answers import customer_to_ask_about, undone
from domain.meaning import alike
from domain.planned_writes import update_client, update_customer
from domain.remembered import Settled
from domain.replacing import replace
from domain.rows import CustomerRow, LinkRow
from domain.settled import to_canopy, to_quickbooks
from domain.snapshots import Client, Customer

ASKED_AT_ONCE = ("not_kept", "display_name_taken")
"""Questions that a side's answer to a write has raised: asked before the same is written once more."""


def undo_answer(draft: Draft, link: LinkRow, settled: Settled) -> LinkRow:
    """Begin to take an answer back; `plan` then goes on with it."""
    if not settled.stands:
        about = granted(customer_to_ask_about(draft, link, settled))
        take_create_back(draft, granted(draft.customer(link.firm_id, about.customer_id)))
        question = draft.question(link.key, settled.question, "not_synced", customer_id=about.customer_id)
        return ask(link, question)
    left = granted(undone(draft, link, settled))
    fields = left.stands
    link = replace(
        link,
        wanted={each: value for each, value in link.wanted.items() if each not in fields},
        pushed=replace(
            link.pushed,
            to_quickbooks=tuple(each for each in link.pushed.to_quickbooks if each not in fields),
            to_canopy=tuple(each for each in link.pushed.to_canopy if each not in fields),
        ),
        undoing=left,
        waiting=None,
    )
    write = link.write
    if write is None or not any(each in fields for each in write.values):
        return link  # what is about other fields goes on, and the undo follows
    others = tuple(each for each in link.pending if each.id != write.id)
    return replace(link, pending=(looked_for(draft, write), *others) if draft.has_started(write) else others)


def put_back_next(
    draft: Draft, link: LinkRow, settled: Settled, client: Client, customer: Customer | None
) -> LinkRow:
    """Plan the next write of an undo; or, where none is left, say that all is as before the answer."""
    ours = to_canopy(settled, client.values)
    if ours:
        return update_client(draft, link, client, ours, asked_by="person")
    theirs = to_quickbooks(settled, customer.values) if customer is not None else {}
    if theirs and customer is not None:
        return update_customer(draft, link, customer, theirs, asked_by="person")
    return _as_before(draft, link, settled, client, customer)


def without_vain_undo(link: LinkRow, client: Client | None, customer: Customer | None) -> LinkRow:
    """Give up an undo whose client or customer is away, or whose customer went into another one, which had values of its own."""
    settled = link.undoing
    if settled is None:
        return link
    is_there = client is not None and client.presence == "present"
    takes_it = customer is None or (customer.active and not customer.gone)
    is_the_same = settled.customer_id in (None, link.customer_id)
    return link if is_there and takes_it and is_the_same else replace(link, undoing=None)


def answer_stands(draft: Draft, link: LinkRow) -> LinkRow:
    """Give up an undo whose value a side would not take."""
    draft.tell(answer_stands="yes")
    return replace(link, undoing=None)


def _as_before(
    draft: Draft, link: LinkRow, settled: Settled, client: Client, customer: Customer | None
) -> LinkRow:
    link = replace(link, undoing=None)
    theirs = customer.values if customer is not None else {}
    back = [each for each in settled.stands if _is_back(settled, each, client.values, theirs)]
    if not back:
        return link
    row = draft.customer_of(link)
    if row is not None:
        draft.put(_with_times(row, settled, back))
    ours = {each: settled.changed_at[each].client for each in back}
    link = replace(
        link,
        agreed=without_empty({**link.agreed, **{each: settled.agreed[each] for each in back}}),
        uncompared=(*link.uncompared, *(each for each in settled.uncompared if each in back)),
        changed_at={**link.changed_at, **{each: settled.changed_at[each] for each in back}},
        client_times={**link.client_times, **{each: at for each, at in ours.items() if at is not None}},
    )
    return _asked_again(draft, link, settled, tuple(each for each in Field if each in back))


def _is_back(settled: Settled, field: Field, ours: Values, theirs: Values) -> bool:
    """Say whether a field is as it was before the answer, and not as somebody has edited it meanwhile."""
    here = alike(field, settled.canopy.get(field), ours.get(field))
    there = settled.customer_id is None or alike(field, settled.quickbooks.get(field), theirs.get(field))
    return here and there


def _with_times(row: CustomerRow, settled: Settled, fields: list[Field]) -> CustomerRow:
    """Let a value be as old as it was: that we put it back makes it no later edit."""
    times = {each: settled.changed_at[each].customer for each in fields}
    return replace(row, times={**row.times, **{each: at for each, at in times.items() if at is not None}})


def _asked_again(draft: Draft, link: LinkRow, settled: Settled, fields: tuple[Field, ...]) -> LinkRow:
    client = link.client
    if settled.question not in ASKED_AT_ONCE or link.problem is not None or client is None:
        return link
    question = draft.question(link.key, settled.question, link.resume, fields=fields, detail=settled.detail)
    link = ask(link, question)
    if settled.question == "not_kept":
        return link
    return with_holder_asked_for(draft, link, client.values.get(Field.DISPLAY_NAME))
