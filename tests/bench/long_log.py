"""A log of many records of 2 KB, and the database that a gateway would have built from it."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import orjson
from aiokafka import AIOKafkaProducer
from sqlalchemy import create_engine, insert, update

from adapters.canopy.mapping import client_of
from adapters.store.builds import FIRST
from adapters.store.built_tables import built_links, projector_positions, read_build
from adapters.store.database import Database
from adapters.store.kept_tables import history
from adapters.store.preparation import prepare
from adapters.store.projected_rows import columns_of
from adapters.store.row_json import any_row
from domain.ids import FirmId
from streams.kafka.topic_check import create_topics
from streams.wire.inputs import partition_of
from streams.wire.topics import LOG, topic_specs
from tests.bench.content import FIRMS, NOW, PARTITIONS, client, record_of

BATCH = 500
NUMBER, VERSION, AT = 77777777, 66666666, 55555555
"""What stands in a template where a record has its own."""


class LongLog:
    """`records` of `clients` links, edited in turn, over all partitions; each client is linked with a customer of its own."""

    def __init__(self, records: int, clients: int) -> None:
        self._each = records // PARTITIONS
        self._clients = clients // PARTITIONS
        self._templates = {firm: _template(firm) for firm in FIRMS}

    async def write(self, bootstrap: str) -> float:
        """Write it to Kafka; gives the mean weight of a value."""
        await create_topics(bootstrap, topic_specs(35), PARTITIONS)
        producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap, max_batch_size=2_000_000, max_request_size=2_000_000
        )
        await producer.start()
        weight = 0
        for partition in range(PARTITIONS):
            records = self._records(partition)
            while some := list(islice(records, BATCH)):
                batch = producer.create_batch()
                for key, value in some:
                    weight += len(value)
                    if batch.append(key=key.encode(), value=value, timestamp=None) is None:
                        raise RuntimeError(f"{BATCH} records do not fit into one batch")
                await (await producer.send_batch(batch, LOG, partition=partition))
        await producer.stop()
        return weight / (self._each * PARTITIONS)

    async def project(self, file: Path) -> None:
        """Fill the tables, as a projector has that has shown all of it."""
        database = Database(f"sqlite+aiosqlite:///{file}")
        await prepare(database)
        await database.close()
        engine = create_engine(f"sqlite:///{file}")
        for partition in range(PARTITIONS):
            with engine.begin() as connection:
                lines = self._history(partition)
                while some := list(islice(lines, BATCH)):
                    connection.execute(insert(history), some)
                connection.execute(insert(built_links), self._links(partition))
                shown = {"stream": "log", "partition": partition, "next_offset": self._each}
                connection.execute(insert(projector_positions), [shown])
                connection.execute(update(read_build).values(complete=True))
        engine.dispose()

    def _records(self, partition: int) -> Iterator[tuple[str, bytes]]:
        firms = [firm for firm in FIRMS if partition_of(firm, PARTITIONS) == partition]
        for at in range(self._each):
            own = at % self._clients
            firm = firms[own % len(firms)]
            number, version = own * PARTITIONS + partition, at // self._clients + 1
            value = self._templates[firm] % {b"n": number, b"v": version, b"at": at}
            yield f"link/{firm}/c-{number}", value

    def _history(self, partition: int) -> Iterator[dict[str, object]]:
        for at, (key, value) in enumerate(self._records(partition)):
            data = orjson.loads(value)["data"]
            cause, row = data["input"], data["row"]
            yield {
                "partition": partition,
                "offset": at,
                "firm_id": row["firm_id"],
                "row_key": key,
                "version": data["version"],
                "verdict": data["verdict"],
                "code": data["code"],
                "actor": cause["actor"],
                "time": NOW,
                "input_topic": cause["topic"],
                "input_id": cause["id"],
                "changes": [],
                "facts": {},
                "row": orjson.dumps(row).decode(),
            }

    def _links(self, partition: int) -> list[dict[str, object]]:
        newest = dict(self._records(partition))
        rows = {key: orjson.loads(value)["data"]["row"] for key, value in newest.items()}
        found = (any_row(key, orjson.dumps(row).decode()) for key, row in rows.items())
        return [{"build": FIRST, **columns_of(row)} for row in found]


def _template(firm: FirmId) -> bytes:
    seen = client_of(client(NUMBER, 1) | {"version": VERSION, "phone": "(312) 555-0100"}, NOW)
    # No input lies in any topic here, so the log can't say that some are decided.
    value = re.sub(rb'"positions":{[^}]*}', b'"positions":{}', record_of(NUMBER, seen, AT, firm))
    return (
        value.replace(b"%", b"%%")
        .replace(str(NUMBER).encode(), b"%(n)d")
        .replace(str(VERSION).encode(), b"%(v)d")
        .replace(str(AT).encode(), b"%(at)d")
    )
