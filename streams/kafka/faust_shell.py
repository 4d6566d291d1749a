"""Faust, set up so that it is a shell and nothing more: worker, agent, assignment, commits.

As shipped, Faust 0.15.3 loses inputs in several ways (docs/adr/0002-faust-is-a-shell.md); each setting here stands
for one of them. State, durability and order are ours: `streams/worker/engine.py`, `streams/worker/log_table.py`.
"""

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faust
import faust.streams
import mode
from aiokafka import AIOKafkaConsumer
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams.kafka.servers import Servers
from streams.wire.topics import INPUTS

LOOK_SECONDS = 0.5

FETCH_WAITS_MS = 250
"""aiokafka has one fetch under way at a time: as long as the broker holds it for the idle topics, a busy one waits too. Faust's
own driver lets it hold a fetch for 1.5 s."""

LOOK_AGAIN_SECONDS = 0.05

KNOWS_TOPICS_FOR_MS = 5_000
"""A broker that has just started may not know its topics yet. Who leads the group then hands out no partition of them, to
nobody, and asks again only when this has passed; as shipped, after five minutes."""

HEARTBEAT_SECONDS = 1.0
"""With the answer to its heartbeat a worker hears that partitions are handed out anew. Until the last of them has heard it all of
them stand still, so a quarter of the session, as is usual, would be eleven seconds."""

AT_ONCE = 500
"""So many inputs are taken at a time from what is fetched, of one partition after the other."""

