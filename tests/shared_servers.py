"""One Kafka broker and one PostgreSQL server, with a prepared database in it, for all processes that run tests side by side.

The process that hands out the tests has them, since it outlives the others: started when the first test asks, stopped when
all is over. Where one process runs all tests, the fixtures start their own.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from multiprocessing.connection import Client, Listener
from pathlib import Path
from threading import Thread

import pytest

from deploy.kafka.broker import LocalBroker
from deploy.kafka.ports import free_port
from deploy.kafka.settings import BrokerSettings
from tests.integration.postgres import postgres_server
from tests.integration.prepared_database import prepared_postgres

# Fetched once for the whole checkout; `make run` uses the same folder.
JARS = Path(__file__).parents[1] / ".local" / "kafka" / "jars"
END = "end"


@contextmanager
def kafka() -> Iterator[str]:
    """Run a broker until the end of the block; gives its address."""
    with tempfile.TemporaryDirectory(prefix="client-sync-kafka-", ignore_cleanup_errors=True) as folder:
        # The cleaner looks often, for tests that wait for compaction.
        quick = {"log.cleaner.backoff.ms": "200"}
        running = LocalBroker(BrokerSettings(Path(folder), JARS, free_port(), properties=quick))
        try:
            asyncio.run(running.start())
            asyncio.run(running.wait_ready())
            yield running.bootstrap
        finally:
            asyncio.run(running.stop())


Address = str
SERVERS: dict[str, Callable[[Mapping[str, Address]], AbstractContextManager[Address]]] = {
    "kafka": lambda _: kafka(),
    "postgres": lambda _: postgres_server(),
    "prepared": lambda running: prepared_postgres(running["postgres"]),
}
"""How each is started, given the addresses of those that run. The prepared database needs its server."""


class SharedServers:
    """Hands out addresses at `address`, a socket in a folder that is ours alone."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="client-sync-tests-")
        self.address = f"{self._folder}/servers"
        self._listener = Listener(self.address, "AF_UNIX", backlog=64)
        # All servers are started by this one thread: Linux ends a broker with the thread that started it.
        self._serving = Thread(target=self._serve, daemon=True)
        self._serving.start()

    def close(self) -> None:
        """Stop what was started."""
        asked_for(END, self.address)
        self._serving.join()
        self._listener.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _serve(self) -> None:
        running: dict[str, Address] = {}
        with ExitStack() as stack:
            while True:
                with self._listener.accept() as asking:
                    name = asking.recv()
                    if name == END:
                        asking.send("")
                        return
                    try:
                        if name not in running:
                            running[name] = stack.enter_context(SERVERS[name](running))
                        asking.send(running[name])
                    except Exception as error:  # noqa: BLE001 - whoever asked raises it
                        asking.send(error)


def asked_for(name: str, at: str) -> str:
    """Ask for a server's address; it is started if this is the first time. Raises what kept it from starting."""
    with Client(at, "AF_UNIX") as asking:
        asking.send(name)
        answer = asking.recv()
    if isinstance(answer, Exception):
        raise answer
    return str(answer)


@contextmanager
def server(name: str, config: pytest.Config, **running: Address) -> Iterator[Address]:
    """Give a server's address: of the one that all share, or, where one process runs all tests, of its own.

    `running`: the addresses of those that it needs, by name.
    """
    workerinput = getattr(config, "workerinput", None)
    if workerinput is not None:
        yield asked_for(name, workerinput["servers"])
        return
    with SERVERS[name](running) as address:
        yield address
