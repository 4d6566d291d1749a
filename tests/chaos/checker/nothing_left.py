"""C6: in the end nothing is pending but the next sweeps, no link is under way, and who needs a person says why."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from .history import Finding, History
from .log import Log

UNDER_WAY = frozenset({"matching", "creating", "unmatching"})


def judge(_: History, log: Log) -> Finding:
    """Look at the last believed record of every row."""
    found = Finding()
    statuses: Counter[str] = Counter()
    for key, record in log.rows.items():
        row = record.row
        at = f"sync.log/{record.partition}/{record.offset}"
        kinds = [effect["kind"] for effect in row.get("pending") or () if not is_sweep(effect)]
        if kinds:
            found.violation("C6", "work is still pending", row=key, effects=kinds, at=at)
        if record.link is None:
            continue
        status, problem = row["status"], row["problem"]
        reason = row["reason"] if status == "not_synced" else problem and problem.get("code")
        statuses[f"links: {status}" + (f" ({reason})" if reason else "")] += 1
        if status in UNDER_WAY:
            found.violation("C6", "a link is still under way", row=key, status=status, at=at)
        if row["waiting"] is not None:
            found.violation("C6", "a link is still waiting", row=key, why=row["waiting"]["why"], at=at)
        if status in {"needs_attention", "not_synced"} and not reason:
            found.violation("C6", "a link does not say why it is not in step", row=key, status=status, at=at)
    found.counts.update(statuses)
    return found


def is_sweep(effect: Mapping[str, Any]) -> bool:
    """Tell a look for what nobody told of, which a firm always has before it, from work."""
    later = effect["kind"] == "check_customers" and effect.get("not_before")
    return bool(effect.get("sweep") or effect.get("since") or later)