BUFFERED = 2_000
"""So many lie in Faust's buffer: what a person asks for comes by a topic of its own, and stands behind these. As shipped,
4,096 lie there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellSettings:
    """What Faust is told. `folder` is where it may keep files of its own; it keeps none of ours."""

    bootstrap: Servers
    group: str
    session_timeout_seconds: float
    folder: Path
    prefix: str = ""


class _ConsumerThread(driver.AIOKafkaConsumerThread):
    """Goes back to the beginning where nothing is committed yet, and takes from each partition in turns.

    aiokafka's `seek_to_committed` leaves such a partition where it stands, so after a rebalance Faust would go on
    behind the records that it just dropped, and commit past them.
    """

    async def seek_to_committed(self) -> Mapping[TP, int]:
        offsets: Mapping[TP, int] = await self.call_thread(self._seek)
        return offsets

    async def _seek(self) -> Mapping[TP, int]:
        consumer = self._ensure_consumer()
        committed = await consumer.seek_to_committed()
        nowhere = [partition for partition, offset in committed.items() if not offset]
        if nowhere:
            await consumer.seek_to_beginning(*nowhere)
        return {TP(p.topic, p.partition): offset or 0 for p, offset in committed.items()}

    async def _fetch_records(self, consumer: AIOKafkaConsumer, *which: Any, **how: Any) -> Any:
        # aiokafka empties what it has of one partition before it looks at the next. In turns, nobody's backlog stands
        # before what others ask for.
        fetched = consumer._fetcher._records  # noqa: SLF001  (no setting for it either)
        if fetched:
            fetched.move_to_end(next(iter(fetched)))
        # Faust says which partitions have room in its buffer when it begins to wait, and does not say so again before
        # something comes: with a long wait a busy partition stands still though there is room again.
        return await super()._fetch_records(consumer, *which, **how | {"timeout": LOOK_AGAIN_SECONDS})

    def _create_worker_consumer(self, transport: driver.Transport) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAITS_MS  # noqa: SLF001  (Faust has no setting for it)
        return consumer


class _Consumer(driver.Consumer):
    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return _ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def wait_first(self, *coros: Any, timeout: Any = None) -> Any:  # noqa: ASYNC109  (Faust's own)
        # So it hands over each message, as a task that may be given up when partitions go. Making two tasks a message costs
        # more than deciding it. Handing over waits for nothing as a rule, so it is done at once, and only the rest is a task.
        handing_over, *others = coros
        if not all(asyncio.iscoroutine(each) for each in coros):
            return await super().wait_first(*coros, timeout=timeout)  # it waits for something else
        try:
            waits_for = handing_over.send(None)
        except StopIteration:
            for other in others:
                other.close()
            return None
        return await super().wait_first(_go_on(handing_over, waits_for), *others, timeout=timeout)

    async def wait_empty(self) -> None:
        # Before it gives partitions up it waits for all that was taken from it: only what is being decided is worth that.
        transport: Any = self.transport
        transport.give_back()
        await super().wait_empty()


async def _go_on(begun: Coroutine[Any, Any, Any], waits_for: Any) -> None:
    """Run a coroutine to its end that was begun by hand, and waits for a future or (None) for its turn."""
    try:
        while True:
            if waits_for is None:
                await asyncio.sleep(0)
            else:
                waits_for._asyncio_future_blocking = False  # noqa: SLF001  (as a task does)
                await asyncio.wait({waits_for})
            waits_for = begun.send(None)
    except StopIteration:
        return
    finally:
        begun.close()


class _Transport(driver.Transport):
    Consumer = _Consumer
    give_back: Callable[[], None]


def faust_app(settings: ShellSettings, give_back: Callable[[], None]) -> faust.App:
    """Build the app. It declares no topic, holds no table and serves no page.

    `give_back` is called before partitions go: to give back each input that nobody has begun to decide.
    """
    if getattr(faust.streams, "_CStreamIterator", None) is None:
        raise RuntimeError(
            "Faust's compiled stream iterator is missing: the pure Python one acknowledges what it skips after a "
            "rebalance. Install the wheel of faust-streaming that the lock names."
        )
    session = settings.session_timeout_seconds
    app = faust.App(
        settings.group,
        broker=[f"kafka://{server}" for server in str(settings.bootstrap).split(",")],
        broker_credentials=_credentials(settings.bootstrap),
        datadir=settings.folder / "faust",
        processing_guarantee="at_least_once",
        # Without tables, at 0, Faust would spread the partitions of our topics independently of each other.
        table_standby_replicas=1,
        topic_allow_declare=False,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        consumer_metadata_max_age_ms=KNOWS_TOPICS_FOR_MS,
        broker_session_timeout=session,
        broker_heartbeat_interval=min(HEARTBEAT_SECONDS, session / 4),
        broker_rebalance_timeout=session * 2,
        broker_request_timeout=session * 2,
        broker_commit_interval=1.0,
        broker_max_poll_records=AT_ONCE,
        stream_buffer_maxsize=BUFFERED,
        stream_wait_empty=True,
        producer_linger=0,
        web_enabled=False,
        # The default supervisor acknowledges the event that crashed the agent, and goes on.
        agent_supervisor=mode.CrashingSupervisor,
    )
    app.transport = _Transport(app.conf.broker_consumer, app, loop=app.loop)
    app.transport.give_back = give_back
    return app


def _credentials(servers: Servers) -> Any:
    """Give what `reached` gives to all other clients as Faust takes it."""
    if isinstance(servers, str):
        return None
    login = servers.login
    if login is None:
        return faust.SSLCredentials(servers.tls)
    return faust.SASLCredentials(
        username=login.user, password=login.password, ssl_context=servers.tls, mechanism=login.mechanism
    )


def input_topic(app: faust.App, settings: ShellSettings) -> faust.TopicT:
    """Name the four input topics, as raw bytes: a decoding error inside Faust would acknowledge the message."""
    return app.topic(
        *(settings.prefix + name for name in INPUTS),
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
    )


class UnevenAssignmentError(Exception):
    """A partition of one topic came without the same partition of another: rows would have two owners."""


def assignment(app: faust.App, settings: ShellSettings) -> tuple[int, frozenset[int]]:
    """Give the generation of the group and the partitions that are ours in it.

    Raises:
        UnevenAssignmentError: not the same partitions of all input topics.
    """
    by_topic: dict[str, set[int]] = {settings.prefix + name: set() for name in INPUTS}
    for partition in app.consumer.assignment():
        by_topic.setdefault(partition.topic, set()).add(partition.partition)
    different = {frozenset(numbers) for numbers in by_topic.values()}
    if len(different) != 1:
        raise UnevenAssignmentError(f"assigned { ({topic: sorted(n) for topic, n in by_topic.items()}) }")
    return app.consumer_generation_id, different.pop()


async def messages_of(app: faust.App, stream: faust.StreamT[bytes]) -> AsyncIterator[faust.types.Message]:
    """Give the messages of a stream, none of which Faust acknowledges: `acknowledge` or `hold` each.

    Faust's own iterator gives the event loop a turn before each message, which is most of what it costs. So
    what has come already is taken from its queue as the iterator does it, and the loop has its turn when that is empty.
    """
    ours: Any = stream  # whose type knows neither
    unacknowledged = ours.noack()
    queue = unacknowledged.channel.queue
    consumer: Any = app.consumer
    async for event in unacknowledged.events():
        yield event.message
        for _ in range(AT_ONCE):
            if queue.empty() or not app.flow_control.is_active():
                break
            message = queue.get_nowait().message
            if message.generation_id != app.consumer_generation_id:
                continue  # of partitions that were handed out anew since; they come again
            if not message.tracked:
                message.tracked = True
                consumer.track_message(message)
            yield message


def acknowledge(app: faust.App, message: faust.types.Message) -> None:
    """Let the group go on behind a message, once all before it are acknowledged too."""
    app.consumer.ack(message)


def hold(app: faust.App, message: faust.types.Message) -> None:
    """Let go of a message without acknowledging it: it comes again, to whoever is assigned its partition next.

    To Faust it counts as dealt with, else a rebalance would wait for it; as nothing is noted of it, what is committed
    stays before it.
    """
    message.acked = True
    consumer: Any = app.consumer
    consumer._unacked_messages.discard(message)  # noqa: SLF001  (no public way to give a message back)


class Fetching:
    """The port: which partitions Faust fetches. What is assigned anew is fetched, until somebody says otherwise.

    As if Faust's own buffer were full: of a partition that is paused otherwise, Faust drops what it has fetched already, and goes
    on behind it.
    """

    def __init__(self, app: faust.App) -> None:
        self._app = app

    def pause(self, topic: str, partition: int) -> None:
        """Fetch no more of a topic's partition for now."""
        self._app.consumer.on_buffer_full(TP(topic, partition))

    def resume(self, topic: str, partition: int) -> None:
        """Go on with it."""
        self._app.consumer.on_buffer_drop(TP(topic, partition))


