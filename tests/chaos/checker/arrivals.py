"""C8: a customer that a person made in QuickBooks since the connect has become one client in Canopy, and is linked to it."""

from collections import defaultdict

from .history import Finding, History
from .log import Log, Record
from .one_link import LINKED


def judge(history: History, log: Log) -> Finding:
    """Look in the end for the link of each customer that the load made."""
    found = Finding()
    realms = log.realms()
    links: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in log.rows.values():
        if record.link is not None and record.row["status"] in LINKED:
            links[realms.get(record.row["firm_id"], ""), record.row["customer_id"]].append(record)
    for realm, customer in history.arrived:
        found.counts["customers that people made"] += 1
        clients = [record.row["client_id"] for record in links[realm, customer]]
        if len(clients) != 1:
            found.violation(
                "C8", "a new customer is not one client", realm=realm, customer=customer, clients=clients
            )
    return found
