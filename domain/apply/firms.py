"""A firm connects, changes its settings, and gets its first listings in."""

from dataclasses import replace

from domain.apply.clients import take_client
from domain.apply.customers import see_customer
from domain.apply.intents import remember
from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.effects import FirmWork, ListClients, ListCustomers, PlanLinks
from domain.ids import ClientId
from domain.inputs import ChangeSettings, Connect
from domain.outcomes import ClientsListed, CustomersListed
from domain.plan import plan, plan_again
from domain.rows import Connection, FirmRow, LinkRow, Reason

LINKS_A_STEP = 200
"""How many links one decision plans again: few enough not to hold up the partition."""


def connect(draft: Draft, wish: Connect) -> Decision:
    """Begin to keep a firm in step: list both sides; nothing that the listing finds is created or matched."""
    firm = draft.firm(wish.firm_id) or FirmRow(firm_id=wish.firm_id)
    if wish.intent_id in firm.intents:
        return draft.decide(Verdict.SKIPPED, "repeat", firm)
    if firm.connection is not None:
        if firm.connection.realm_id == wish.realm_id:
            return draft.decide(Verdict.SKIPPED, "already_connected", firm)
        return draft.decide(Verdict.REFUSED, "other_realm_connected", firm)
    firm = replace(
        firm,
        intents=remember(firm.intents, wish.intent_id),
        connection=Connection(realm_id=wish.realm_id, connected_at=draft.now, connected_by=draft.cause.actor),
        pending=(
            ListCustomers(id=draft.effect_id(firm.key, "list_customers")),
            ListClients(id=draft.effect_id(firm.key, "list_clients")),
        ),
    )
    draft.put(firm)
    return draft.decide(Verdict.APPLIED, "connect", firm)


def change_settings(draft: Draft, wish: ChangeSettings) -> Decision:
    """Set the switches; they count from here on, and links with work pending are planned again in steps."""
    firm = draft.firm(wish.firm_id) or FirmRow(firm_id=wish.firm_id)
    if wish.intent_id in firm.intents:
        return draft.decide(Verdict.SKIPPED, "repeat", firm)
    firm = replace(firm, settings=wish.settings, intents=remember(firm.intents, wish.intent_id))
    draft.put(_plan_links(draft, firm, None) if firm.connection is not None else firm)
    return draft.decide(Verdict.APPLIED, "settings", firm)


def customers_listed(draft: Draft, firm: FirmRow, done: FirmWork, page: CustomersListed) -> Decision:
    """Take in one page of customers, and go on to the next."""
    for customer in page.customers:
        see_customer(draft, firm, customer)
    follow = (
        ListCustomers(id=draft.effect_id(firm.key, "list_customers"), cursor=page.cursor)
        if page.cursor
        else None
    )
    return _next_page(draft, firm, done, follow)


def clients_listed(draft: Draft, firm: FirmRow, done: FirmWork, page: ClientsListed) -> Decision:
    """Take in one page of clients, and go on to the next. One whose event is still to come stays open for it."""
    for client in page.clients:
        known = draft.link(firm.firm_id, client.client_id)
        link = known or LinkRow(firm_id=firm.firm_id, client_id=client.client_id, since=draft.now)
        link = take_client(draft, firm, link, client)
        if link.reason is Reason.CHOICE_UNKNOWN:
            link = replace(link, reason=Reason.NEVER_MATCHED)
        plan(draft, link)
    follow = (
        ListClients(id=draft.effect_id(firm.key, "list_clients"), cursor=page.cursor) if page.cursor else None
    )
    return _next_page(draft, firm, done, follow)


def plan_links(draft: Draft, firm: FirmRow, done: PlanLinks) -> Decision:
    """Plan the next links again, as the switches are now."""
    clients = draft.clients_after(firm.firm_id, done.after, LINKS_A_STEP)
    for client in clients:
        link = draft.link(firm.firm_id, client)
        if link is not None and plan_again(draft, firm, link) == link:
            draft.forget(link.key)
    firm = replace(firm, pending=tuple(effect for effect in firm.pending if effect.id != done.id))
    if len(clients) == LINKS_A_STEP:
        firm = _plan_links(draft, firm, clients[-1])
    draft.put(firm)
    return draft.decide(Verdict.APPLIED, "links_planned", firm)


def _next_page(draft: Draft, firm: FirmRow, done: FirmWork, follow: FirmWork | None) -> Decision:
    rest = tuple(effect for effect in firm.pending if effect.id != done.id)
    firm = replace(firm, pending=(*rest, follow) if follow else rest)
    if follow is None and firm.connection is not None:
        if isinstance(done, ListCustomers):
            connection = replace(firm.connection, customers_listed=True)
        else:
            connection = replace(firm.connection, clients_listed=True)
        firm = replace(firm, connection=connection)
        if connection.customers_listed and connection.clients_listed:
            firm = _plan_links(draft, firm, None)
    draft.put(firm)
    return draft.decide(Verdict.APPLIED, "listed", firm)


def _plan_links(draft: Draft, firm: FirmRow, after: ClientId | None) -> FirmRow:
    rest = tuple(effect for effect in firm.pending if not isinstance(effect, PlanLinks))
    step = PlanLinks(id=draft.effect_id(firm.key, "plan_links"), after=after)
    return replace(firm, pending=(*rest, step))
