"""Opens a worker's ports on Kafka, and closes them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from streams.kafka.acknowledged_producer import AcknowledgedProducer
from streams.kafka.answers_ahead import AnswersAhead
from streams.kafka.continuity import Continuity
from streams.kafka.dead_letters import DeadLetterWriter
from streams.kafka.log_reader import FOLDING_WAITS_MS, LogReader
from streams.kafka.log_writer import LogWriter
from streams.kafka.outcome_writer import OutcomeWriter
from streams.kafka.servers import Servers
from streams.wire.inputs import ReadClient
from streams.wire.topics import INPUTS, LOG, OUTCOMES
from streams.worker.assembly import Ports
from streams.worker.checkpoint_files import CheckpointFiles
from streams.worker.partition_context import Outside
from streams.worker.ports import Outcomes

OUTCOME_SECONDS = 10.0
"""After these a producer says that Kafka is away; whoever writes an outcome tries again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Where a worker's topics are. `prefix`: before their names. `group`: of the workers. `folder`: for checkpoints.

    `append_seconds`: after these an append that was not answered ends the worker.
    """

    bootstrap: Servers
    group: str
    folder: Path
    append_seconds: float
    prefix: str = ""


@asynccontextmanager
async def kafka_ports(
    cluster: Cluster, read_client: ReadClient, outside: Callable[[Outcomes], Outside]
) -> AsyncIterator[Ports]:
    """Open the ports. `outside`: makes the two sides, given where to report what came of an effect."""
    bootstrap, prefix = cluster.bootstrap, cluster.prefix
    reader = LogReader(bootstrap, prefix + LOG, FOLDING_WAITS_MS)
    writer = LogWriter(bootstrap, prefix + LOG, bound_seconds=cluster.append_seconds)
    producer = AcknowledgedProducer(bootstrap, OUTCOME_SECONDS)
    checkpoints = CheckpointFiles(cluster.folder, f"{bootstrap}/{prefix}{LOG}")
    try:
        await reader.__aenter__()
        await writer.start()
        yield Ports(
            log=reader,
            appends=writer,
            checkpoints=checkpoints,
            dead_letters=DeadLetterWriter(producer, prefix),
            continuity=Continuity(bootstrap, cluster.group, [prefix + name for name in INPUTS]),
            answers_ahead=AnswersAhead(bootstrap, prefix + OUTCOMES),
            read_client=read_client,
            outside=outside(OutcomeWriter(producer, prefix)),
        )
    finally:
        await asyncio.gather(
            reader.__aexit__(None, None, None), writer.stop(), producer.stop(), checkpoints.close()
        )
