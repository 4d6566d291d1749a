"""Goes on following the log when Kafka or the database was away, and begins where the tables are."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from aiokafka.errors import KafkaError

from domain.projection import BuiltAgainError, ReadModelWriter, StoreAwayError
from streams.kafka.log_reader import LogReader

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0

log = structlog.get_logger(__name__)


class LogLostError(Exception):
    """The read model shows more than the log holds, or the log has lost what it does not show yet."""


class NoLogError(Exception):
    """The topic is not there (yet)."""


async def where_to_begin(writer: ReadModelWriter, build: int, reader: LogReader) -> dict[int, int]:
    """Give the next offset to apply to a build, for each partition of the log.

    Raises:
        NoLogError: there is none.
        LogLostError: the build shows what is not there.
    """
    partitions = await reader.partitions()
    if not partitions:
        raise NoLogError("there is no sync.log; `client-sync topics create` creates it")
    begins, ends = await reader.begins(partitions), await reader.ends(partitions)
    shown = await writer.positions("log", build)
    for partition, position in shown.items():
        if not begins.get(partition, 0) <= position <= ends.get(partition, 0):
            raise LogLostError(
                f"The read model shows sync.log up to offset {position} of partition {partition}, but the log "
                f"holds {begins.get(partition, 0)} to {ends.get(partition, 0)}. They are not of one system: "
                "use the database that belongs to this Kafka, or an empty one."
            )
    return {partition: shown.get(partition, begins[partition]) for partition in partitions}


async def again_and_again(what: str, follow: Callable[[], Awaitable[None]]) -> None:
    """Begin anew whenever Kafka or the database was away; one line in the log, not one for each try."""
    pause, said = FIRST_PAUSE_SECONDS, False
    while True:
        began = asyncio.get_running_loop().time()
        try:
            await follow()
        except BuiltAgainError:
            continue
        except (KafkaError, StoreAwayError, NoLogError, OSError) as error:
            if asyncio.get_running_loop().time() - began > LONGEST_PAUSE_SECONDS:
                pause, said = FIRST_PAUSE_SECONDS, False
            if not said:
                log.warning("projector_waits", stream=what, error=type(error).__name__, reason=str(error))
                said = True
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
