"""The writes that a link may ask for, each with its line on the timeline."""

from collections.abc import Iterable, Mapping
from typing import Literal

from domain.decision import Change
from domain.draft import Draft
from domain.effects import AskedBy, CreateCustomer, UpdateClient, UpdateCustomer, Write
from domain.fields import Field, Value, Values
from domain.ids import Side
from domain.limits import CannotBeSent
from domain.link.transitions import ask
from domain.loop_guard import loops, written
from domain.obstacles import Obstacle
from domain.problem import Problem, ProblemCode
from domain.progress import MOST_TRIES, rests_until, times_tried
from domain.remembered import Waiting
from domain.replacing import replace
from domain.rows import LinkRow
from domain.snapshots import Client, Customer
from domain.write_back import whole, with_the_rest

NOTHING_LOST: Mapping[Field, Value] = {}


def create_customer(draft: Draft, link: LinkRow, client: Client, asked_by: AskedBy) -> LinkRow:
    """Ask for a customer with the client's values."""
    effect = CreateCustomer(
        id=draft.effect_id(link.key, "create_customer"),
        values=client.values,
        asked_by=asked_by,
        planned_at=draft.now,
    )
    return _with_write(draft, link, effect, _sent(link, "quickbooks", client.values, {}))


def update_customer(
    draft: Draft,
    link: LinkRow,
    customer: Customer,
    values: Values,
    *,
    asked_by: AskedBy,
    lost: Mapping[Field, Value] = NOTHING_LOST,
    for_match: bool = False,
) -> LinkRow:
    """Ask for these fields to be changed in QuickBooks. `lost`: what gives way there."""
    link = _guarded(draft, link, "quickbooks", asked_by)
    if link.problem is not None and link.problem.code == "loop":
        return link
    sent = _sent(link, "quickbooks", values, customer.values)
    lines = [*_lost(link, "quickbooks", lost, values), *(_in_full(line, customer) for line in sent)]
    effect = UpdateCustomer(
        id=draft.effect_id(link.key, "update_customer"),
        customer_id=customer.customer_id,
        sync_token=customer.sync_token,
        values=values,
        asked_by=asked_by,
        planned_at=draft.now,
        address_id=customer.address_id,
        write_back=customer.write_back,
        whole=any(field in link.not_kept.in_quickbooks for field in values),
        for_match=for_match,
    )
    return _with_write(draft, link, effect, lines)


def update_client(
    draft: Draft,
    link: LinkRow,
    client: Client,
    values: Values,
    *,
    asked_by: AskedBy,
    lost: Mapping[Field, Value] = NOTHING_LOST,
    chosen: bool = False,
) -> LinkRow:
    """Ask for these fields to be changed in Canopy. `lost`: what gives way there."""
    link = _guarded(draft, link, "canopy", asked_by)
    if link.problem is not None and link.problem.code == "loop":
        return link
    lines = [*_lost(link, "canopy", lost, values), *_sent(link, "canopy", values, client.values)]
    effect = UpdateClient(
        id=draft.effect_id(link.key, "update_client"),
        client_id=client.client_id,
        client_version=client.version,
        values=values,
        asked_by=asked_by,
        planned_at=draft.now,
        chosen=chosen,
    )
    return _with_write(draft, link, effect, lines)


def stopped_by_limits(
    draft: Draft,
    link: LinkRow,
    side: Side,
    wrong: Mapping[Field, CannotBeSent],
    *,
    resume: Literal["creating", "matching", "synced"],
) -> LinkRow:
    """Ask a person about values that a side would not take; nothing is cut, and nothing is sent to be refused."""
    code: ProblemCode = "value_not_taken" if side == "quickbooks" else "rejected_by_canopy"
    problem = draft.question(
        link.key,
        code,
        resume,
        fields=tuple(wrong),
        detail=next(iter(wrong.values())).why,
    )
    return ask(link, problem)


def _with_write(draft: Draft, link: LinkRow, effect: Write, lines: Iterable[Change]) -> LinkRow:
    """Ask for a write: at once, after a rest if it came to nothing before, or not, if that was too often."""
    if times_tried(link, effect, draft.now) >= MOST_TRIES:
        return _without_progress(draft, link, effect)
    until = rests_until(link, effect, draft.now)
    draft.note(*lines)
    waiting = Waiting(until=until, why=Obstacle.NO_PROGRESS) if until is not None else None
    return replace(link, pending=(*link.pending, replace(effect, not_before=until)), waiting=waiting)


def _without_progress(draft: Draft, link: LinkRow, effect: Write) -> LinkRow:
    """Ask a person about a write that comes to nothing again and again; its other fields go on."""
    if link.problem is not None:
        return link  # one question at a time
    resume = link.resume
    problem = draft.question(
        link.key,
        "no_progress",
        resume,
        fields=tuple(effect.values) if resume == "synced" else (),
    )
    return ask(link, problem)


def _guarded(draft: Draft, link: LinkRow, side: Side, asked_by: AskedBy) -> LinkRow:
    """Note the write; where rules write to and fro with no person in it, ask one in its place."""
    if asked_by == "person":
        return replace(link, written_at=())
    if not loops(link.written_at, side, draft.now):
        return replace(link, written_at=written(link.written_at, side, draft.now))
    problem = Problem(id=draft.effect_id(link.key, "loop"), code="loop", since=draft.now, resume="synced")
    return replace(ask(link, problem), written_at=())


def _sent(link: LinkRow, side: Side, values: Values, before: Values) -> list[Change]:
    return [
        Change(key=link.key, what="sent", side=side, field=f, before=before.get(f), after=v)
        for f, v in values.items()
    ]


def _in_full(line: Change, customer: Customer) -> Change:
    """Name all that stands in the field, where that is more than its value: nothing is overwritten without a trace."""
    there = customer.write_back
    before, after = whole(line.field, line.before, there), with_the_rest(line.field, line.after, there)
    return line if before == line.before else replace(line, whole_before=before, whole_after=after)


def _lost(link: LinkRow, side: Side, lost: Mapping[Field, Value], values: Values) -> list[Change]:
    """Name the values that give way to the other side's, so that they can be put back."""
    return [
        Change(key=link.key, what="lost", side=side, field=f, before=lost[f], after=values[f])
        for f in values
        if f in lost
    ]
