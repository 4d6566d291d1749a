"""`python -m deploy.kafka.prepare`: brings what a local broker needs, so that no start has to: jars, and their class archive.

The archive holds what a broker loaded that ran for a moment. It only saves time: without it everything works.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import structlog

from deploy.kafka.broker import BrokerError, LocalBroker
from deploy.kafka.class_archive import PREFIX, archive_of
from deploy.kafka.jars import install
from deploy.kafka.java import spawn_java
from deploy.kafka.maven import JarError
from deploy.kafka.ports import free_port
from deploy.kafka.settings import BrokerSettings

log = structlog.get_logger(__name__)

DUMP_SECONDS = 120.0


def make_archive(class_path: tuple[Path, ...]) -> Path:
    """Make the archive for these jars, if it is not there, and remove those that fit no longer.

    Raises:
        BrokerError: the broker that is to tell which classes it needs did not run, or Java made no archive.
    """
    archive = archive_of(class_path)
    if archive.exists():
        return archive
    jars = archive.parent
    with tempfile.TemporaryDirectory(dir=jars, prefix="archiving-") as scratch:
        classes, made = Path(scratch) / "classes", Path(scratch) / archive.name
        told = (f"-XX:DumpLoadedClassList={classes}", "-Xshare:off")
        asyncio.run(_run_once(BrokerSettings(Path(scratch) / "broker", jars, free_port(), java_options=told)))
        _dump(class_path, classes, made)
        for other in jars.glob(f"{PREFIX}*"):
            other.unlink()
        made.replace(archive)
    return archive


async def _run_once(settings: BrokerSettings) -> None:
    broker = LocalBroker(settings)
    try:
        await broker.start()
        await broker.wait_ready()
    finally:
        await broker.stop()


def _dump(class_path: tuple[Path, ...], classes: Path, archive: Path) -> None:
    options = ("-Xshare:dump", f"-XX:SharedClassListFile={classes}", f"-XX:SharedArchiveFile={archive}")
    with archive.with_suffix(".log").open("wb") as output:
        java = spawn_java(class_path, "kafka.Kafka", (), output, options)
        try:
            java.wait(DUMP_SECONDS)
        except subprocess.TimeoutExpired as late:
            raise BrokerError(f"Java made no class archive within {DUMP_SECONDS:.0f} s.") from late
        finally:
            java.kill()
            java.wait()
    if java.returncode != 0 or not archive.exists():
        raise BrokerError(f"Java made no class archive: it ended with {java.returncode}.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Install the locked jars into a folder, and make their class archive."""
    parser = argparse.ArgumentParser(prog="python -m deploy.kafka.prepare", description=main.__doc__)
    parser.add_argument("--folder", type=Path, default=Path(".local/kafka/jars"))
    folder = parser.parse_args(arguments).folder
    try:
        class_path = install(folder)
    except JarError as error:
        sys.exit(str(error))
    try:
        make_archive(class_path)
    except BrokerError as error:
        log.warning("kafka_classes_not_archived", why=str(error))
    log.info("kafka_ready_to_start", jars=len(class_path), folder=str(folder))


if __name__ == "__main__":
    main()
