"""A Canopy client was seen: by an event, in a listing, or in the answer to a write of ours."""

from collections.abc import Mapping

from domain.apply.added_clients import link_added
from domain.apply.client_looks import look_if_it_contradicts
from domain.apply.client_seen import take_client
from domain.apply.lost_clients import lost_create_of
from domain.codes import EventCode
from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.effects import AskedBy, CreateClient, UpdateClient
from domain.firm_rows import FirmRow
from domain.ids import OURSELVES, EffectId
from domain.inputs import ClientObserved, Happened
from domain.link.transitions import begin_create, stay_apart
from domain.plan import plan
from domain.replacing import replace
from domain.rows import CustomerRow, LinkRow, LinkStatus, Reason
from domain.went_back import is_of_before

_EVENTS: Mapping[Happened, EventCode] = {
    "created": "client_created",
    "edited": "client_edited",
    "archived": "client_archived",
    "restored": "client_restored",
    "deleted": "client_deleted",
}


def observe_client(draft: Draft, firm: FirmRow, seen: ClientObserved) -> Decision:
    """Take in a client event: remember the newest snapshot, let the Sync client toggle count once, plan."""
    before = draft.link(seen.firm_id, seen.client.client_id)
    added = _added_by_us(draft, firm, seen)
    if added is not None:
        # The event of a client that we are creating: as good as the answer, which may come later or never.
        customer, create = added
        return draft.decide(
            Verdict.APPLIED, "client_added", link_added(draft, firm, customer, create, seen.client)
        )
    link = before or LinkRow(
        firm_id=seen.firm_id, client_id=seen.client.client_id, since=draft.now, actor=draft.cause.actor
    )
    # Our own write may come back by event before its outcome: it is on the timeline as sent.
    ours = next((effect.values for effect in link.pending if isinstance(effect, UpdateClient)), None)
    if is_of_before(link.went_back, seen.client.version, seen.client.changed_at):
        return draft.decide(Verdict.SUPERSEDED, "older_version", link)
    link = look_if_it_contradicts(draft, take_client(draft, firm, link, seen.client, sent=ours), seen.client)
    if (link.written_at or link.tried) and (draft.cause.actor or "").startswith("user:"):
        link = replace(link, written_at=(), tried=())  # a person is in it, so it is no loop
    chose = seen.happened == "created" and link.choice == "unknown" and _is_new(draft, firm)
    if chose:
        link = _choose(draft, firm, link, seen.sync_client)
    plan(draft, link)
    link = draft.latest(link)
    if before is not None and before.client is not None and not chose:
        if seen.client.version < before.client.version:
            return draft.decide(Verdict.SUPERSEDED, "older_version", link)
        if seen.client.version == before.client.version:
            return draft.decide(Verdict.SUPERSEDED, "already_known", link)
    if link.status is LinkStatus.NOT_SYNCED:
        return draft.decide(Verdict.SKIPPED, link.reason or Reason.NEVER_MATCHED, link)
    return draft.decide(Verdict.APPLIED, _EVENTS[seen.happened], link)


def _added_by_us(
    draft: Draft, firm: FirmRow, seen: ClientObserved
) -> tuple[CustomerRow, CreateClient] | None:
    """Give the create that the event is of, as Canopy names it or, where its answer was lost, as far as that can be told."""
    cause = EffectId(draft.cause.cause or "")
    row = draft.added_by(firm.firm_id, cause)
    if row is not None:
        return next(((row, create) for create in row.creates if create.id == cause), None)
    return lost_create_of(draft, firm.firm_id, seen.client) if seen.happened == "created" else None


def _is_new(draft: Draft, firm: FirmRow) -> bool:
    """Tell a client that somebody created since the connect.

    Its event may have lain about until now, or tell of one that we created ourselves for another company.
    """
    connection = firm.connection
    return (
        connection is not None
        and firm.is_connected
        and draft.now > connection.connected_at
        and draft.cause.actor != OURSELVES
    )


def _choose(draft: Draft, firm: FirmRow, link: LinkRow, toggle: bool | None) -> LinkRow:
    """Let the toggle decide; the setting is its default, and decides where no person switched it on."""
    creating = firm.settings.actions_from_canopy.creating
    wanted = creating if toggle is None else toggle
    link = replace(link, choice="on" if wanted else "off")
    if link.status is not LinkStatus.NOT_SYNCED or link.former is not None:
        return link  # a person has been here before the event
    link = replace(link, since=draft.now, actor=draft.cause.actor)
    if toggle is False:
        return stay_apart(link, Reason.LEFT_OUT)
    by_person = toggle is True and (draft.cause.actor or "").startswith("user:")
    if not creating and not by_person:
        return stay_apart(link, Reason.CREATING_IS_OFF)
    if not link.has_present_client:
        return stay_apart(link, Reason.NEVER_MATCHED)  # archived or deleted before its first event came
    # What a person asked for against the setting is not withdrawn by it.
    asked_by: AskedBy = "rule" if creating else "person"
    return begin_create(link, asked_by, draft.now)
