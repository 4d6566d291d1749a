"""A firm connects its QuickBooks company, disconnects it, and connects it or another one again.

No link is thrown away: while a company is disconnected its links stand still, which is read from the firm's row.
"""

from domain.apply.deferrals import let_in_again
from domain.apply.steps import first_listings, plan_links
from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.effects import PlanLinks
from domain.firm_rows import Connection, FirmRow
from domain.inputs import Connect
from domain.remembered import Heard
from domain.replacing import replace


def connect(draft: Draft, firm: FirmRow, intent: Connect) -> Decision:
    """Begin to keep a firm in step: list both sides; nothing that the listing finds is created or matched."""
    connection = firm.connection
    if connection is None:
        return _begin(draft, firm, intent)
    if connection.realm_id == intent.realm_id:
        if connection.asleep_since is not None:
            return _connect_again(draft, firm, connection)
        if connection.reauthorise_since is not None:
            firm = let_in_again(draft, firm, connection)
            return draft.decide(Verdict.APPLIED, "reauthorised", firm)
        return draft.decide(Verdict.SKIPPED, "already_connected", firm)
    if connection.asleep_since is None or not intent.replaces:
        # Another company than before is asked about first: the links with this one would be let go.
        draft.put(firm)
        return draft.decide(Verdict.REFUSED, "other_realm_connected", firm, realm_id=connection.realm_id)
    return _replace(draft, firm, connection, intent)


def disconnect(draft: Draft, firm: FirmRow) -> Decision:
    """Leave the links as they are; a write that has not started is withdrawn, and nothing new starts from here on."""
    connection = firm.connection
    if connection is None or connection.asleep_since is not None:
        draft.put(firm)
        return draft.decide(Verdict.REFUSED, "not_connected", firm)
    connection = replace(
        connection, asleep_since=draft.now, asleep_by=draft.cause.actor, reauthorise_since=None, back=False
    )
    firm = replace(firm, connection=connection, pending=_letting_go(firm))
    draft.put(plan_links(draft, firm))
    return draft.decide(Verdict.APPLIED, "disconnect", firm)


def _letting_go(firm: FirmRow) -> tuple[PlanLinks, ...]:
    """Name the steps that take apart what belongs to a company before: they ask nothing of QuickBooks, and go on."""
    steps = (effect for effect in firm.pending if isinstance(effect, PlanLinks))
    return tuple(step for step in steps if step.doing in ("let_go", "forget"))


def _begin(draft: Draft, firm: FirmRow, intent: Connect) -> Decision:
    connection = Connection(realm_id=intent.realm_id, connected_at=draft.now, connected_by=draft.cause.actor)
    draft.put(replace(firm, connection=connection, pending=first_listings(draft, firm)))
    return draft.decide(Verdict.APPLIED, "connect", firm)


def _connect_again(draft: Draft, firm: FirmRow, connection: Connection) -> Decision:
    """List both sides again: what drifted meanwhile is held, until a person has seen it.

    While the links with the company before are still being let go, that goes on, and the listing comes after it.
    """
    lets_go = connection.replaces is not None
    connected = replace(
        connection,
        connected_at=draft.now,
        connected_by=draft.cause.actor,
        customers_listed=False,
        clients_listed=False,
        asleep_since=None,
        asleep_by=None,
        back=not lets_go,
    )
    steps = tuple(effect for effect in firm.pending if isinstance(effect, PlanLinks))
    listings = () if lets_go else first_listings(draft, firm)
    firm = replace(firm, connection=connected, pending=(*steps, *listings))
    if lets_go and not _letting_go(firm):
        firm = plan_links(draft, firm, "let_go")  # a row of before such steps outlived a disconnect
    draft.put(firm)
    return draft.decide(Verdict.APPLIED, "connect", firm)


def _replace(draft: Draft, firm: FirmRow, before: Connection, intent: Connect) -> Decision:
    """Let go of all links with the company before, and only then list the new one, whose ids are others'.

    Where the company before is itself new, and its own predecessor's links are not all let go, they are still of that one.
    """
    connection = Connection(
        realm_id=intent.realm_id,
        connected_at=draft.now,
        connected_by=draft.cause.actor,
        replaces=before.replaces or before.realm_id,
    )
    firm = replace(firm, connection=connection, pending=(), heard=Heard())
    draft.put(plan_links(draft, firm, "let_go"))
    return draft.decide(Verdict.APPLIED, "connect", firm)