def fetch_none_of(app: faust.App, settings: ShellSettings, numbers: frozenset[int]) -> None:
    """Fetch nothing more of partitions, of all input topics. Faust forgets it at each rebalance, so say it again."""
    if numbers:
        app.consumer.pause_partitions(
            {TP(settings.prefix + name, number) for name in INPUTS for number in numbers}
            & app.consumer.assignment()
        )


def watch_coordination(app: faust.App, died: Callable[[str], None]) -> threading.Thread:
    """Look whether aiokafka's coordinator still lives; when its task dies, the worker waits for ever and says nothing.

    Happens to a worker that starts while the broker answers but has none registered yet.
    """

    def watch() -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            try:
                has_died = not app.should_stop and _coordinator_has_died(app)
            except AttributeError:
                # They are private and may be renamed; not to look would be to trust what we can't see.
                died("this version of Faust or aiokafka can't be watched")
                return
            if has_died:
                died("the connection to the consumer group has died")

    thread = threading.Thread(target=watch, name="coordination-guard", daemon=True)
    thread.start()
    return thread


def _coordinator_has_died(app: faust.App) -> bool:
    shell: Any = app.consumer
    consumer = shell._thread._consumer if shell is not None else None  # noqa: SLF001
    coordinator = consumer._coordinator if consumer is not None else None  # noqa: SLF001
    if coordinator is None or coordinator._coordination_task is None:  # noqa: SLF001
        return False  # not there yet
    return bool(coordinator._coordination_task.done() or coordinator._error_consumed_fut is not None)  # noqa: SLF001


def end_process(code: int = 70) -> None:
    """End at once, without the clean-up that a process in doubt can't be trusted with. 70: internal software error."""
    os._exit(code)
