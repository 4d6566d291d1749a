"""Work over all links of a firm, in steps, so that a switch over ten thousand links stalls nobody."""

from typing import Literal

from domain.apply.arrivals import settle_arrivals
from domain.apply.held import push
from domain.apply.unmatching import let_go
from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.effects import FirmWork, ListClients, ListCustomers, PlanLinks
from domain.firm_rows import FirmRow
from domain.ids import ClientId
from domain.plan import plan, plan_again
from domain.remembered import Held
from domain.replacing import replace
from domain.rows import CustomerRow, LinkRow

LINKS_A_STEP = 200
"""How many links one decision plans again: few enough not to hold up the partition."""

CHARACTERS_A_STEP = 60_000
"""And at most so much text of theirs: it stands in a row up to four times, and a decision must fit into the log."""

BEHIND_ALL_LINKS = "\U0010ffff"

Doing = Literal["plan", "release", "let_go", "forget"]


def first_listings(draft: Draft, firm: FirmRow) -> tuple[FirmWork, ...]:
    """Ask for all of both sides."""
    return (
        ListCustomers(id=draft.effect_id(firm.key, "list_customers")),
        ListClients(id=draft.effect_id(firm.key, "list_clients")),
    )


def plan_links(draft: Draft, firm: FirmRow, doing: Doing = "plan", after: str | None = None) -> FirmRow:
    """Let all links behind `after` be gone through; of two that do the same, the later one goes through them all."""
    rest = tuple(e for e in firm.pending if not isinstance(e, PlanLinks) or e.doing != doing)
    step = PlanLinks(id=draft.effect_id(firm.key, f"{doing}_links"), after=after, doing=doing)
    return replace(firm, pending=(*rest, step))


def take_step(draft: Draft, firm: FirmRow, done: PlanLinks) -> Decision:
    """Do the next part of it."""
    firm = replace(firm, pending=tuple(effect for effect in firm.pending if effect.id != done.id))
    forgets = done.doing == "forget"
    last = _forget_customers(draft, firm, done.after) if forgets else _go_through(draft, firm, done)
    more = last is not None
    draft.put(plan_links(draft, firm, done.doing, last) if more else _after_all(draft, firm, done))
    return draft.decide(Verdict.APPLIED, "links_planned", firm)


def _go_through(draft: Draft, firm: FirmRow, done: PlanLinks) -> str | None:
    """Do it to the next links; gives the last one, if there may be more."""
    clients = draft.clients_after(firm.firm_id, done.after, LINKS_A_STEP)
    characters = 0
    for client in clients:
        _do(draft, firm, done, client)
        characters += _characters(draft.link(firm.firm_id, client))
        if characters > CHARACTERS_A_STEP:
            return client
    return clients[-1] if len(clients) == LINKS_A_STEP else None


def _characters(link: LinkRow | None) -> int:
    """Count the most that its row carries at once: of the client's values, or of those that are or were agreed."""
    if link is None:
        return 0
    values = link.client.values.values() if link.client is not None else ()
    former = link.former.agreed if link.former is not None else {}
    agreed = (
        (value for pair in each.values() for value in (pair.client, pair.customer))
        for each in (link.agreed, former)
    )
    return max(sum(len(str(value)) for value in some if value is not None) for some in (values, *agreed))


def _do(draft: Draft, firm: FirmRow, done: PlanLinks, client: ClientId) -> None:
    link = draft.link(firm.firm_id, client)
    if link is None:
        return
    match done.doing:
        case "let_go":
            draft.put(let_go(draft, link, firm.company_of_links))
        case "release":
            if link.held != Held():
                plan(draft, replace(push(link), written_at=()))
        case _:
            plan_again(draft, firm, link)


def _after_all(draft: Draft, firm: FirmRow, done: PlanLinks) -> FirmRow:
    """Go on to what had to wait until all links were gone through."""
    connection = firm.connection
    if connection is None:
        return firm
    if done.doing == "let_go":
        return plan_links(draft, firm, "forget")
    if done.doing == "forget":
        firm = replace(firm, connection=replace(connection, replaces=None))
        if connection.asleep_since is not None:
            return firm  # listed when it is connected again
        return replace(firm, pending=(*firm.pending, *first_listings(draft, firm)))
    if done.doing == "plan":
        if connection.back and connection.customers_listed and connection.clients_listed:
            # What drifted while it was disconnected is compared and held by now.
            firm = replace(firm, connection=replace(connection, back=False))
        draft.put(firm)
        if settle_arrivals(draft, firm):
            return plan_links(
                draft, firm, "plan", BEHIND_ALL_LINKS
            )  # perhaps more than fit into one decision
    return firm


def _forget_customers(draft: Draft, firm: FirmRow, after: str | None) -> str | None:
    """Take what was known of another company's customers away: the new one gives the same ids to others."""
    customers = draft.customers_after(firm.firm_id, after, LINKS_A_STEP)
    for customer in customers:
        draft.put(CustomerRow(firm_id=firm.firm_id, customer_id=customer))
    return customers[-1] if len(customers) == LINKS_A_STEP else None
