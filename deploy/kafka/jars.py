"""Kafka's jars: fetched once, pinned by checksum, kept below the project.

Single jars are asked for, by the coordinates of our lock: resolving the whole tree again would take half a minute,
and could bring other jars than we tested. The lock names no repository (see `deploy.kafka.maven`).
"""

import argparse
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from deploy.kafka.maven import JarError, fetch, file_name, resolve

log = structlog.get_logger(__name__)

# Kafka itself, and a logging binding of the API version that it asks for: without one the broker is silent.
ENDPOINT = "org.apache.kafka:kafka_2.13:4.3.1+org.slf4j:slf4j-simple:1.7.36"
LOCK = Path(__file__).with_name("jars.lock")


@dataclass(frozen=True, slots=True, order=True)
class Jar:
    """One line of the lock: Maven coordinate `group:artifact:version`, and SHA-256 of the file in hex."""

    coordinate: str
    sha256: str

    @property
    def file_name(self) -> str:
        """The jar's name in a Maven repository, and in our folder."""
        return file_name(self.coordinate)


def read_lock(lock: Path = LOCK) -> tuple[Jar, ...]:
    """All jars of the lock, in its order. Lines that start with # are for people."""
    lines = (line.split() for line in lock.read_text().splitlines() if line and not line.startswith("#"))
    return tuple(Jar(coordinate, sha256) for sha256, coordinate in lines)


def install(folder: Path, lock: Path = LOCK) -> tuple[Path, ...]:
    """Bring every jar of the lock into `folder` and return the class path: these files and no other.

    Jars that are there are hashed, not fetched (0.1 s for all), so a later start needs no network. Two
    processes may install into one folder at once.

    Raises:
        JarError: a jar cannot be fetched, or its checksum is not the lock's.
    """
    jars = read_lock(lock)
    folder.mkdir(parents=True, exist_ok=True)
    missing = [jar for jar in jars if not (folder / jar.file_name).exists()]
    if missing:
        log.info("kafka_jars_fetching", jars=len(missing))
        # Not into a shared Maven cache: a download that was interrupted there would be wrong for good.
        with tempfile.TemporaryDirectory(dir=folder, prefix="fetching-") as scratch:
            files = fetch([jar.coordinate for jar in missing], Path(scratch))
            for jar, file in zip(missing, files, strict=True):
                _verify(jar, file, "The repository serves another file.")
                file.replace(folder / jar.file_name)
    for jar in jars:
        _verify(jar, folder / jar.file_name, "Delete the file to have it fetched again.")
    return tuple(folder / jar.file_name for jar in jars)


def renew(lock: Path = LOCK) -> tuple[Jar, ...]:
    """Resolve `ENDPOINT` anew and write what it needs into the lock, sorted. Needs the network."""
    coordinates = resolve(ENDPOINT)
    with tempfile.TemporaryDirectory() as scratch:
        files = fetch(coordinates, Path(scratch))
        jars = tuple(Jar(each, _sha256(file)) for each, file in zip(coordinates, files, strict=True))
    head = f"# {ENDPOINT}\n# Written by: python -m deploy.kafka.jars --renew\n"
    lock.write_text(head + "".join(f"{jar.sha256}  {jar.coordinate}\n" for jar in jars))
    return jars


def _verify(jar: Jar, file: Path, advice: str) -> None:
    found = _sha256(file)
    if found != jar.sha256:
        raise JarError(
            f"{file} is not the jar that the lock names: SHA-256 {found}, expected {jar.sha256}. {advice}"
        )


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def main(arguments: Sequence[str] | None = None) -> None:
    """Install the locked jars into a folder, or write the lock anew."""
    parser = argparse.ArgumentParser(prog="python -m deploy.kafka.jars", description=main.__doc__)
    parser.add_argument("--renew", action="store_true", help="resolve again and write the lock")
    parser.add_argument("--folder", type=Path, default=Path(".local/kafka/jars"))
    chosen = parser.parse_args(arguments)
    try:
        if chosen.renew:
            log.info("kafka_jars_locked", jars=len(renew()), lock=str(LOCK))
            # What lies there may belong to the lock before.
            shutil.rmtree(chosen.folder, ignore_errors=True)
        log.info("kafka_jars_installed", jars=len(install(chosen.folder)), folder=str(chosen.folder))
    except JarError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
