"""A Canopy client was seen: by an event, in a listing, or in the answer to a write of ours."""

from dataclasses import replace

from domain.decision import Change, Decision, Verdict
from domain.draft import Draft
from domain.effects import UpdateClient
from domain.fields import Field, Values, differing
from domain.ids import Side
from domain.inputs import ClientObserved
from domain.plan import plan
from domain.rows import FirmRow, LinkRow, LinkStatus, Reason
from domain.snapshots import Client


def observe_client(draft: Draft, firm: FirmRow, seen: ClientObserved) -> Decision:
    """Take in a client event: remember the newest snapshot, let the Sync client toggle count once, plan."""
    before = draft.link(seen.firm_id, seen.client.client_id)
    link = before or LinkRow(
        firm_id=seen.firm_id, client_id=seen.client.client_id, since=draft.now, actor=draft.cause.actor
    )
    # Our own write may come back by event before its outcome: it is on the timeline as sent.
    ours = next((effect.values for effect in link.pending if isinstance(effect, UpdateClient)), None)
    link = take_client(draft, firm, link, seen.client, sent=ours)
    chose = seen.happened == "created" and link.choice == "unknown" and _is_new(draft, firm)
    if chose:
        link = _choose(draft, firm, link, seen.sync_client)
    link = plan(draft, link)
    if before is not None and before.client is not None and not chose:
        if seen.client.version < before.client.version:
            return draft.decide(Verdict.SUPERSEDED, "older_version", link)
        if seen.client.version == before.client.version:
            return draft.decide(Verdict.SUPERSEDED, "already_known", link)
    if link.status is LinkStatus.NOT_SYNCED:
        return draft.decide(Verdict.SKIPPED, link.reason or Reason.NEVER_MATCHED, link)
    return draft.decide(Verdict.APPLIED, "client_" + seen.happened, link)


def take_client(
    draft: Draft, firm: FirmRow, link: LinkRow, client: Client, *, sent: Values | None = None
) -> LinkRow:
    """Replace the snapshot if this one is newer.

    `sent`: what we wrote ourselves, which is no news when it comes back.
    """
    known = link.client
    if known is not None and client.version <= known.version:
        return link
    moved = differing(known.values, client.values) if known is not None else ()
    draft.note(*seen(link, "canopy", known.values if known else {}, client.values, moved, sent or {}))
    times = {**link.client_times, **dict.fromkeys(moved, client.changed_at)}
    link = settle_problem(replace(link, client=client, client_times=times), moved)
    # What a person sent was the value that stood there then, not the one that stands there now.
    sent_on = tuple(field for field in link.pushed.to_quickbooks if field not in moved)
    link = replace(link, pushed=replace(link.pushed, to_quickbooks=sent_on))
    if firm.settings.actions_from_canopy.editing:
        # A new edit while the switch is on goes, and takes with it what was held of that field.
        kept = tuple(field for field in link.held.to_quickbooks if field not in moved)
        link = replace(link, held=replace(link.held, to_quickbooks=kept))
    return link


def seen(
    link: LinkRow, side: Side, before: Values, after: Values, moved: tuple[Field, ...], sent: Values
) -> list[Change]:
    """Name for the timeline what a side changed, leaving out what we sent it ourselves."""
    return [
        Change(
            key=link.key,
            what="seen",
            side=side,
            field=field,
            before=before.get(field),
            after=after.get(field),
        )
        for field in moved
        if field not in sent or sent[field] != after.get(field)
    ]


def settle_problem(link: LinkRow, moved: tuple[Field, ...]) -> LinkRow:
    """Lift a problem once one of the fields that it is about has another value.

    A rejection is then worth a new try, and a question is asked anew, since nobody has seen what stands there now.
    """
    problem = link.problem
    if problem is None:
        return link
    about = problem.fields or tuple(Field)
    if not any(field in about for field in moved):
        return link
    return replace(link, problem=None, status=LinkStatus(problem.resume))


def _is_new(draft: Draft, firm: FirmRow) -> bool:
    """Tell a client created since the connect from one whose event merely lay about until now."""
    return firm.connection is not None and draft.now > firm.connection.connected_at


def _choose(draft: Draft, firm: FirmRow, link: LinkRow, toggle: bool | None) -> LinkRow:
    creating = firm.settings.actions_from_canopy.creating
    wanted = creating if toggle is None else toggle
    link = replace(link, choice="on" if wanted else "off")
    if link.status is not LinkStatus.NOT_SYNCED or link.former is not None:
        return link  # a person has been here before the event
    link = replace(link, since=draft.now, actor=draft.cause.actor)
    if toggle is False:
        return replace(link, reason=Reason.LEFT_OUT)
    if not creating:
        return replace(link, reason=Reason.CREATING_IS_OFF)
    if link.client is None or link.client.presence != "present":
        return replace(link, reason=Reason.NEVER_MATCHED)  # archived or deleted before its first event came
    return replace(link, status=LinkStatus.CREATING, reason=None, create_asked_by="rule")
