"""Kafka's jars: fetched once, pinned by checksum, kept below the project.

jgo finds jars in Maven repositories without Maven or Java. It is asked for single jars, by the coordinates of our
lock: resolving the whole tree again would take seconds at each start, and could bring other jars than we tested.
Which repository serves them is jgo's setting (a company's mirror goes there), so the lock names none.
"""

import argparse
import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from jgo.maven import MavenContext

log = structlog.get_logger(__name__)

# Kafka itself, and a logging binding of the API version that it asks for: without one the broker is silent.
ENDPOINT = "org.apache.kafka:kafka_2.13:4.3.1+org.slf4j:slf4j-simple:1.7.36"
LOCK = Path(__file__).with_name("jars.lock")
DOWNLOADS_AT_ONCE = 8
FETCH_TIMEOUT_SECONDS = 60
FETCH_ATTEMPTS = 3


class JarError(Exception):
    """A jar that cannot be had, or is not the one that the lock names. The message says which and what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Jar:
    """One line of the lock: Maven coordinate `group:artifact:version`, and SHA-256 of the file in hex."""

    coordinate: str
    sha256: str

    @property
    def file_name(self) -> str:
        """The jar's name in a Maven repository, and in our folder."""
        _, artifact, version = self.coordinate.split(":")
        return f"{artifact}-{version}.jar"


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
            maven = _maven(Path(scratch))
            with ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool:
                for jar, file in zip(
                    missing, pool.map(lambda each: _fetch(maven, each), missing), strict=True
                ):
                    _verify(jar, file)
                    file.replace(folder / jar.file_name)
    for jar in jars:
        _verify(jar, folder / jar.file_name)
    return tuple(folder / jar.file_name for jar in jars)


def renew(lock: Path = LOCK) -> tuple[Jar, ...]:
    """Resolve `ENDPOINT` anew and write what it needs into the lock, sorted. Needs the network."""
    import jgo

    coordinates = {f"{each.groupId}:{each.artifactId}:{each.version}" for each in jgo.resolve(ENDPOINT)}
    unverified = [Jar(each, "") for each in sorted(coordinates)]
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool:
        maven = _maven(Path(scratch))
        files = pool.map(lambda each: _fetch(maven, each), unverified)
        jars = tuple(Jar(jar.coordinate, _sha256(file)) for jar, file in zip(unverified, files, strict=True))
    head = f"# {ENDPOINT}\n# Written by: python -m deploy.kafka.jars --renew\n"
    lock.write_text(head + "".join(f"{jar.sha256}  {jar.coordinate}\n" for jar in jars))
    return jars


def _maven(cache: Path) -> "MavenContext":
    from jgo.config import GlobalSettings
    from jgo.maven import MavenContext, PythonResolver

    return MavenContext(
        # Named, so that no other version of jgo falls back to calling mvn.
        resolver=PythonResolver(),
        repo_cache=cache,
        remote_repos=GlobalSettings.load().repositories or None,
        timeout=FETCH_TIMEOUT_SECONDS,
    )


def _fetch(maven: "MavenContext", jar: Jar, attempts: int = FETCH_ATTEMPTS) -> Path:
    group, name, version = jar.coordinate.split(":")
    artifact = maven.project(group, name).at_version(version).artifact()
    try:
        return artifact.resolve()
    except (OSError, RuntimeError) as error:  # requests' errors are OSErrors, jgo's RuntimeErrors
        if attempts == 1:
            raise JarError(
                f"Cannot fetch {jar.file_name}: {error}. The first start needs the network."
            ) from error
    # jgo keeps the half of a file that came, and would take it for the whole.
    (maven.repo_cache / artifact.component.path_prefix / jar.file_name).unlink(missing_ok=True)
    return _fetch(maven, jar, attempts - 1)


def _verify(jar: Jar, file: Path) -> None:
    found = _sha256(file)
    if found != jar.sha256:
        raise JarError(
            f"{file} is not the jar that the lock names: SHA-256 {found}, expected {jar.sha256}."
            " Delete the file to have it fetched again.",
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
    if chosen.renew:
        jars = renew()
        shutil.rmtree(chosen.folder, ignore_errors=True)
        log.info("kafka_jars_locked", jars=len(jars), lock=str(LOCK))
    else:
        log.info("kafka_jars_installed", jars=len(install(chosen.folder)), folder=str(chosen.folder))


if __name__ == "__main__":
    main()
