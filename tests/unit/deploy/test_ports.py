"""A free port stays free until we listen on it."""

import re
import socket
from pathlib import Path

import pytest

from deploy.kafka import ports
from deploy.kafka.ports import OURS, free_port

GIVEN_OUT = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_no_port_is_given_twice() -> None:
    """Who asks for four has four."""
    assert len({free_port() for _ in range(200)}) == 200


def test_what_somebody_listens_on_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two ports of which one is taken, it is the other."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken, free = other.getsockname()[1], free_port()
        monkeypatch.setattr(ports, "OURS", (taken, free))
        monkeypatch.setattr(ports, "_given", set())

        assert free_port() == free


def test_no_port_is_one_that_the_system_gives_to_whoever_connects() -> None:
    """Such a port may be gone between the question and the start of whoever is to listen there."""
    first, last = map(int, re.findall(r"\d+", GIVEN_OUT.read_text()))

    assert not set(OURS) & set(range(first, last + 1))
