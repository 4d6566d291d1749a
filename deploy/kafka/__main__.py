"""`python -m deploy.kafka --folder F --port P`: one broker in the foreground, until SIGTERM or Ctrl-C.

Exit codes: 0 stopped when told to, 1 did not start, 2 wrong use, 3 the broker ended by itself, 4 it had to be killed.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog

from deploy.kafka.broker import BrokerError, Ending, LocalBroker
from deploy.kafka.maven import JarError
from deploy.kafka.ports import PortInUseError
from deploy.kafka.settings import BrokerSettings
from deploy.private_files import keep_files_private

DID_NOT_START = 1
ENDED_BY_ITSELF = 3
HAD_TO_BE_KILLED = 4

log = structlog.get_logger(__name__)


async def run(settings: BrokerSettings) -> int:
    """Run one broker until a signal comes or it ends; returns the exit code."""
    told_to_stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told_to_stop.set)
    broker = LocalBroker(settings)
    life = asyncio.create_task(_live(broker))
    stop = asyncio.create_task(told_to_stop.wait())
    await asyncio.wait({life, stop}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    life.cancel()
    (failure,) = await asyncio.gather(life, return_exceptions=True)
    ending = await broker.stop()
    match failure:
        case BrokerError() | JarError() | PortInUseError():
            log.error("kafka_not_started", reason=str(failure))
            return DID_NOT_START
        case asyncio.CancelledError() if ending is Ending.KILLED:
            log.error("kafka_killed", pid=broker.pid)
            return HAD_TO_BE_KILLED
        case asyncio.CancelledError():
            log.info("kafka_stopped", bootstrap=broker.bootstrap)
            return 0
        case Exception():
            raise failure
        case _:
            log.error("kafka_ended", pid=broker.pid, see=str(settings.log_file))
            return ENDED_BY_ITSELF


async def _live(broker: LocalBroker) -> None:
    await broker.start()
    await broker.wait_ready()
    log.info("kafka_ready", bootstrap=broker.bootstrap, pid=broker.pid)
    await broker.ended()


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m deploy.kafka", description="One local Kafka broker.")
    parser.add_argument("--folder", type=Path, required=True, help="its data, settings and log")
    parser.add_argument("--port", type=int, required=True, help="on the loopback address")
    parser.add_argument("--jars", type=Path, default=Path(".local/kafka/jars"), help="shared by all brokers")
    parser.add_argument("--heap-mb", type=int, default=512)
    chosen = parser.parse_args(arguments)
    keep_files_private()
    return asyncio.run(run(BrokerSettings(chosen.folder, chosen.jars, chosen.port, heap_mb=chosen.heap_mb)))


if __name__ == "__main__":
    sys.exit(main())
