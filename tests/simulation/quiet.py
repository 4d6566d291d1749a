"""What must hold when nothing is under way any more."""

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.fields import Field, Value
from domain.firm_rows import AllFirmsRow, FirmRow
from domain.ids import FirmId, all_key, customer_key, firm_key, link_key
from domain.limits import in_step, not_taken
from domain.meaning import alike
from domain.rows import CustomerRow, LinkRow, LinkStatus, Row
from domain.snapshots import Client, Customer
from tests.simulation.topics import PARTITIONS

if TYPE_CHECKING:
    from tests.simulation.simulation import Simulation

KEPT_UP = {"list_customers", "list_clients", "check_customers"}
"""What a connected firm always has before it."""
UNDER_WAY = {LinkStatus.UNMATCHING, LinkStatus.MATCHING, LinkStatus.CREATING}


def check_at_rest(company: "Simulation") -> None:
    """Every input is decided, nothing waits for ever, and synced sides are in step or say why not."""
    assert not company.judge.waiting, f"I1: never decided: {sorted(company.judge.waiting)[:3]}"
    hidden = [key for log in company.logs for key in log.hidden()]
    assert not hidden, (
        f"compaction would lose {hidden[0].decode()}: its newest record is one that nobody believes"
    )
    everybody = [company.judge.rows.get(all_key(number)) for number in range(PARTITIONS)]
    if any(isinstance(row, AllFirmsRow) and row.paused is not None for row in everybody):
        return
    for firm, canopy in company.canopy.items():
        _check_firm(company.judge.rows.get(firm_key(firm)))
        if not goes_on(company, firm):
            continue
        for client in canopy.clients.values():
            link = company.judge.rows.get(link_key(firm, client.client_id))
            assert isinstance(link, LinkRow), f"I1: nobody has heard of {client.client_id}"
            _check_link(company, firm, link, client)
        for customer in company.quickbooks[firm].customers.values():
            key = customer_key(firm, customer.customer_id)
            if key in company.judge.merges_heard:
                continue  # it counts as gone, whatever is still shown of it
            row = company.judge.rows.get(key)
            assert isinstance(row, CustomerRow), f"I1: nobody has heard of customer {customer.customer_id}"
            assert row.customer == customer, (
                f"I1: what happened to customer {customer.customer_id} was not read"
            )


def _check_firm(row: Row | None) -> None:
    """A firm that is connected is kept in step: both sides were listed, and all that it still has to do has its time."""
    connection = row.connection if isinstance(row, FirmRow) else None
    if not isinstance(row, FirmRow) or connection is None or connection.asleep_since is not None:
        return
    assert row.is_connected, (
        f"{row.key} is connected, and lets go of the links of {connection.replaces} for ever"
    )
    if row.paused is not None or connection.reauthorise_since is not None:
        return
    listed = connection.customers_listed and connection.clients_listed
    assert listed, f"{row.key} is connected, and never listed"
    assert not connection.back, f"{row.key} is connected again, and never compared"
    assert {effect.kind for effect in row.pending} == KEPT_UP, f"{row.key} does not look after its links"
    for effect in row.pending:
        assert getattr(effect, "not_before", None), f"{effect.kind} of {row.key} stands still"


def goes_on(company: "Simulation", firm: FirmId) -> bool:
    """Say whether a firm is kept in step now, with the company in which its people work."""
    row = company.judge.rows.get(firm_key(firm))
    if not isinstance(row, FirmRow) or row.paused is not None or not row.is_connected:
        return False
    connection = row.connection
    return (
        connection is not None
        and connection.reauthorise_since is None
        and connection.realm_id == company.quickbooks[firm].realm
    )


def _check_link(company: "Simulation", firm: FirmId, link: LinkRow, client: Client) -> None:
    assert link.client is not None
    assert _as_heard(company, link, link.client, client) == client, (
        f"I1: what happened to {link.client_id} in Canopy was not heard"
    )
    assert not link.pending, f"{link.key} waits for ever"
    assert link.status not in UNDER_WAY or link.pending, f"{link.key} stays {link.status}"
    if link.customer_id is None:
        return
    customer = company.quickbooks[firm].customers.get(link.customer_id)
    assert customer is not None, f"I1: {link.key} is linked with a customer that is gone"
    if customer.customer_id in company.quickbooks[firm].merged:
        _check_merged(company, link, client, customer)
    if client.presence == "present" and customer.active:
        _check_in_step(company, link, client, customer)


def _as_heard(company: "Simulation", link: LinkRow, held: Client, client: Client) -> Client:
    """What we hold of a client, but for what nobody can know where Canopy restored a backup."""
    if link.key not in company.judge.went_back:
        return held
    if client.presence == held.presence == "deleted":
        return client  # what it held in the end can be read nowhere, and its event has a version that counted before
    return replace(held, changed_at=client.changed_at)


def _check_merged(company: "Simulation", link: LinkRow, client: Client, customer: Customer) -> None:
    """A link leaves a customer that went into another once we hear of it; unheard, it is just an inactive one.

    An archived client's sleeps where another client has the survivor: nobody is asked who keeps it before it is there again.
    """
    heard = customer_key(link.firm_id, customer.customer_id) in company.judge.merges_heard
    asked = link.problem is not None and link.problem.code == "customers_merged"
    sleeps = client.presence == "archived" and link.problem is None
    assert asked or sleeps or not heard, (
        f"{link.key} stays with customer {customer.customer_id}, which went into another"
    )
    if not heard:
        company.left_behind.add((link.key, customer.customer_id))


def _check_in_step(company: "Simulation", link: LinkRow, client: Client, customer: Customer) -> None:
    problem = link.problem
    if problem is not None and (not problem.fields or problem.resume != "synced"):
        return
    excused = {*link.held.to_quickbooks, *link.held.to_canopy, *(problem.fields if problem else ())}
    if problem is not None and problem.code != "both_changed":
        # Asked about once this problem is settled: a person sees one at a time.
        excused |= {field for field, at in link.changed_at.items() if at.client and at.customer}
    if problem is not None:
        excused |= set(not_taken("quickbooks", client.values))
    for field in Field:
        ours, theirs = client.values.get(field), customer.values.get(field)
        left_apart = (
            alike(field, ours, in_canopy) and alike(field, theirs, in_quickbooks)
            for in_canopy, in_quickbooks in company.judge.left_apart[link.key, field]
        )
        assert field in excused or _in_step(ours, theirs, link, field) or any(left_apart), (
            f"I5: {field} of {link.key} is out of step: {ours!r} in Canopy, {theirs!r} in QuickBooks"
        )


def _in_step(ours: Value, theirs: Value, link: LinkRow, field: Field) -> bool:
    """The same to people, or kept at a match because Canopy's was empty."""
    if in_step(field, ours, theirs):
        return True
    pair = link.agreed.get(field)
    return ours is None and pair is not None and pair.client is None and pair.customer == theirs
