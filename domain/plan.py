"""What should be done about a link, as things are now. Level-triggered: it compares, it does not replay.

At most one write is pending per link; the next is planned when its outcome is back.
"""

from domain.agreed import Pair, without_empty
from domain.apply.freed_names import has_the_name_by_now
from domain.apply.shelving import shelve, unshelve
from domain.apply.survivors import followed
from domain.apply.taken_customers import given_back, is_carried_out
from domain.apply.taken_names import asked_before_a_second
from domain.apply.undoing import put_back_next, without_vain_undo
from domain.apply.unmatching import client_is_deleted, customer_is_gone, finish, looked_for, match_is_stale
from domain.draft import Draft
from domain.effects import AskedBy, CreateCustomer, FindHolder, UpdateClient, UpdateCustomer, Write
from domain.fields import Field, Value
from domain.firm_rows import FirmRow
from domain.ids import FirmId
from domain.limits import CannotBeSent, in_step, nameless, not_taken
from domain.link.transitions import finish_match, give_up_create
from domain.meaning import spelled_as_there
from domain.merge import is_marked, since_when
from domain.planned_writes import create_customer, stopped_by_limits, update_client, update_customer
from domain.reconcile import reconcile
from domain.remembered import Taken
from domain.replacing import replace
from domain.rows import LinkRow, LinkStatus, Reason
from domain.snapshots import Client, Customer
from domain.still_wanted import no_longer_wanted
from domain.switches import lets_through


def plan(draft: Draft, link: LinkRow) -> None:
    """Put the link into the draft with the work that it needs now."""
    firm = draft.firm(link.firm_id)
    if firm is None or not firm.is_connected:
        draft.put(_without_outdated(draft, link))
        return
    before = draft.link(link.firm_id, link.client_id)
    link = _without_outdated(draft, followed(draft, link) if link.write is None else link)
    customer = _customer_of(draft, link)
    link = (
        _planned(draft, firm, link, customer) if link.write is None else _only_looked_for(draft, firm, link)
    )
    if link.taken is None or (done := is_carried_out(link)) is None:
        draft.put(link)
    elif done:
        draft.put(replace(link, taken=None))
    else:
        _give_taken_back(draft, link, link.taken)
    had = before.customer_id if before is not None else None
    if had is not None and draft.latest(link).customer_id != had:
        plan_who_may_keep(draft, link.firm_id)


def plan_who_may_keep(draft: Draft, firm: FirmId) -> None:
    """Plan those again that are asked who keeps a customer: perhaps nobody else gets it after all, or it is gone, or went on."""
    for link in draft.asked_who_keeps(firm):
        plan(draft, draft.latest(link))


def _without_outdated(draft: Draft, link: LinkRow) -> LinkRow:
    """Note since when both sides differ; withdraw what nobody needs to know or to write any more."""
    row = draft.customer_of(link)
    customer = row.customer if row is not None else None
    if link.client is not None and row is not None and customer is not None:
        ours, theirs = (link.client, link.client_times), (customer, row.times)
        link = replace(link, changed_at=since_when(ours, theirs, link.agreed, link.changed_at))
    link = _without_needless_look_up(has_the_name_by_now(link, customer))
    return _without_outdated_rest(draft, link, customer)


def _customer_of(draft: Draft, link: LinkRow) -> Customer | None:
    row = draft.customer_of(link)
    return row.customer if row is not None else None


def _give_taken_back(draft: Draft, link: LinkRow, taken: Taken) -> None:
    link, other = given_back(draft, link, taken)
    draft.put(link)
    if other is not None:
        plan(draft, other)


def plan_again(draft: Draft, firm: FirmRow, link: LinkRow) -> None:
    """Plan as the switches are now: a write that has not started and is now held is withdrawn first."""
    kept = tuple(
        effect
        for effect in link.pending
        if draft.has_started(effect)
        or not isinstance(effect, Write)
        or (firm.is_connected and lets_through(firm.settings, effect))
    )
    withdrawn = link.write if not any(isinstance(each, Write) for each in kept) else None
    link = replace(link, pending=kept)
    if link.status is LinkStatus.UNMATCHING and withdrawn is not None:
        link = finish(draft, link, not_put_back=tuple(withdrawn.values))
    plan(draft, link)


def overwriting(client: Client, customer: Customer) -> dict[Field, Value]:
    """Name what a match writes: Canopy's values where they differ; an empty one never clears QuickBooks'."""
    return {
        field: spelled_as_there(value, there)
        for field in Field
        if (value := client.values.get(field)) is not None
        and (not in_step(field, value, there := customer.values.get(field)) or is_marked(field, customer))
    }


def _without_needless_look_up(link: LinkRow) -> LinkRow:
    """Stop asking who has a name once nobody is asked about that name any more."""
    asked = link.problem.taken if link.problem is not None else None
    needed = tuple(e for e in link.pending if not isinstance(e, FindHolder) or e.names[0] == asked)
    return link if len(needed) == len(link.pending) else replace(link, pending=needed)


def _only_looked_for(draft: Draft, firm: FirmRow, link: LinkRow) -> LinkRow:
    """Let a write that a switch now holds, but that may be on its way, be looked for and not be sent again."""
    return replace(
        link,
        pending=tuple(
            looked_for(draft, effect)
            if isinstance(effect, Write)
            and effect.stop_at is None
            and not lets_through(firm.settings, effect)
            and draft.has_started(effect)
            else effect
            for effect in link.pending
        ),
    )


