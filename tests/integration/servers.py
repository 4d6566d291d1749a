"""Where the servers come from that integration tests run against: given by address, from packages, or containers."""

import os
from typing import Literal

import docker
from docker.errors import DockerException

CONTAINERS = "CLIENT_SYNC_TEST_CONTAINERS"
Source = Literal["given", "package", "container"]


class NoEngineError(Exception):
    """Containers were asked for, and there is nothing to run them."""


def source_of(given: str | None, asked: str | None, *, engine: bool) -> Source:
    """Choose. `given`: an address; `asked`: what the environment says of containers; `engine`: one answers.

    Raises:
        NoEngineError: other servers than those that were asked for would be tested, and nobody would notice.
    """
    if given:
        return "given"
    if asked in {None, "", "0"}:
        return "package"
    if asked != "1":
        raise ValueError(f"{CONTAINERS}: expected 1 (containers) or 0 (packages), got {asked!r}")
    if not engine:
        raise NoEngineError(
            f"{CONTAINERS}=1 asks for Kafka and PostgreSQL in containers, but no Docker engine answers. Start one, "
            "or leave the variable out: then both come as packages."
        )
    return "container"


def source(given: str | None) -> Source:
    """Choose by this environment."""
    asked = os.environ.get(CONTAINERS)
    return source_of(given, asked, engine=asked == "1" and _engine_answers())


def _engine_answers() -> bool:
    try:
        client = docker.from_env(timeout=5)
    except DockerException:
        return False
    try:
        return bool(client.ping())
    except (DockerException, OSError):
        return False
    finally:
        client.close()
