"""C0: a partition of the log is one line of decisions, whole from its beginning.

The other rules read the log from its first record, so a hole would make them blind, and what was once read of it must
be there in the end. And each row's versions follow
each other: a decision made on a row that nobody believes shows here.
"""

from .history import Finding, History
from .log import Log


def judge(history: History, log: Log) -> Finding:
    """Count records; find holes, a lost end, and rows that jump."""
    found = Finding()
    found.counts["records believed"] = len(log.records)
    found.counts["records disbelieved"] = len(log.disbelieved)
    for hole in log.holes:
        found.violation("C0", "the log does not go back to its first record", where=hole)
    _is_as_long_as_it_was(history, found)
    versions: dict[str, int] = {}
    for record in log.records:
        before = versions.get(record.key, 0)
        # A repair writes a row again as it was; where there was none, it says so.
        follows = (
            record.version in (before, before + 1) if record.input is None else record.version == before + 1
        )
        if not follows:
            found.violation(
                "C0",
                "a row was decided on another state than the one before it",
                at=f"sync.log/{record.partition}/{record.offset}",
                row=record.key,
                version=record.version,
                version_before=before,
            )
        versions[record.key] = record.version
        found.counts["repairs"] += record.input is None
    return found


def _is_as_long_as_it_was(history: History, found: Finding) -> None:
    ends: dict[int, int] = {}
    for message in history.log:
        ends[message.partition] = max(message.offset + 1, ends.get(message.partition, 0))
    for partition, seen in history.ends.items():
        if ends.get(partition, 0) < seen:
            found.violation("C0", "the log is shorter than it was", partition=partition, seen=seen)
