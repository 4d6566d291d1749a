"""What should be done about a link, as things are now. Level-triggered: it compares, it does not replay.

At most one write is pending per link; the next is planned when its outcome is back.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from domain.apply.unmatching import LOOK_FOR, customer_is_gone, match_is_stale
from domain.decision import Change
from domain.draft import Draft
from domain.effects import AskedBy, CreateCustomer, UpdateClient, UpdateCustomer, Write
from domain.fields import Field, Value, Values
from domain.ids import Side
from domain.merge import Merged, merge, since_when
from domain.rows import Agreed, FirmRow, Held, LinkRow, LinkStatus, Pair, Problem, Reason
from domain.settings import Settings
from domain.snapshots import Client, Customer


def plan(draft: Draft, link: LinkRow) -> LinkRow:
    """Put the link into the draft with the work that it needs now, and give it back."""
    firm = draft.firm(link.firm_id)
    row = draft.customer(link.firm_id, link.customer_id) if link.customer_id is not None else None
    customer = row.customer if row is not None else None
    if link.client is not None and row is not None and customer is not None:
        ours, theirs = (link.client, link.client_times), (customer, row.times)
        link = replace(link, changed_at=since_when(ours, theirs, link.agreed, link.changed_at))
    if firm is not None and firm.connection is not None:
        link = (
            _planned(draft, firm, link, customer) if not link.pending else _only_looked_for(draft, firm, link)
        )
    draft.put(link)
    return link


def plan_again(draft: Draft, firm: FirmRow, link: LinkRow) -> LinkRow:
    """Plan as the switches are now: a write that has not started and is now held is withdrawn first."""
    kept = tuple(e for e in link.pending if draft.has_started(e) or lets_through(firm.settings, e))
    return plan(draft, replace(link, pending=kept))


def _only_looked_for(draft: Draft, firm: FirmRow, link: LinkRow) -> LinkRow:
    """Let a write that a switch now holds, but that may be on its way, be looked for and not be sent again."""
    return replace(
        link,
        pending=tuple(
            replace(effect, stop_at=draft.now + LOOK_FOR)
            if effect.stop_at is None
            and not lets_through(firm.settings, effect)
            and draft.has_started(effect)
            else effect
            for effect in link.pending
        ),
    )


def lets_through(settings: Settings, effect: Write) -> bool:
    """Say whether the switches let an effect start; what a person asked for always goes through."""
    if effect.asked_by == "person":
        return True
    match effect:
        case CreateCustomer():
            return settings.actions_from_canopy.creating
        case UpdateCustomer():
            return settings.actions_from_canopy.editing
        case UpdateClient():
            return settings.actions_from_qbo.editing


def _planned(draft: Draft, firm: FirmRow, link: LinkRow, customer: Customer | None) -> LinkRow:
    client = link.client
    if customer is not None and customer.gone:
        return customer_is_gone(draft, link)
    if client is None or client.presence != "present" or (customer is not None and not customer.active):
        return _nothing_to_write(draft, link)
    if link.status is LinkStatus.CREATING:
        return _create(draft, firm, link, client)
    if customer is None:
        return link
    if link.status is LinkStatus.MATCHING:
        return _overwrite(draft, link, client, customer)
    if link.status is LinkStatus.SYNCED or (link.problem is not None and link.problem.resume == "synced"):
        return _reconcile(draft, firm, link, client, customer)
    return link


def _nothing_to_write(draft: Draft, link: LinkRow) -> LinkRow:
    """Leave a link whose client or customer is away as it is, but begin nothing that would wait for ever."""
    if link.status is LinkStatus.MATCHING:
        return match_is_stale(draft, link)
    if link.status is LinkStatus.CREATING:
        return replace(
            link,
            status=LinkStatus.NOT_SYNCED,
            reason=Reason.NEVER_MATCHED,
            create_asked_by=None,
            since=draft.now,
        )
    return link


def _create(draft: Draft, firm: FirmRow, link: LinkRow, client: Client) -> LinkRow:
    asked_by: AskedBy = link.create_asked_by or "rule"
    if asked_by == "rule" and not firm.settings.actions_from_canopy.creating:
        return replace(link, status=LinkStatus.NOT_SYNCED, reason=Reason.CREATING_IS_OFF)
    connection = firm.connection
    if connection is None or not (connection.customers_listed and connection.clients_listed):
        return link  # the listing that comes in last plans all links again
    effect = CreateCustomer(
        id=draft.effect_id(link.key, "create_customer"),
        values=client.values,
        asked_by=asked_by,
        planned_at=draft.now,
    )
    draft.note(*_sent(link, "quickbooks", client.values, {}))
    return replace(link, pending=(effect,), waiting=None)


def overwriting(client: Client, customer: Customer) -> dict[Field, Value]:
    """Name what a match writes: Canopy's values where they differ; an empty one never clears QuickBooks'."""
    return {
        field: value
        for field in Field
        if (value := client.values.get(field)) is not None and value != customer.values.get(field)
    }


def _overwrite(draft: Draft, link: LinkRow, client: Client, customer: Customer) -> LinkRow:
    values = overwriting(client, customer)
    untouched = tuple(field for field in Field if field not in values)
    agreed = {f: Pair(client.values.get(f), customer.values.get(f)) for f in untouched}
    link = replace(link, agreed=_without_empty(agreed), changed_at={})
    if not values:
        return replace(link, status=LinkStatus.SYNCED)
    draft.note(*_sent(link, "quickbooks", values, customer.values))
    effect = UpdateCustomer(
        id=draft.effect_id(link.key, "update_customer"),
        customer_id=customer.customer_id,
        sync_token=customer.sync_token,
        values=values,
        asked_by="person",
        planned_at=draft.now,
        address_id=customer.address_id,
        for_match=True,
    )
    return replace(link, pending=(effect,), waiting=None)


def _reconcile(draft: Draft, firm: FirmRow, link: LinkRow, client: Client, customer: Customer) -> LinkRow:
    merged = merge(client, customer, link.agreed, link.changed_at, firm.settings.conflicts)
    link = replace(
        link,
        agreed=_without_empty({**link.agreed, **merged.now_agreed}),
        changed_at={f: times for f, times in link.changed_at.items() if f not in merged.now_agreed},
    )
    link = _ask(draft, link, merged)
    link = _hold(draft, firm, link, merged.to_quickbooks, merged.to_canopy)
    asked_about = _asked_about(link)
    to_quickbooks = _without(merged.to_quickbooks, (*asked_about, *link.held.to_quickbooks))
    to_canopy = _without(merged.to_canopy, (*asked_about, *link.held.to_canopy))
    pushed = Held(
        to_quickbooks=tuple(f for f in link.pushed.to_quickbooks if f in to_quickbooks),
        to_canopy=tuple(f for f in link.pushed.to_canopy if f in to_canopy),
    )
    link = replace(link, pushed=pushed)
    if to_quickbooks:
        return _update_customer(
            draft, link, customer, _pushed_first(to_quickbooks, pushed.to_quickbooks), merged
        )
    if to_canopy:
        return _update_client(draft, link, client, _pushed_first(to_canopy, pushed.to_canopy), merged)
    return link


def _without(values: Values, names: Collection[Field]) -> dict[Field, Value]:
    return {field: value for field, value in values.items() if field not in names}


def _pushed_first(values: Values, pushed: Collection[Field]) -> Values:
    """Send what a person pushed by itself: a switch may still hold the rest."""
    return {field: values[field] for field in pushed} or values


def _update_customer(
    draft: Draft, link: LinkRow, customer: Customer, values: Values, merged: Merged
) -> LinkRow:
    draft.note(
        *_lost(link, "quickbooks", merged, values), *_sent(link, "quickbooks", values, customer.values)
    )
    effect = UpdateCustomer(
        id=draft.effect_id(link.key, "update_customer"),
        customer_id=customer.customer_id,
        sync_token=customer.sync_token,
        values=values,
        asked_by="person" if link.pushed.to_quickbooks else "rule",
        planned_at=draft.now,
        address_id=customer.address_id,
    )
    return replace(link, pending=(effect,), waiting=None)


def _update_client(draft: Draft, link: LinkRow, client: Client, values: Values, merged: Merged) -> LinkRow:
    draft.note(*_lost(link, "canopy", merged, values), *_sent(link, "canopy", values, client.values))
    effect = UpdateClient(
        id=draft.effect_id(link.key, "update_client"),
        client_id=client.client_id,
        client_version=client.version,
        values=values,
        asked_by="person" if link.pushed.to_canopy else "rule",
        planned_at=draft.now,
    )
    return replace(link, pending=(effect,), waiting=None)


def _ask(draft: Draft, link: LinkRow, merged: Merged) -> LinkRow:
    """Keep the question about fields that both sides changed in step with what is undecided."""
    problem = link.problem
    if problem is not None and problem.code != "both_changed":
        return link
    if not merged.undecided:
        return replace(link, problem=None, status=LinkStatus.SYNCED)
    if problem is not None and problem.fields == merged.undecided:
        return link
    question = Problem(
        id=draft.effect_id(link.key, "both_changed"),
        code="both_changed",
        since=draft.now,
        resume="synced",
        fields=merged.undecided,
    )
    return replace(link, problem=question, status=LinkStatus.NEEDS_ATTENTION)


def _asked_about(link: LinkRow) -> tuple[Field, ...]:
    if link.problem is None:
        return ()
    return link.problem.fields or tuple(Field)


def _hold(
    draft: Draft,
    firm: FirmRow,
    link: LinkRow,
    to_quickbooks: Mapping[Field, Value],
    to_canopy: Mapping[Field, Value],
) -> LinkRow:
    """Name what a switch holds; what was held stays so until a person sends it, or it no longer differs."""
    settings = firm.settings

    def held(
        fields: Mapping[Field, Value], before: tuple[Field, ...], pushed: tuple[Field, ...], on: bool
    ) -> tuple[Field, ...]:
        return tuple(f for f in Field if f in fields and f not in pushed and (f in before or not on))

    now = Held(
        to_quickbooks=held(
            to_quickbooks,
            link.held.to_quickbooks,
            link.pushed.to_quickbooks,
            settings.actions_from_canopy.editing,
        ),
        to_canopy=held(
            to_canopy, link.held.to_canopy, link.pushed.to_canopy, settings.actions_from_qbo.editing
        ),
    )
    for field in now.to_quickbooks:
        if field not in link.held.to_quickbooks:
            draft.note(
                Change(key=link.key, what="held", side="quickbooks", field=field, after=to_quickbooks[field])
            )
    for field in now.to_canopy:
        if field not in link.held.to_canopy:
            draft.note(Change(key=link.key, what="held", side="canopy", field=field, after=to_canopy[field]))
    return replace(link, held=now)


def _sent(link: LinkRow, side: Side, values: Values, before: Values) -> list[Change]:
    return [
        Change(key=link.key, what="sent", side=side, field=f, before=before.get(f), after=v)
        for f, v in values.items()
    ]


def _lost(link: LinkRow, side: Side, merged: Merged, values: Values) -> list[Change]:
    """Name the values that give way to the other side's, so that they can be put back."""
    return [
        Change(key=link.key, what="lost", side=side, field=f, before=merged.lost[f], after=values[f])
        for f in values
        if f in merged.lost
    ]


def _without_empty(agreed: Agreed) -> Agreed:
    return {f: pair for f, pair in agreed.items() if pair.client is not None or pair.customer is not None}
