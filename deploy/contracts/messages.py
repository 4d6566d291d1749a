"""Every kind of message on our topics: who writes it, what its data is, and the code that reads it.

A new intent, or a new outcome, appears here by itself; a new topic is added here.
"""

from dataclasses import dataclass
from functools import cache

from pydantic import TypeAdapter
from pydantic_core import CoreSchema

from adapters.canopy.mapping import ClientRecord
from domain.inputs import CustomerNotified
from streams.wire import topics
from streams.wire.bounded import KEPT, bounded
from streams.wire.inputs import HAPPENED, INTENT, INTENTS, NOTIFIED, OUTCOME, RESULT, WHAT_WAS_READ
from streams.wire.records import TYPE as DECISION
from streams.wire.records import LogRecord

CLIENT = "canopy.client."


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One type of CloudEvent. `data`: pydantic's description of it, with the bounds that its reader has."""

    topic: str
    type: str
    summary: str
    data: CoreSchema
    needs_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One topic, and what it is for."""

    topic: str
    writers: str
    key: str
    summary: str
    we_send: bool
    we_receive: bool


FIRM_KEY = "the firm's id; the partition is Kafka's default, murmur2 of the key"
CHANNELS = (
    Channel(
        topic=topics.CLIENT_EVENTS,
        writers="Canopy",
        key=FIRM_KEY,
        summary="A client was created, edited, archived, restored or deleted, and now looks like this.",
        we_send=False,
        we_receive=True,
    ),
    Channel(
        topic=topics.NOTIFICATIONS,
        writers="the gateway",
        key=FIRM_KEY,
        summary="QuickBooks says that a customer changed.",
        we_send=True,
        we_receive=True,
    ),
    Channel(
        topic=topics.INTENTS,
        writers="the API, the console and the command line",
        key=FIRM_KEY,
        summary="What a person asks for, which may be refused.",
        we_send=True,
        we_receive=True,
    ),
    Channel(
        topic=topics.OUTCOMES,
        writers="the lanes",
        key=FIRM_KEY,
        summary="What came of work outside, and what was read there.",
        we_send=True,
        we_receive=True,
    ),
    Channel(
        topic=topics.LOG,
        writers="the engine",
        key="the row's: firm/F, link/F/C, customer/F/ID or all/P, in the partition of F",
        summary="Every decision with its cause, and the row as it left it. Anyone may follow it.",
        we_send=True,
        we_receive=True,
    ),
    Channel(
        topic=topics.DEAD_LETTERS,
        writers="all",
        key="the key of the original",
        summary="What could not be used, whole: the original bytes, with the reason in headers.",
        we_send=True,
        we_receive=True,
    ),
)


@cache
def kinds() -> tuple[Kind, ...]:
    """Give every type of event, in the order of the topics."""
    clients = (
        Kind(
            topic=topics.CLIENT_EVENTS,
            type=f"{CLIENT}{happened}.v1",
            summary=f"A client was {happened}; the data is the whole client.",
            data=TypeAdapter(ClientRecord).core_schema,
            needs_time=True,
        )
        for happened in HAPPENED
    )
    intents = (
        Kind(
            topic=topics.INTENTS,
            type=f"{INTENT}{name}.v1",
            summary=(shape.__doc__ or name).splitlines()[0],
            data=bounded(shape),
            needs_time=True,
        )
        for name, shape in INTENTS.items()
    )
    notified = Kind(
        topic=topics.NOTIFICATIONS,
        type=NOTIFIED,
        summary="QuickBooks says that a customer changed, not how.",
        data=bounded(CustomerNotified),
    )
    outcome = Kind(
        topic=topics.OUTCOMES,
        type=OUTCOME,
        summary="What came of one effect.",
        data=bounded(RESULT, WHAT_WAS_READ),
    )
    decision = Kind(
        topic=topics.LOG,
        type=DECISION,
        summary="One row as one decision left it. Believe it only where its offset equals `data.at`.",
        data=bounded(LogRecord, KEPT),
    )
    return (*clients, notified, *intents, outcome, decision)
