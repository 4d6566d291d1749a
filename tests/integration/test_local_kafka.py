"""The local broker starts, stops, keeps its data, and says clearly why it does not."""

import asyncio
import functools
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.kafka.__main__ import main
from deploy.kafka.broker import BrokerError, Ending, LocalBroker
from deploy.kafka.class_archive import options_for
from deploy.kafka.jars import install, read_lock
from deploy.kafka.maven import JarError
from deploy.kafka.ports import PortInUseError, free_port
from deploy.kafka.prepare import make_archive
from deploy.kafka.ready import has_registered_broker
from deploy.kafka.settings import HOST, BrokerSettings
from tests.patience import PATIENCE_SECONDS


@pytest.fixture
async def own_broker(tmp_path: Path, jars: Path) -> AsyncIterator[LocalBroker]:
    """A broker that one test may hurt; gone after it."""
    broker = LocalBroker(BrokerSettings(tmp_path / "kafka", jars, free_port(), heap_mb=256))
    await broker.start()
    await broker.wait_ready()
    yield broker
    broker.kill()


async def test_a_ready_broker_names_itself_in_its_metadata(own_broker: LocalBroker) -> None:
    """Ready means that clients find a registered broker, at the address that we gave it."""
    admin = AIOKafkaAdminClient(bootstrap_servers=own_broker.bootstrap)
    await admin.start()
    cluster = await admin.describe_cluster()
    await admin.close()

    assert [(each["host"], each["port"]) for each in cluster["brokers"]] == [(HOST, own_broker.settings.port)]


def test_what_it_writes_is_for_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the umask was, and though no command of ours has begun it: the topics hold clients' values."""

    async def run(settings: BrokerSettings) -> int:
        settings.folder.mkdir()
        (settings.folder / "data").touch()
        return 0

    monkeypatch.setattr("deploy.kafka.__main__.run", run)
    before = os.umask(0o022)
    try:
        assert main(["--folder", str(tmp_path / "kafka"), "--port", "9092"]) == 0
    finally:
        os.umask(before)

    for path in (tmp_path / "kafka", tmp_path / "kafka" / "data"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


async def test_a_broker_starts_from_the_classes_that_were_read_ahead(tmp_path: Path, jars: Path) -> None:
    """Java is told to refuse a start in which the archive does not fit: it fits."""
    archive = await asyncio.to_thread(make_archive, install(jars))
    assert options_for(install(jars)) == (f"-XX:SharedArchiveFile={archive}",)
    settings = BrokerSettings(tmp_path / "kafka", jars, free_port(), java_options=("-Xshare:on",))
    broker = LocalBroker(settings)
    try:
        await broker.start()
        await broker.wait_ready()
    finally:
        await broker.stop()


def test_an_archive_of_other_jars_is_not_used(tmp_path: Path, jars: Path) -> None:
    """A jar more, or the same jars elsewhere: there is none for these."""
    ours = install(jars)
    elsewhere = tuple(tmp_path / jar.name for jar in ours)

    assert options_for((*ours, tmp_path / "more.jar")) == ()
    assert options_for(elsewhere) == ()


async def test_data_survives_a_stop_and_a_kill_and_no_process_stays(own_broker: LocalBroker) -> None:
    """What was acknowledged is read after a stop and after a kill -9; both leave no Java behind."""
    admin = AIOKafkaAdminClient(bootstrap_servers=own_broker.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic("kept", 1, 1)])
    await admin.close()

    await _append(own_broker, b"before the stop")
    first = own_broker.pid
    assert await own_broker.stop() is Ending.STOPPED
    assert first is not None
    assert not psutil.pid_exists(first)

    await own_broker.start()
    await own_broker.wait_ready()
    await _append(own_broker, b"before the kill")
    second = own_broker.pid
    own_broker.kill()
    assert second is not None
    assert not psutil.pid_exists(second)
    assert await own_broker.stop() is Ending.WAS_GONE

    await own_broker.start()
    await own_broker.wait_ready()
    assert await _read(own_broker, 2) == [b"before the stop", b"before the kill"]


async def test_a_paused_broker_answers_nothing_and_can_still_be_stopped(own_broker: LocalBroker) -> None:
    """A pause is an outage with open connections; resuming ends it, and a stop needs no resume before it."""
    port = own_broker.settings.port

    own_broker.pause()
    assert not await has_registered_broker(HOST, port)
    own_broker.resume()
    await own_broker.wait_ready()
    own_broker.pause()
    assert await own_broker.stop() is Ending.STOPPED


async def test_a_port_in_use_is_named_before_java_starts(tmp_path: Path, jars: Path) -> None:
    """The message says which port, and which setting to change."""
    with closing(socket.create_server((HOST, 0))) as other:
        port = other.getsockname()[1]
        broker = LocalBroker(BrokerSettings(tmp_path, jars, port))
        with pytest.raises(PortInUseError, match=rf"127\.0\.0\.1:{port}: .*CLIENT_SYNC_KAFKA_PORT"):
            await broker.start()

    assert broker.pid is None


async def test_two_brokers_never_share_a_folder(own_broker: LocalBroker) -> None:
    """The second is refused before it touches anything, and the first goes on and stops cleanly."""
    second = LocalBroker(replace(own_broker.settings, port=free_port()))

    with pytest.raises(BrokerError, match="Another broker runs in"):
        await second.start()
    assert await own_broker.stop() is Ending.STOPPED
    await second.start()
    await second.wait_ready()
    assert await second.stop() is Ending.STOPPED


