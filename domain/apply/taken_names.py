"""A display name that a client can't have in QuickBooks, since somebody there has it: the question about it.

QuickBooks refuses a name that is the same to it. What looks the same to people, and is not the same to QuickBooks, it
would take, and the firm would have two customers that nobody can tell apart. So a name that one of the customers we
know has, by what people see, is asked about before anything is sent.
"""

from typing import Literal

from domain.apply.perhaps_ours import perhaps_made_for
from domain.draft import Draft
from domain.effects import CreateCustomer, FindHolder, UpdateCustomer, Write
from domain.fields import Field, Value, Values
from domain.ids import CustomerId
from domain.limits import as_written, without_deleted_mark
from domain.link.transitions import ask
from domain.names import folded, free_names
from domain.outcomes import Holder
from domain.replacing import replace
from domain.rows import LinkRow


def with_holder_asked_for(draft: Draft, link: LinkRow, taken: Value) -> LinkRow:
    """Let QuickBooks say who has the name, and which of our proposals are taken too."""
    problem, client = link.problem, link.client
    if problem is None or client is None or not isinstance(taken, str):
        return link
    # QuickBooks was asked for the name as it writes names, so its holder has it written so.
    taken = str(as_written("quickbooks", {Field.DISPLAY_NAME: taken})[Field.DISPLAY_NAME])
    free = free_names(client, lambda name: bool(draft.customers_named(link.firm_id, name)))
    look_up = FindHolder(id=draft.effect_id(link.key, "find_holder"), names=(taken, *free))
    others = tuple(effect for effect in link.pending if not isinstance(effect, FindHolder))
    return replace(link, problem=replace(problem, taken=taken, free=free), pending=(look_up, *others))


def known_holders(draft: Draft, link: LinkRow, name: str) -> tuple[Holder, ...]:
    """Name the customers other than the link's own that we know under a name which looks the same."""
    named = draft.customers_named(link.firm_id, name)
    rows = [row for each in named if (row := draft.customer(link.firm_id, each)) is not None]
    return tuple(
        Holder(name=name, kind="customer", id=row.customer_id)
        for row in rows
        if row.customer_id != link.customer_id and row.merged_into is None
    )


def holders_of(draft: Draft, link: LinkRow, name: str) -> tuple[Holder, ...]:
    """Name those that stand against a customer of this name for a client: who has it, and whose client this may be.

    One of the latter bears the name that it has by now.
    """
    known = known_holders(draft, link, name)
    has_it = {holder.id for holder in known}
    return (
        *known,
        *(
            Holder(
                name=display_name_of(row.customer.values),
                kind="customer",
                id=row.customer_id,
                active=row.customer.active,
            )
            for row in perhaps_made_for(draft, link, name)
            if row.customer is not None and row.customer_id not in has_it
        ),
    )


def asked_before_a_second(draft: Draft, link: LinkRow, values: Values) -> LinkRow | None:
    """Ask before a second customer of the client's name is made; None: there is none of that name, nor on its way, nor one whose client this may be."""
    name = display_name_of(values)
    holders = holders_of(draft, link, name) if folded(name) else ()
    if not holders and not is_on_its_way(draft, link, name):
        return None
    return _asked(draft, link, name, holders, "creating")


def asked_before_a_rename(draft: Draft, link: LinkRow, there: Values, name: Value) -> LinkRow | None:
    """Ask before a customer gets a name that one without a client has, or is just being given; None: there is none.

    `there`: what its own customer holds. What QuickBooks refuses by itself, since a client's customer has it, may have
    been given up by then.
    """
    name = display_name_of({Field.DISPLAY_NAME: name})
    if folded(name) in ("", folded(there.get(Field.DISPLAY_NAME))):
        return None
    free = tuple(
        holder
        for holder in known_holders(draft, link, name)
        if draft.link_of(link.firm_id, CustomerId(holder.id)) is None
    )
    if not free and not is_on_its_way(draft, link, name):
        return None
    return _asked(draft, link, name, free, "synced")


def is_on_its_way(draft: Draft, link: LinkRow, name: str) -> bool:
    """Say whether a customer of another client is just being given this name, by what people see.

    QuickBooks would refuse the second one only if it is the same to QuickBooks. So it waits for what becomes of the first.
    """
    return any(
        other.client_id != link.client_id
        and other.write is not None
        and folded(name_sent(other.write)) == folded(name)
        for other in draft.clients_named(link.firm_id, name)
    )


def name_sent(write: Write) -> str | None:
    """Give the display name that a write gives a customer; None: none."""
    match write:
        case CreateCustomer(values=values):
            return display_name_of(values)
        case UpdateCustomer(values=values) if isinstance(values.get(Field.DISPLAY_NAME), str):
            return display_name_of(values)
        case _:
            return None


def _asked(
    draft: Draft,
    link: LinkRow,
    name: str,
    holders: tuple[Holder, ...],
    resume: Literal["creating", "synced"],
) -> LinkRow:
    problem = draft.question(link.key, "display_name_taken", resume, fields=(Field.DISPLAY_NAME,))
    asked = with_holder_asked_for(draft, ask(link, problem), name)
    if asked.problem is not None and holders:
        asked = replace(asked, problem=replace(asked.problem, holders=holders))
    return asked


def display_name_of(values: Values) -> str:
    """Give the name that a customer gets: its display name, never with QuickBooks' mark, else what is made of the others."""
    given = values.get(Field.DISPLAY_NAME)
    if isinstance(given, str):
        return without_deleted_mark(given)
    parts = (values.get(field) for field in (Field.FIRST_NAME, Field.MIDDLE_NAME, Field.LAST_NAME))
    return " ".join(part for part in parts if isinstance(part, str))
