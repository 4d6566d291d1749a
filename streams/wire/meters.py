"""What a process counts and times on Kafka's side. Labels are our own words and numbers, never ids or values.

Collectors are Prometheus' own, one set a process, since a counter must outlive the parts that count. What each one means
for an operator stands in docs/operations.md.
"""

from collections.abc import Sequence

from prometheus_client import Counter, Gauge, Histogram

from domain.decision import Decision
from domain.echo import echo_in
from domain.inputs import Cause, Input
from domain.obstacles import Obstacle
from domain.rows import Row

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_PATIENT = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)

INPUTS_WAITING = Gauge(
    "client_sync_inputs_waiting",
    "Inputs of a partition that this worker owns and has not committed, as the watchdog last saw.",
    ["topic", "partition"],
)
PARTITIONS = Gauge("client_sync_partitions", "Partitions that this worker works on.")
PARTITIONS_STOPPED = Gauge(
    "client_sync_partitions_stopped",
    "1 for a partition of the log that is not read on, because it holds what can't be read.",
    ["partition", "reason"],
)
NOT_REPAIRED = Counter(
    "client_sync_strange_records",
    "Disbelieved records under a key that names no row, so that nothing is put right.",
)
DECISIONS = Counter("client_sync_decisions", "Decisions in the log.", ["verdict", "code"])
UNRECORDED = Counter(
    "client_sync_inputs_unrecorded",
    "Inputs that left no record: decided before, or of a firm that was never connected.",
    ["why"],
)
PASSED_OVER = Counter(
    "client_sync_inputs_passed_over",
    "Inputs that the group's offset had passed over undecided, and that were read beside it.",
    ["topic"],
)
ECHOES = Counter(
    "client_sync_echoes_absorbed", "Inputs that only told of our own writes, and asked for nothing.", ["how"]
)
APPEND_SECONDS = Histogram(
    "client_sync_append_seconds", "From handing a decision to Kafka to its acknowledgement.", buckets=_QUICK
)
DISBELIEVED = Counter(
    "client_sync_appends_disbelieved", "Appends that landed elsewhere than claimed, and were decided again."
)
FOLD_SECONDS = Histogram(
    "client_sync_fold_seconds", "One catch-up with the log to its end.", buckets=_PATIENT
)
ROWS_FOLDED = Counter("client_sync_rows_folded", "Records of the log that catch-ups took in.")
DEAD_LETTERS = Counter("client_sync_dead_letters", "Messages parked.", ["reason"])
LANES = Gauge("client_sync_lanes", "Rows whose work outside is being carried out.")
EFFECTS = Counter("client_sync_effects", "Effects whose outcome was reported.", ["kind", "outcome"])
DEFERRED = Counter(
    "client_sync_effects_deferred", "Tries that settled nothing and will be made again.", ["kind", "why"]
)
INPUT_TO_DOOR = Histogram(
    "client_sync_input_to_door_seconds",
    "From Kafka's stamp of the input that asked for something to the moment its first request leaves.",
    ["kind"],
    buckets=_PATIENT,
)
QUICKBOOKS_WAIT = Histogram(
    "client_sync_pacer_wait_seconds", "Wait for a turn at a QuickBooks company.", buckets=_PATIENT
)
CANOPY_WAIT = Histogram(
    "client_sync_canopy_wait_seconds", "Wait for a turn at Canopy, of one firm's requests.", buckets=_PATIENT
)
QUICKBOOKS_CLOSED = Gauge(
    "client_sync_quickbooks_closed",
    "QuickBooks companies that are asked nothing now, or only whether they answer again.",
    ["why"],
)
CANOPY_CLOSED = Gauge(
    "client_sync_canopy_closed",
    "Firms for which Canopy is asked nothing now, or only whether it answers again.",
    ["why"],
)
READS_TOGETHER = Histogram(
    "client_sync_reads_together",
    "Customers that one request read.",
    buckets=(1, 2, 5, 10, 25, 50, 100),
)
CHANGES_TOGETHER = Histogram(
    "client_sync_changes_together",
    "Changes of customers that one request carried.",
    buckets=(1, 2, 5, 10, 15, 20, 25, 30),
)


def count_decision(given: Input, cause: Cause, decision: Decision, before: Sequence[Row | None]) -> None:
    """Count a decision that is in the log. `before`: its rows as they stood."""
    DECISIONS.labels(decision.verdict.value, decision.code).inc()
    echo = echo_in(given, cause, decision, before)
    if echo is not None:
        ECHOES.labels(echo).inc()


def count_deferred(kind: str, why: Obstacle) -> None:
    """Count a try that settled nothing."""
    DEFERRED.labels(kind, why.value).inc()