def _planned(draft: Draft, firm: FirmRow, link: LinkRow, customer: Customer | None) -> LinkRow:
    client = link.client
    link = without_vain_undo(link, client, customer)
    deleted = client is not None and client.presence == "deleted"
    if client is not None and client.presence == "archived" and _went_into_another(draft, link):
        return shelve(link)  # once it is there again, it follows, or a person is asked
    if link.is_asked_who_keeps:
        return client_is_deleted(draft, link) if deleted else link
    if customer is not None and customer.gone:
        return customer_is_gone(draft, link)
    if deleted and link.status is not LinkStatus.NOT_SYNCED:
        return client_is_deleted(draft, link)
    if client is None or client.presence != "present" or (customer is not None and not customer.active):
        return _nothing_to_write(draft, link, customer)
    if _is_doubted(draft, link):
        return link
    return _goes_on(draft, firm, unshelve(draft, link), client, customer)


def _goes_on(
    draft: Draft, firm: FirmRow, link: LinkRow, client: Client, customer: Customer | None
) -> LinkRow:
    """Plan the next write of a link whose client is there, and its customer too, if it has one."""
    if link.undoing is not None:
        link = put_back_next(draft, link, link.undoing, client, customer)
        if link.write is not None:
            return link
    if link.status is LinkStatus.CREATING:
        return _create(draft, firm, link, client)
    if customer is None:
        return link
    if link.status is LinkStatus.MATCHING:
        return _overwrite(draft, link, client, customer)
    if link.status is LinkStatus.SYNCED or (link.problem is not None and link.problem.resume == "synced"):
        return reconcile(draft, firm, link, client, customer)
    return link


def _went_into_another(draft: Draft, link: LinkRow) -> bool:
    row = draft.customer_of(link)
    return row is not None and row.merged_into is not None


def _is_doubted(draft: Draft, link: LinkRow) -> bool:
    """Say whether a side itself has shown something older than we hold: until that is settled nothing is written."""
    row = draft.customer_of(link)
    doubts = (link.behind, row.behind if row is not None else None)
    return any(doubt is not None and doubt.looks > 0 for doubt in doubts)


def _without_outdated_rest(draft: Draft, link: LinkRow, customer: Customer | None) -> LinkRow:
    """Withdraw a write that rests, and has not started, where another one would be planned now."""
    firm, write = draft.firm(link.firm_id), link.write
    if firm is None or write is None or write.not_before is None or draft.has_started(write):
        return link
    if _names_what_is_there(write, link, customer) and not no_longer_wanted(draft, firm, link, write):
        return link
    return replace(link, pending=tuple(e for e in link.pending if e.id != write.id), waiting=None)


def _names_what_is_there(write: Write, link: LinkRow, customer: Customer | None) -> bool:
    match write:
        case UpdateCustomer(sync_token=token):
            return customer is not None and customer.sync_token == token
        case UpdateClient(client_version=version):
            return link.client is not None and link.client.version == version
        case CreateCustomer():
            return True


def _nothing_to_write(draft: Draft, link: LinkRow, customer: Customer | None) -> LinkRow:
    """Leave a link whose client or customer is away as it is, but begin nothing that would wait for ever."""
    presence = link.client.presence if link.client is not None else None
    sleeps = customer is not None and not customer.active
    if link.problem is not None and (presence == "archived" or (sleeps and link.problem.resume == "synced")):
        link = shelve(link)
    if presence == "deleted" and link.shelved is not None:
        link = replace(link, shelved=None)
    if link.status is LinkStatus.MATCHING:
        return match_is_stale(draft, link)
    if link.status is LinkStatus.CREATING:
        return replace(
            give_up_create(link, Reason.NEVER_MATCHED),
            create_asked_by=link.create_asked_by if link.shelved is not None else None,
            wanted={},
            since=draft.now,
        )
    return link


def _create(draft: Draft, firm: FirmRow, link: LinkRow, client: Client) -> LinkRow:
    asked_by: AskedBy = link.create_asked_by or "rule"
    if asked_by == "rule" and not firm.settings.actions_from_canopy.creating:
        return replace(give_up_create(link, Reason.CREATING_IS_OFF), wanted={})
    connection = firm.connection
    if connection is None or not (connection.customers_listed and connection.clients_listed):
        return link  # the listing that comes in last plans all links again
    link = link.without_fulfilled(client)
    if link.wanted:
        return update_client(draft, link, client, link.wanted, asked_by="person", chosen=True)
    wrong = not_taken("quickbooks", client.values)
    if nameless(client.values):
        wrong = {Field.DISPLAY_NAME: CannotBeSent("must_not_be_empty"), **wrong}
    if wrong:
        return stopped_by_limits(draft, link, "quickbooks", wrong, resume="creating")
    if (asked := asked_before_a_second(draft, link, client.values)) is not None:
        return asked
    return create_customer(draft, link, client, asked_by)


def _overwrite(draft: Draft, link: LinkRow, client: Client, customer: Customer) -> LinkRow:
    link = link.without_fulfilled(client)
    if link.wanted:
        return update_client(draft, link, client, link.wanted, asked_by="person", chosen=True)
    values = overwriting(client, customer)
    untouched = tuple(field for field in Field if field not in values)
    agreed = {f: Pair(client.values.get(f), customer.values.get(f)) for f in untouched}
    link = replace(link, agreed=without_empty(agreed), changed_at={})
    if not values:
        return finish_match(link)
    wrong = not_taken("quickbooks", values)
    if wrong:
        return stopped_by_limits(draft, link, "quickbooks", wrong, resume="matching")
    return update_customer(draft, link, customer, values, asked_by="person", for_match=True)
