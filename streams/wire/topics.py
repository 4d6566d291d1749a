"""Our topics as data: their names, and the settings that the engine's promises rest on.

All have one partition count, which is fixed for life: a firm's records lie in the partition of its id, and the
engine keeps partition p of every topic on one worker. `streams.kafka.topic_check` compares this table with a cluster.
"""

from dataclasses import dataclass
from typing import Literal

CLIENT_EVENTS = "canopy.client-events"
NOTIFICATIONS = "qbo.notifications"
INTENTS = "sync.intents"
OUTCOMES = "sync.outcomes"
LOG = "sync.log"
DEAD_LETTERS = "sync.dead-letters"

INPUTS = (CLIENT_EVENTS, NOTIFICATIONS, INTENTS, OUTCOMES)

MAX_VALUE_BYTES = 1024 * 1024
# A broker measures the whole batch: beside the value there are key, headers and framing.
INPUT_MAX_MESSAGE_BYTES = MAX_VALUE_BYTES + 64 * 1024
# A dead letter is the original, whole, and the reason for it in headers; a log record is a row and its cause.
LARGE_MAX_MESSAGE_BYTES = 2 * 1024 * 1024

_DAY_MS = 24 * 60 * 60 * 1000
RETENTION_MS = 90 * _DAY_MS
COMPACTED_WITHIN_MS = 7 * _DAY_MS
"""After a record may be compacted away it is within these: what was erased is not to lie there for good."""


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """One topic. Times are in milliseconds; None leaves a setting to the cluster, and it is not checked.

    `max_compaction_lag_ms` is set on creating and not checked: the engine works without, and only erasing relies on it.
    """

    name: str
    cleanup_policy: Literal["delete", "compact"]
    max_message_bytes: int
    retention_ms: int | None = None
    min_compaction_lag_ms: int | None = None
    max_compaction_lag_ms: int | None = None
    timestamp_type: Literal["CreateTime", "LogAppendTime"] | None = None

    def configs(self, replication: int) -> dict[str, str]:
        """Kafka's names and values, with what follows from `replication` (copies of each partition)."""
        wanted = {
            "cleanup.policy": self.cleanup_policy,
            "max.message.bytes": self.max_message_bytes,
            "retention.ms": self.retention_ms,
            "min.compaction.lag.ms": self.min_compaction_lag_ms,
            "message.timestamp.type": self.timestamp_type,
            # All but one: a record that was acknowledged outlives any one broker, and one may be away.
            "min.insync.replicas": max(1, replication - 1),
            # A leader that missed acknowledged records would lose them for everyone.
            "unclean.leader.election.enable": "false",
        }
        return {name: str(value) for name, value in wanted.items() if value is not None}

    def configs_of_a_new_one(self, replication: int) -> dict[str, str]:
        """Kafka's names and values for creating it."""
        lag = self.max_compaction_lag_ms
        return self.configs(replication) | ({"max.compaction.lag.ms": str(lag)} if lag is not None else {})


def topic_specs(history_days: int, prefix: str = "") -> tuple[TopicSpec, ...]:
    """All our topics.

    `history_days` is how long every decision can be read from the log itself. `prefix` sets apart sets of topics
    that share a cluster.
    """
    inputs = (
        TopicSpec(prefix + name, "delete", INPUT_MAX_MESSAGE_BYTES, retention_ms=RETENTION_MS)
        for name in INPUTS
    )
    log = TopicSpec(
        prefix + LOG,
        "compact",
        LARGE_MAX_MESSAGE_BYTES,
        min_compaction_lag_ms=history_days * _DAY_MS,
        max_compaction_lag_ms=history_days * _DAY_MS + COMPACTED_WITHIN_MS,
        # The lag counts from the record's time, so that has to be the broker's: older stamps are compacted at once.
        timestamp_type="LogAppendTime",
    )
    dead_letters = TopicSpec(
        prefix + DEAD_LETTERS, "delete", LARGE_MAX_MESSAGE_BYTES, retention_ms=RETENTION_MS
    )
    return (*inputs, log, dead_letters)
