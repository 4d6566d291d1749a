"""Fetch jars from Maven repositories, with jgo: without Maven, without Java.

Which repository serves them is jgo's own setting (a company names its mirror there); without one it is Maven Central.
"""

import os
import ssl
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jgo.maven import MavenContext

DOWNLOADS_AT_ONCE = 8
FETCH_TIMEOUT_SECONDS = 60
FETCH_ATTEMPTS = 3


class JarError(Exception):
    """A jar that cannot be had, or is not the one that the lock names. The message says which and what to do."""


def file_name(coordinate: str) -> str:
    """The jar's name in a repository; `coordinate` is `group:artifact:version`."""
    _, artifact, version = coordinate.split(":")
    return f"{artifact}-{version}.jar"


def resolve(endpoint: str) -> list[str]:
    """The coordinates of all that `endpoint` (coordinates joined by +) needs to run, sorted."""
    import jgo

    _trust_what_the_system_trusts()
    return sorted({f"{each.groupId}:{each.artifactId}:{each.version}" for each in jgo.resolve(endpoint)})


def fetch(coordinates: Sequence[str], scratch: Path) -> list[Path]:
    """Fetch these jars, several at once, into the empty folder `scratch`; returns their files in order.

    Raises:
        JarError: a jar cannot be had, after some attempts.
    """
    from jgo.config import GlobalSettings
    from jgo.maven import MavenContext, PythonResolver

    _trust_what_the_system_trusts()
    maven = MavenContext(
        # Named, so that no other version of jgo falls back to calling mvn.
        resolver=PythonResolver(),
        repo_cache=scratch,
        remote_repos=GlobalSettings.load().repositories or None,
        timeout=FETCH_TIMEOUT_SECONDS,
    )
    with ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool:
        return list(pool.map(lambda each: _fetch_one(maven, each, FETCH_ATTEMPTS), coordinates))


def _fetch_one(maven: "MavenContext", coordinate: str, attempts: int) -> Path:
    group, name, version = coordinate.split(":")
    artifact = maven.project(group, name).at_version(version).artifact()
    try:
        return artifact.resolve()
    except (OSError, RuntimeError) as error:  # requests' errors are OSErrors, jgo's RuntimeErrors
        if attempts == 1:
            raise JarError(
                f"Cannot fetch {file_name(coordinate)}: {error}. The first start needs the network."
            ) from error
    # jgo keeps the half of a file that came, and would take it for the whole.
    (maven.repo_cache / artifact.component.path_prefix / file_name(coordinate)).unlink(missing_ok=True)
    return _fetch_one(maven, coordinate, attempts - 1)


def _trust_what_the_system_trusts() -> None:
    # requests brings a list of authorities of its own, and so fails behind a company's proxy that the machine knows.
    paths = ssl.get_default_verify_paths()
    authorities = paths.cafile or paths.capath
    if authorities and "CURL_CA_BUNDLE" not in os.environ:
        os.environ.setdefault("REQUESTS_CA_BUNDLE", authorities)
