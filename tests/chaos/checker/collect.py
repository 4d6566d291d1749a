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


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where a run took place. `tenants`: realm by firm."""

    bootstrap: str
    quickbooks: str
    canopy: str
    tenants: Mapping[str, str]


async def collect(places: Places) -> History:
    """Read everything that the parts themselves can tell.

    Raises:
        aiohttp.ClientResponseError: a stand-in refuses to show what it holds.
        aiokafka.errors.KafkaError: the broker is away.
    """
    topics = await read_topics(places.bootstrap, (LOG, DEAD_LETTERS, *INPUTS))
    async with aiohttp.ClientSession(raise_for_status=True) as http:
        return History(
            log=tuple(topics[LOG]),
            dead_letters=tuple(topics[DEAD_LETTERS]),
            inputs=tuple(message for topic in INPUTS for message in topics[topic]),
            requests=(
                *await read_ledger(http, places.quickbooks, "quickbooks"),
                *await read_ledger(http, places.canopy, "canopy"),
            ),
            customers=await _customers(http, places),
            clients=await _clients(http, places),
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
                time=_milliseconds(entry["time"]),
                finished=_milliseconds(entry["finished"]) if entry["finished"] else None,
                tenant=entry["tenant"] or "",
                method=entry["method"],
                path=entry["path"],
                request_id=entry["request_id"],
                body=entry["body"],
                status=entry["status"],
                committed=entry["committed"],
                changed=tuple((entry["entity"] or "").split(",")),
            )
            for entry in await answer.json()
        ]


def _milliseconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp() * 1000


async def _customers(http: aiohttp.ClientSession, places: Places) -> dict[tuple[str, str], dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for realm in places.tenants.values():
        async with http.get(f"{places.quickbooks}/_control/realms/{realm}/customers") as answer:
            found |= {(realm, each["Id"]): each for each in (await answer.json())["customers"]}
    return found


async def _clients(http: aiohttp.ClientSession, places: Places) -> dict[tuple[str, str], dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for firm in places.tenants:
        async with http.get(f"{places.canopy}/_control/firms/{firm}/clients") as answer:
            found |= {(firm, each["client_id"]): each for each in (await answer.json())["clients"]}
    return found
