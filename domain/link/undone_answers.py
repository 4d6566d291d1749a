"""Whether an answer can be taken back: what it wrote still stands, and the question would not be settled the same way at once."""

from domain.fields import Field, Values
from domain.firm_rows import FirmRow
from domain.inputs import UndoAnswer
from domain.known import Known, survivor_of
from domain.link.free_customers import unfit_for_a_match
from domain.link.matches import moved_since, not_to_be_matched
from domain.link.states import LinkState, NeedsAttention, NotSynced, Unmatching
from domain.meaning import alike
from domain.merge import merge
from domain.names import folded
from domain.refusals import Refusal
from domain.remembered import Settled
from domain.replacing import replace
from domain.rows import LinkRow
from domain.settled import NOTHING, still_to_undo
from domain.snapshots import Client, Customer


def not_to_be_undone(known: Known, link: LinkRow, state: LinkState, asked: UndoAnswer) -> Refusal | None:
    """Say why not; None: it can be."""
    settled = asked.settled
    if settled is None:
        return NOTHING
    if isinstance(state, NeedsAttention) and state.problem.code != "both_changed":
        return Refusal("question_open")
    if not settled.stands:
        return _not_to_be_asked_again(known, link, state, settled)
    return _not_to_be_put_back(known, link, state, asked, settled)


def undone(known: Known, link: LinkRow, settled: Settled) -> Settled | None:
    """Give what an undo takes back as things are now: the fields of the answer that nobody has touched since."""
    client, customer = _sides(known, link)
    write, pushed = link.write, link.pushed
    # Behind another write it is not planned yet; but what a person has sent is remembered until it is.
    planned = write.values if write is not None else ()
    on_its_way = {*link.wanted, *pushed.to_quickbooks, *pushed.to_canopy, *planned}
    return still_to_undo(
        settled,
        client.values if client is not None else {},
        customer.values if customer is not None else {},
        on_its_way,
    )


def customer_to_ask_about(known: Known, link: LinkRow, settled: Settled) -> Customer | None:
    """Give whom the question would be about again; None: that customer no longer looks like the client."""
    if settled.about is None:
        return None
    row = known.customer(link.firm_id, survivor_of(known, link.firm_id, settled.about))
    customer = row.customer if row is not None else None
    if customer is None or link.client is None:
        return None
    names = (values.get(Field.DISPLAY_NAME) for values in (link.client.values, customer.values))
    ours, theirs = (folded(name) for name in names)
    return customer if ours and ours == theirs else None


def _not_to_be_asked_again(known: Known, link: LinkRow, state: LinkState, settled: Settled) -> Refusal | None:
    if not isinstance(state, NotSynced):
        return Refusal("question_open") if isinstance(state, NeedsAttention) else NOTHING
    customer = customer_to_ask_about(known, link, settled)
    if customer is None:
        return NOTHING
    return not_to_be_matched(known, link, customer.customer_id)


def _not_to_be_put_back(
    known: Known, link: LinkRow, state: LinkState, asked: UndoAnswer, settled: Settled
) -> Refusal | None:
    if isinstance(state, NotSynced | Unmatching):
        return Refusal("not_synced")
    if settled.customer_id not in (None, link.customer_id):
        return NOTHING
    if link.undoing is not None:
        return Refusal("write_under_way")
    client, customer = _sides(known, link)
    if client is None or not link.has_present_client:
        return Refusal("client_gone")
    if asked.client_version not in (None, client.version):
        return Refusal("stale")
    if link.customer_id is not None:
        unfit = unfit_for_a_match(known.customer(link.firm_id, link.customer_id))
        moved = moved_since(known, link, link.customer_id, asked.customer_sync_token)
        if unfit is not None or moved is not None:
            return unfit or moved
    left = undone(known, link, settled)
    if left is None:
        return NOTHING
    firm = known.firm(link.firm_id)
    again = firm is not None and customer is not None and _comes_again(firm, link, left, client, customer)
    return Refusal("setting_settles_it") if again else None


def _sides(known: Known, link: LinkRow) -> tuple[Client | None, Customer | None]:
    row = known.customer(link.firm_id, link.customer_id) if link.customer_id is not None else None
    return link.client, row.customer if row is not None else None


def _comes_again(firm: FirmRow, link: LinkRow, left: Settled, client: Client, customer: Customer) -> bool:
    """Say whether the firm's policy would settle all of it as the answer did, without asking."""
    if left.question != "both_changed":
        return False
    merged = merge(
        replace(client, values=_as_before(client.values, left.canopy)),
        replace(customer, values=_as_before(customer.values, left.quickbooks)),
        {**link.agreed, **left.agreed},
        {**link.changed_at, **left.changed_at},
        firm.settings.conflicts,
        left.uncompared,
    )
    written = {**merged.to_quickbooks, **merged.to_canopy}
    return all(each in written and alike(each, stands, written[each]) for each, stands in left.stands.items())


def _as_before(now: Values, before: Values) -> Values:
    return {each: value for each, value in {**now, **before}.items() if value is not None}
