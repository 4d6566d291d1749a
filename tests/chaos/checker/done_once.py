"""C2: what is to be done outside is done once, and only what the log planned."""

from collections import Counter, defaultdict

from .history import Finding, History
from .log import Log
from .writes import writes


def judge(history: History, log: Log) -> Finding:
    """Count commits a request id, created customers a client, and created clients a customer."""
    found = Finding()
    commits: Counter[tuple[str, str | None]] = Counter()
    created: dict[tuple[str, str, str | None], list[str | None]] = defaultdict(list)
    for write in writes(history, log):
        request = write.request
        found.counts[f"writes: {request.side} {request.status}"] += 1
        if write.effect is None or not write.effect.believed:
            why = "no record" if write.effect is None else "only a record that is not to be believed"
            found.violation(
                "C2",
                "a write reached the other side that the log never planned",
                planned_by=why,
                side=request.side,
                n=request.n,
                path=request.path,
                request_id=request.request_id,
            )
        if not request.committed:
            continue
        commits[request.side, request.request_id] += 1
        if write.creates:
            made = "customer" if request.side == "quickbooks" else "client"
            found.counts[f"{made}s created"] += 1
            # Without an effect there is nobody to count for; the violation above has said so.
            if write.effect is not None:
                whose = write.effect.client if made == "customer" else write.effect.customer
                created[made, request.tenant, whose].append(request.request_id)
    for (side, request_id), times in commits.items():
        if times > 1:
            found.violation(
                "C2",
                "one request was carried out more than once",
                side=side,
                request_id=request_id,
                times=times,
            )
    for (made, tenant, whose), ids in created.items():
        if len(ids) > 1:
            other = "client" if made == "customer" else "customer"
            found.violation(
                "C2", f"a {other}'s {made} was created twice", tenant=tenant, whose=whose, request_ids=ids
            )
    return found
