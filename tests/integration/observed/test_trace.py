"""One trace tells of a change from the event to the request at QuickBooks and on to the decision about its answer."""

import asyncio
import subprocess

import orjson

from tests.integration.observed.conftest import Observed
from tests.integration.observed.receiver import Seen
from tests.patience import PATIENCE_SECONDS
from tests.story.company import Company
from tests.story.events import client_event

TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
CHAIN = (
    "process canopy.client-events",
    "decide ClientObserved",
    "effect create_customer",
    "quickbooks POST customer",
    "process sync.outcomes",
    "decide Outcome",
)


async def _kcat(company: Company, event: bytes, *options: str) -> None:
    """Write an event as a producer that isn't ours would."""
    command = ["kcat", "-P", "-b", company.stack.bootstrap, "-t", "canopy.client-events", "-K", "|"]
    partitioner = ("-X", "topic.partitioner=murmur2_random")
    await asyncio.to_thread(
        subprocess.run,
        [*command, *partitioner, *options],
        input=company.firm.encode() + b"|" + event,
        check=True,
        timeout=PATIENCE_SECONDS,
    )


def _trace_of(observed: Observed, event_id: str) -> list[Seen]:
    """The trace in which this event was taken in."""
    taken_in = [
        span for span in observed.receiver.spans if span.facts.get("cloudevents.event_id") == event_id
    ]
    return observed.receiver.trace(taken_in[0].trace) if taken_in else []


async def _whole(company: Company, observed: Observed, event_id: str) -> dict[str, Seen]:
    """Wait until the trace of an event holds the whole chain; gives its spans by name."""

    async def is_there() -> bool:
        return {span.name for span in _trace_of(observed, event_id)} >= set(CHAIN)

    await company.until(is_there, f"the trace of {event_id} is whole")
    return {span.name: span for span in _trace_of(observed, event_id)}


def _assert_each_led_to_the_next(spans: dict[str, Seen]) -> None:
    received, decided, effect, request, answered, settled = (spans[name] for name in CHAIN)
    assert decided.parent == received.id
    assert effect.parent == decided.id
    assert request.parent == effect.id
    assert answered.parent == effect.id
    assert settled.parent == answered.id
    assert received.begun <= decided.begun <= effect.begun <= request.begun <= answered.begun <= settled.begun


async def test_one_trace_from_an_event_by_kcat_to_the_request_at_quickbooks(observed: Observed) -> None:
    """The request that QuickBooks received stands in the trace that the event began, each step below its cause."""
    company = await Company.open(observed.stack, observed.http, "f-traced")
    # An id of its own: other firms' events of the same id are in other traces.
    await _kcat(company, client_event(company.firm, "created", "c-traced", 1, "Traced Client"))
    await company.until_synced("c-traced")

    spans = await _whole(company, observed, "evt-c-traced-1")

    assert spans[CHAIN[0]].parent == "", "nobody named a trace: it begins here"
    _assert_each_led_to_the_next(spans)
    (written,) = await company.written_in_quickbooks()
    assert spans[CHAIN[3]].facts["request_id"] == written["request_id"]
    assert spans[CHAIN[3]].facts["status"] == "200"
    assert spans[CHAIN[2]].facts["client_sync.outcome"] == "customer_saved"


async def test_a_producers_own_trace_is_carried_on(observed: Observed) -> None:
    """A W3C traceparent, as an attribute of the event or as a Kafka header: our spans stand below it."""
    company = await Company.open(observed.stack, observed.http, "f-carried-on")
    by_attribute = orjson.loads(client_event(company.firm, "created", "c-attribute", 1, "By Attribute"))
    by_header = client_event(company.firm, "created", "c-header", 1, "By Header")

    await _kcat(company, orjson.dumps(by_attribute | {"traceparent": TRACEPARENT}))
    header = TRACEPARENT.replace("4736-", "4737-")
    await _kcat(company, by_header, "-H", f"traceparent={header}")

    for client, traceparent in (("c-attribute", TRACEPARENT), ("c-header", header)):
        await company.until_synced(client)
        spans = await _whole(company, observed, f"evt-{client}-1")
        _, trace, parent, _ = traceparent.split("-")
        assert {span.trace for span in spans.values()} == {trace}
        assert spans[CHAIN[0]].parent == parent
        _assert_each_led_to_the_next(spans)


async def test_a_trace_goes_on_in_the_worker_that_takes_over(observed: Observed) -> None:
    """One worker decides and is killed while QuickBooks works; the next one's spans stand in the same trace."""
    company = await Company.open(observed.stack, observed.http, "f-taken-over")
    await company.fault("timeout_after", "POST", "/customer", value=30)
    await _kcat(company, client_event(company.firm, "created", "c-taken-over", 1, "Taken Over"))

    async def is_decided_and_sent() -> bool:
        told = any(span.name == CHAIN[1] for span in _trace_of(observed, "evt-c-taken-over-1"))
        return told and bool(await company.written_in_quickbooks())

    await company.until(
        is_decided_and_sent, "the first worker has told of its decision, and sent the request"
    )
    await observed.stack.fleet.kill(observed.stack.fleet.workers[0])

    await company.until_link("c-taken-over", seconds=PATIENCE_SECONDS, status="synced")
    spans = await _whole(company, observed, "evt-c-taken-over-1")
    _assert_each_led_to_the_next(spans)
    assert spans[CHAIN[1]].process != spans[CHAIN[2]].process, "one decided, another carried it out"