async def test_a_broker_that_java_refuses_to_run_ends_with_its_last_words(tmp_path: Path, jars: Path) -> None:
    """When Java dies at start, the error holds what it said."""
    formatted = tmp_path / "data"
    formatted.mkdir()
    # As if another cluster's folder had been copied here.
    (formatted / "meta.properties").write_text("version=1\ncluster.id=other\nnode.id=7\n")
    broker = LocalBroker(BrokerSettings(tmp_path, jars, free_port(), heap_mb=256))

    await broker.start()
    with pytest.raises(BrokerError, match=r"(?s)ended before it was ready:.*node"):
        await broker.wait_ready()


def test_a_jar_with_another_checksum_is_refused_by_name(tmp_path: Path, jars: Path) -> None:
    """A changed jar never runs: the error names it and both checksums."""
    install(jars)
    known = next(jar for jar in read_lock() if "slf4j-simple" in jar.coordinate)
    lock = tmp_path / "jars.lock"
    lock.write_text(f"{known.sha256}  {known.coordinate}\n")
    folder = tmp_path / "jars"
    folder.mkdir()
    (folder / known.file_name).write_bytes((jars / known.file_name).read_bytes() + b"!")

    with pytest.raises(JarError, match=rf"{known.file_name} is not the jar .* expected {known.sha256}"):
        install(folder, lock)


def test_a_fetched_jar_with_another_checksum_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a repository serves is checked before it is put beside the others."""
    known = next(jar for jar in read_lock() if "slf4j-simple" in jar.coordinate)
    lock = tmp_path / "jars.lock"
    lock.write_text(f"{known.sha256}  {known.coordinate}\n")
    served = tmp_path / "mirror" / "org" / "slf4j" / "slf4j-simple" / "1.7.36"
    served.mkdir(parents=True)
    (served / known.file_name).write_bytes(b"not what was published")
    folder = tmp_path / "jars"

    with _mirror(tmp_path / "mirror") as address:
        settings = tmp_path / "jgo.conf"
        settings.write_text(f"[repositories]\nmirror = {address}\n")
        monkeypatch.setenv("JGO_CONFIG_FILE", str(settings))
        with pytest.raises(JarError, match=r"slf4j-simple-1\.7\.36\.jar is not the jar"):
            install(folder, lock)

    assert list(folder.iterdir()) == []


def test_the_lock_pins_every_jar_and_names_no_host() -> None:
    """Each jar has a SHA-256 and its own file name; where to fetch it is this machine's affair."""
    jars = read_lock()

    assert len({jar.file_name for jar in jars}) == len(jars)
    assert all(len(jar.sha256) == 64 for jar in jars)
    assert all("/" not in jar.coordinate for jar in jars)


async def test_the_command_runs_a_broker_until_it_is_told_to_stop(tmp_path: Path, jars: Path) -> None:
    """`python -m deploy.kafka` works in the foreground; after SIGTERM it ends with 0 and Java is gone."""
    port = free_port()
    command = await _command(tmp_path, jars, port)
    await _until_ready(port)
    (java,) = psutil.Process(command.pid).children()

    command.terminate()
    assert await command.wait() == 0
    assert not java.is_running()


async def test_java_does_not_outlive_a_command_that_was_killed(tmp_path: Path, jars: Path) -> None:
    """A kill -9 of the Python process frees port and folder, so the next start is not refused."""
    port = free_port()
    command = await _command(tmp_path, jars, port)
    await _until_ready(port)
    (java,) = psutil.Process(command.pid).children()

    command.kill()
    await command.wait()
    java.wait(10)


async def test_a_command_that_cannot_start_ends_with_one(tmp_path: Path, jars: Path) -> None:
    """The reason is on the screen, and the exit code says that it never ran."""
    with closing(socket.create_server((HOST, 0))) as other:
        command = await _command(tmp_path, jars, other.getsockname()[1])
        output, _ = await command.communicate()

    assert command.returncode == 1
    assert b"CLIENT_SYNC_KAFKA_PORT" in output


@contextmanager
def _mirror(folder: Path) -> Iterator[str]:
    handler = functools.partial(SimpleHTTPRequestHandler, directory=folder)
    with ThreadingHTTPServer((HOST, 0), handler) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield f"http://{HOST}:{server.server_port}"
        finally:
            server.shutdown()
            serving.join()


async def _command(folder: Path, jars: Path, port: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "deploy.kafka", "--folder", str(folder), "--port", str(port), "--jars", str(jars)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


async def _until_ready(port: int) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await has_registered_broker(HOST, port):  # noqa: ASYNC110 - a question, repeated
            await asyncio.sleep(0.05)


async def _append(broker: LocalBroker, value: bytes) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, acks="all")
    await producer.start()
    await producer.send_and_wait("kept", value)
    await producer.stop()


async def _read(broker: LocalBroker, count: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.bootstrap)
    await consumer.start()
    partition = TopicPartition("kept", 0)
    consumer.assign([partition])
    await consumer.seek_to_beginning(partition)
    async with asyncio.timeout(PATIENCE_SECONDS):
        values = [(await consumer.getone()).value for _ in range(count)]
    await consumer.stop()
    return values
