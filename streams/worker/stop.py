"""How a stopped partition is met and told of (`domain/stops.py` says what it is)."""

import structlog

from domain.stops import Stop
from streams.wire.meters import PARTITIONS_STOPPED

log = structlog.get_logger(__name__)


class PartitionStoppedError(Exception):
    """Nothing of this partition may be decided, acknowledged or sent."""

    def __init__(self, stop: Stop) -> None:
        super().__init__(
            f"partition {stop.partition} of sync.log can't be read at offset {stop.offset}: {stop.detail}. "
            f"{stop.what_to_do}"
        )
        self.stop = stop


def tell(stop: Stop) -> None:
    """Say to those who read logs and metrics that a partition stands still."""
    PARTITIONS_STOPPED.labels(str(stop.partition), stop.reason.value).set(1)
    log.error(
        "partition_stopped",
        partition=stop.partition,
        offset=stop.offset,
        reason=stop.reason.value,
        detail=stop.detail,
        what_to_do=stop.what_to_do,
    )


def forget(stop: Stop) -> None:
    """Take it back: the partition is read again, or is somebody else's by now."""
    PARTITIONS_STOPPED.labels(str(stop.partition), stop.reason.value).set(0)
