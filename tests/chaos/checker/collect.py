"""Brings together what a run left behind: topics from Kafka, ledgers and contents from the stand-ins.

Topics are read from their first offset to the end that they have at the start of the reading, by position, so that
markers and holes don't end it early. A checker that reads too little reports losses that never were.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import aiohttp
from aiokafka import AIOKafkaConsumer, TopicPartition

from .history import DEAD_LETTERS, INPUTS, LOG, History, Message, Request

CUSTOMERS_A_PAGE = 1000
CLIENTS_A_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where a run took place. `tenants`: realm by firm; the tokens open the stand-ins' own APIs, for reading."""

    bootstrap: str
    quickbooks: str
    quickbooks_token: str
    canopy: str
    canopy_token: str
    tenants: Mapping[str, str]


async def collect(places: Places, woken: Sequence[float]) -> History:
    """Read everything.

    Raises:
        aiohttp.ClientResponseError: a stand-in refuses to show what it holds.
        aiokafka.errors.KafkaError: the broker is away.
    """
    topics = await read_topics(places.bootstrap, (LOG, DEAD_LETTERS, *INPUTS))
    async with aiohttp.ClientSession(raise_for_status=True) as http:
        # Before the contents: reading those through the APIs makes entries of its own.
        requests = (
            *await read_ledger(http, places.quickbooks, "quickbooks"),
            *await read_ledger(http, places.canopy, "canopy"),
        )
        return History(
            log=tuple(topics[LOG]),
            dead_letters=tuple(topics[DEAD_LETTERS]),
            inputs=tuple(message for topic in INPUTS for message in topics[topic]),
            requests=requests,
            customers=await _customers(http, places),
            clients=await _clients(http, places),
            woken=tuple(woken),
        )


async def read_topics(bootstrap: str, topics: Sequence[str]) -> dict[str, list[Message]]:
    """Read whole topics, outside any consumer group."""
    found: dict[str, list[Message]] = {topic: [] for topic in topics}
    consumer = AIOKafkaConsumer(
        *topics,
        bootstrap_servers=bootstrap,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        partitions = [TopicPartition(t, p) for t in topics for p in consumer.partitions_for_topic(t) or ()]
        ends = await consumer.end_offsets(partitions)
        unread = {partition for partition, end in ends.items() if end}
        while unread:
            for messages in (await consumer.getmany(timeout_ms=300)).values():
                for each in messages:
                    if each.offset < ends[TopicPartition(each.topic, each.partition)]:
                        found[each.topic].append(_message(each))
            unread = {
                partition for partition in unread if await consumer.position(partition) < ends[partition]
            }
    finally:
        await consumer.stop()
    return found


def _message(record: Any) -> Message:
    return Message(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        time=record.timestamp,
        key=None if record.key is None else record.key.decode(errors="replace"),
        value=record.value,
        headers={name: value.decode(errors="replace") for name, value in record.headers},
    )


async def read_ledger(
    http: aiohttp.ClientSession, address: str, side: Literal["quickbooks", "canopy"], since: int = 0
) -> list[Request]:
    """Read the entries of a stand-in's ledger after number `since`, oldest first."""
    async with http.get(f"{address}/_control/ledger", params={"since": since}) as answer:
        return [
            Request(
                side=side,
                n=entry["n"],
                time=datetime.fromisoformat(entry["time"]).timestamp() * 1000,
                tenant=entry["tenant"] or "",
                method=entry["method"],
                path=entry["path"],
                request_id=entry["request_id"],
                body=entry["body"],
                status=entry["status"],
                committed=entry["committed"],
            )
            for entry in await answer.json()
        ]


async def _customers(http: aiohttp.ClientSession, places: Places) -> dict[tuple[str, str], dict[str, Any]]:
    """Read all customers by QuickBooks' query language, a thousand at a time (Intuit's most)."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    headers = {"Authorization": f"Bearer {places.quickbooks_token}", "Accept": "application/json"}
    for realm in places.tenants.values():
        start, page = 1, CUSTOMERS_A_PAGE
        while page == CUSTOMERS_A_PAGE:
            where = "where Active in (true, false) orderby Id"
            pages = f"startposition {start} maxresults {CUSTOMERS_A_PAGE}"
            # QuickBooks' query language, and nothing in it comes from outside.
            statement = f"select * from Customer {where} {pages}"  # noqa: S608
            address = f"{places.quickbooks}/v3/company/{realm}/query"
            async with http.get(address, params={"query": statement}, headers=headers) as answer:
                rows = (await answer.json())["QueryResponse"].get("Customer", [])
            found |= {(realm, row["Id"]): row for row in rows}
            page = len(rows)
            start += page
    return found


async def _clients(http: aiohttp.ClientSession, places: Places) -> dict[tuple[str, str], dict[str, Any]]:
    """Read all clients by Canopy's list."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    headers = {"Authorization": f"Bearer {places.canopy_token}"}
    for firm in places.tenants:
        query: dict[str, str] | None = {"limit": str(CLIENTS_A_PAGE)}
        while query is not None:
            async with http.get(
                f"{places.canopy}/v1/firms/{firm}/clients", params=query, headers=headers
            ) as answer:
                page = await answer.json()
            found |= {(firm, row["client_id"]): row for row in page["clients"]}
            cursor = page["cursor"]
            query = None if cursor is None else {"limit": str(CLIENTS_A_PAGE), "cursor": cursor}
    return found
