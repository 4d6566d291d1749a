"""A client that we created in Canopy for a customer: its answer, or its event, whichever comes first."""

from domain.agreed import without_empty
from domain.apply.arrivals import (
    add_client,
    has_its_client,
    settle_arrival,
    tell_who_shares_the_email,
    without_unstarted_create,
)
from domain.apply.client_seen import take_client
from domain.apply.freed_names import look_again_for
from domain.apply.lost_clients import client_of
from domain.apply.not_kept import agreed_with_client
from domain.apply.perhaps_ours import may_still_get
from domain.apply.unmatching import finish, let_go
from domain.codes import WorkCode
from domain.decision import Change, Decision, Verdict
from domain.draft import Draft
from domain.effects import CreateClient
from domain.fields import Field, Values
from domain.firm_rows import FirmRow
from domain.ids import ClientId
from domain.link.transitions import link_new_client
from domain.outcomes import ClientSaved, Failed, Rejected, Result, Unconfirmed
from domain.plan import plan, plan_who_may_keep
from domain.problem import UNCONFIRMED, ProblemCode
from domain.replacing import replace
from domain.rows import CustomerRow, LinkRow, Row
from domain.snapshots import Client


def client_came_back(
    draft: Draft, firm: FirmRow, row: CustomerRow, effect: CreateClient, result: Result
) -> Decision:
    """Take in the outcome of a create in Canopy."""
    match result:
        case ClientSaved(client=client):
            about: Row = link_added(draft, firm, row, effect, client)
        case Rejected():
            about = _rejected(draft, firm, row, effect, result)
        case Unconfirmed():
            about = _lost(draft, firm, row, effect, "rejected_by_canopy", UNCONFIRMED)
        case Failed(why=detail):
            about = _lost(draft, firm, row, effect, "our_error", detail)
        case _:
            return draft.decide(Verdict.SKIPPED, "no_such_answer", row)
    # Whoever waited to see whether the customer gets a client of its own knows it by now.
    plan_who_may_keep(draft, firm.firm_id)
    code: WorkCode = "client_added" if isinstance(about, LinkRow) else result.kind
    return draft.decide(Verdict.APPLIED, code, about)


def _rejected(
    draft: Draft, firm: FirmRow, row: CustomerRow, effect: CreateClient, result: Rejected
) -> CustomerRow:
    left = _without(draft, row, effect)
    if row.unwanted == effect.id:
        draft.put(left)
        return row
    if not _is_outdated(row, effect, result.fields):
        problem = draft.question(
            row.key, "rejected_by_canopy", "not_synced", fields=result.fields, detail=result.code
        )
        draft.put(replace(left, problem=problem))
        return row
    open_again = replace(left, arrival="open")
    if effect.asked_by == "person" and row.customer is not None:
        add_client(draft, open_again, row.customer, "person")
    else:
        draft.put(open_again)
        settle_arrival(draft, firm, open_again)
    return row


def _lost(
    draft: Draft, firm: FirmRow, row: CustomerRow, effect: CreateClient, code: ProblemCode, detail: str
) -> Row:
    """Take the client that is surely ours; else a person has to look, since asking again might make a second one.

    Also with keys: another request has another one.
    """
    client = client_of(draft, firm.firm_id, effect)
    if client is not None:
        return link_added(draft, firm, row, effect, client)
    row = _without(draft, row, effect)
    if draft.link_of(firm.firm_id, row.customer_id) is None:
        problem = draft.question(row.key, code, "not_synced", detail=detail)
        row = replace(row, problem=problem, lost_create=effect)
    draft.put(row)
    return row


def link_added(
    draft: Draft, firm: FirmRow, row: CustomerRow, effect: CreateClient, client: Client
) -> LinkRow:
    """Link the new client with its customer, unless a person was faster with either of them."""
    row = draft.customer(firm.firm_id, row.customer_id) or row
    is_wanted = row.unwanted != effect.id
    row = _found(draft, row, effect) if row.lost_create == effect else _without(draft, row, effect)
    draft.put(row)
    link = draft.link(firm.firm_id, client.client_id) or LinkRow(
        firm_id=firm.firm_id, client_id=ClientId(client.client_id)
    )
    link = take_client(draft, firm, link, client, sent=effect.values)
    taken = draft.link_of(firm.firm_id, row.customer_id) is not None
    if taken or not may_still_get(draft, link, row.customer_id):
        plan(draft, link)
        return link
    has_its_client(draft, firm.firm_id, row.customer_id, but=link.client_id)
    agreed = without_empty(agreed_with_client({}, effect.values, client.values))
    link = link_new_client(link, row.customer_id, agreed, draft.cause)
    draft.note(*_sent(link, effect.values))
    tell_who_shares_the_email(draft, link)
    if not is_wanted:
        # Linked and let go, so that one who wants it all the same can put it back.
        link = finish(draft, replace(link, choice="off"))
    if firm.connection is not None and firm.connection.replaces is not None:
        # Its turn to be let go may be over already, and the customer is one of the company before.
        link = let_go(draft, link, firm.company_of_links)
    plan(draft, link)
    return link


def _is_outdated(row: CustomerRow, effect: CreateClient, fields: tuple[Field, ...]) -> bool:
    """Say whether what was refused no longer stands in the customer."""
    now = row.customer.values if row.customer is not None else effect.values
    outdated = [field for field, value in effect.values.items() if now.get(field) != value]
    named = [field for field in fields if field in effect.values]
    return bool(outdated) and all(field in outdated for field in named)


def _found(draft: Draft, row: CustomerRow, lost: CreateClient) -> CustomerRow:
    """Close what was asked about a lost create, whose client is there: another one that a person asked for meanwhile is not needed."""
    _look_again(draft, row, lost)
    return replace(without_unstarted_create(draft, row), lost_create=None, problem=None)


def _without(draft: Draft, row: CustomerRow, effect: CreateClient) -> CustomerRow:
    """Take the create out of the row. Who may have been its client, and is asked about that name, looks again."""
    _look_again(draft, row, effect)
    unwanted = row.unwanted if row.unwanted != effect.id else None
    return replace(
        row, pending=tuple(each for each in row.pending if each.id != effect.id), unwanted=unwanted
    )


def _look_again(draft: Draft, row: CustomerRow, effect: CreateClient) -> None:
    name = effect.values.get(Field.DISPLAY_NAME)
    look_again_for(draft, row.firm_id, name if isinstance(name, str) else None)


def _sent(link: LinkRow, values: Values) -> list[Change]:
    return [Change(key=link.key, what="sent", side="canopy", field=f, after=v) for f, v in values.items()]
