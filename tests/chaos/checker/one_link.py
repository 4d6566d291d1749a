"""C3: at every prefix of the log, a customer has one link at most."""

from .history import Finding, History
from .log import LinkKey, Log

LINKED = frozenset({"matching", "synced", "needs_attention"})


def judge(_: History, log: Log) -> Finding:
    """Fold the log decision by decision, and look whose customer each one is."""
    found = Finding()
    holder: dict[tuple[str, str], LinkKey] = {}
    customer_of: dict[LinkKey, tuple[str, str]] = {}
    for step in log.steps:
        links = [(record, record.link) for record in step if record.link is not None]
        # A decision is one step, in whatever order its rows stand: all let go first, then all take.
        for _record, link in links:
            before = customer_of.pop(link, None)
            if before is not None and holder.get(before) == link:
                del holder[before]
        for record, link in links:
            customer_id = record.row["customer_id"]
            if record.row["status"] not in LINKED or customer_id is None:
                continue
            customer = (record.row["firm_id"], customer_id)
            other = holder.get(customer)
            if other is not None:
                found.violation(
                    "C3",
                    "a customer has two links",
                    at=f"sync.log/{record.partition}/{record.offset}",
                    firm=customer[0],
                    customer=customer_id,
                    clients=[other[1], link[1]],
                )
            found.counts["times a link held a customer"] += 1
            holder[customer] = link
            customer_of[link] = customer
    return found
