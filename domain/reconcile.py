"""Brings a synced link in step: merges both sides, asks where nobody can say who wins, holds what a switch holds."""

from collections.abc import Collection, Mapping

from domain.agreed import Pair, without_empty
from domain.apply.taken_names import asked_before_a_rename
from domain.decision import Change
from domain.draft import Draft
from domain.effects import AskedBy
from domain.fields import Field, Value, Values, together
from domain.firm_rows import FirmRow
from domain.ids import Side
from domain.limits import not_taken
from domain.link.transitions import ask, without_question
from domain.merge import Merged, merge
from domain.planned_writes import stopped_by_limits, update_client, update_customer
from domain.remembered import Held
from domain.replacing import replace
from domain.rows import LinkRow
from domain.snapshots import Client, Customer


def reconcile(draft: Draft, firm: FirmRow, link: LinkRow, client: Client, customer: Customer) -> LinkRow:
    """Plan the one write that is due now, if any; what a person chose for both sides comes first."""
    link = _with_uncompared_left_alone(link.without_fulfilled(client), client, customer)
    merged = merge(
        client, customer, link.agreed, link.changed_at, firm.settings.conflicts, link.uncompared
    ).without(link.wanted)
    link = replace(
        link,
        agreed=without_empty({**link.agreed, **merged.now_agreed}),
        uncompared=tuple(f for f in link.uncompared if f in merged.undecided),
        changed_at={f: times for f, times in link.changed_at.items() if f not in merged.now_agreed},
    )
    link = _ask(draft, link, merged)
    link = _hold(draft, firm, link, merged, {"quickbooks": customer.values, "canopy": client.values})
    asked_about = _asked_about(link)
    to_quickbooks = _without(merged.to_quickbooks, (*asked_about, *link.held.to_quickbooks))
    to_canopy = _without(merged.to_canopy, (*asked_about, *link.held.to_canopy))
    pushed = Held(
        to_quickbooks=tuple(f for f in link.pushed.to_quickbooks if f in to_quickbooks or f in link.wanted),
        to_canopy=tuple(f for f in link.pushed.to_canopy if f in to_canopy),
    )
    if pushed != link.pushed:
        link = replace(link, pushed=pushed)
    if chosen := _without(link.wanted, asked_about):
        return update_client(draft, link, client, chosen, asked_by="person", chosen=True)
    link, to_quickbooks = _without_a_taken_name(draft, link, customer, to_quickbooks)
    link, to_quickbooks = _taken(draft, link, "quickbooks", to_quickbooks)
    link, to_canopy = _taken(draft, link, "canopy", to_canopy)
    if to_quickbooks:
        values = _pushed_first(to_quickbooks, pushed.to_quickbooks)
        return update_customer(
            draft, link, customer, values, asked_by=_who(pushed.to_quickbooks, values), lost=merged.lost
        )
    if to_canopy:
        values = _pushed_first(to_canopy, pushed.to_canopy)
        return update_client(
            draft, link, client, values, asked_by=_who(pushed.to_canopy, values), lost=merged.lost
        )
    return link


def _with_uncompared_left_alone(link: LinkRow, client: Client, customer: Customer) -> LinkRow:
    """Agree that what only the customer has stays there alone, where nobody has seen it, as a match does."""
    alone = {
        f: Pair(None, theirs)
        for f in link.uncompared
        if client.values.get(f) is None and (theirs := customer.values.get(f)) is not None
    }
    if not alone:
        return link
    changed_at = {f: times for f, times in link.changed_at.items() if f not in alone}
    return replace(link, agreed={**link.agreed, **alone}, changed_at=changed_at)


def _without_a_taken_name(
    draft: Draft, link: LinkRow, customer: Customer, values: dict[Field, Value]
) -> tuple[LinkRow, dict[Field, Value]]:
    """Leave out a name that another customer has by what people see, and ask about it; the other fields go on."""
    if Field.DISPLAY_NAME not in values:
        return link, values
    asked = asked_before_a_rename(draft, link, customer.values, values[Field.DISPLAY_NAME])
    if asked is None:
        return link, values
    if link.problem is None or link.problem.code == "both_changed" or asked.problem is None:
        return asked, _without(values, (Field.DISPLAY_NAME,))
    # One question at a time: what was asked about before stays unsent, and is asked again once the name is settled.
    held = together(link.problem.fields, asked.problem.fields)
    asked = replace(asked, problem=replace(asked.problem, fields=held))
    return asked, _without(values, held)


def _taken(
    draft: Draft, link: LinkRow, side: Side, values: dict[Field, Value]
) -> tuple[LinkRow, dict[Field, Value]]:
    """Leave out what the side would not take, and ask about it; the other fields go on."""
    wrong = not_taken(side, values)
    if wrong and link.problem is None:
        link = stopped_by_limits(draft, link, side, wrong, resume="synced")
    return link, _without(values, wrong)


def _who(pushed: tuple[Field, ...], values: Values) -> AskedBy:
    return "person" if any(field in values for field in pushed) else "rule"


def _without(values: Values, names: Collection[Field]) -> dict[Field, Value]:
    return {field: value for field, value in values.items() if field not in names}


def _pushed_first(values: Values, pushed: Collection[Field]) -> Values:
    """Send what a person pushed by itself: a switch may still hold the rest."""
    return {field: values[field] for field in pushed if field in values} or values


def _ask(draft: Draft, link: LinkRow, merged: Merged) -> LinkRow:
    """Keep the question about fields that both sides changed in step with what is undecided."""
    problem = link.problem
    if problem is not None and problem.code != "both_changed":
        return link
    if not merged.undecided:
        return without_question(link)
    if problem is not None and problem.fields == merged.undecided:
        return link
    question = draft.question(
        link.key,
        "both_changed",
        "synced",
        fields=merged.undecided,
    )
    return ask(link, question)


def _asked_about(link: LinkRow) -> tuple[Field, ...]:
    if link.problem is None:
        return ()
    return link.problem.fields or tuple(Field)


def _hold(
    draft: Draft, firm: FirmRow, link: LinkRow, merged: Merged, present: Mapping[Side, Values]
) -> LinkRow:
    """Name what a switch holds; what was held stays so until a person sends it, or it no longer differs.

    While a company that is back is being listed, all that drifted meanwhile is held: nobody has seen it yet.
    `present`: what stands on each side.
    """
    back = firm.connection is not None and firm.connection.back
    settings, before, pushed = firm.settings, link.held, link.pushed
    now = Held(
        to_quickbooks=_held(
            merged.to_quickbooks,
            before.to_quickbooks,
            pushed.to_quickbooks,
            on=settings.actions_from_canopy.editing and not back,
        ),
        to_canopy=_held(
            merged.to_canopy,
            before.to_canopy,
            pushed.to_canopy,
            on=settings.actions_from_qbo.editing and not back,
        ),
    )
    new_there = _without_known(now.to_quickbooks, before.to_quickbooks)
    new_here = _without_known(now.to_canopy, before.to_canopy)
    draft.note(*_held_lines(link, "quickbooks", new_there, present, merged.to_quickbooks))
    draft.note(*_held_lines(link, "canopy", new_here, present, merged.to_canopy))
    held = (*now.to_quickbooks, *now.to_canopy)
    known = (*link.drifted, *new_there, *new_here) if back else link.drifted
    drifted = tuple(f for f in Field if f in held and f in known)
    return replace(link, held=now, drifted=drifted) if (now, drifted) != (before, link.drifted) else link


def _held(
    fields: Mapping[Field, Value], before: tuple[Field, ...], pushed: tuple[Field, ...], *, on: bool
) -> tuple[Field, ...]:
    return tuple(f for f in Field if f in fields and f not in pushed and (f in before or not on))


def _without_known(now: tuple[Field, ...], before: tuple[Field, ...]) -> tuple[Field, ...]:
    return tuple(field for field in now if field not in before)


def _held_lines(
    link: LinkRow, side: Side, fields: tuple[Field, ...], present: Mapping[Side, Values], values: Values
) -> list[Change]:
    """Name what is held from now on, beside what stands on the side where it would go."""
    return [
        Change(key=link.key, what="held", side=side, field=f, before=present[side].get(f), after=values[f])
        for f in fields
    ]
