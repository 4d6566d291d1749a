"""A free port stays free until we listen on it."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
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
    with socket.create_server(("127.0.0.1", 0)) as other, nobodys_port() as free:
        monkeypatch.setattr(ports, "OURS", (other.getsockname()[1], free))

        assert free_port() == free


def test_what_another_process_has_been_given_is_not_given_though_nobody_listens_yet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A broker listens seconds after its port was chosen; tests of several processes choose all the time."""
    with nobodys_port() as one, nobodys_port() as two, another_process_is_given(one):
        # Chosen by chance, theirs would be the one.
        monkeypatch.setattr(ports, "OURS", (one,) * 99 + (two,))

        assert free_port() == two


def test_no_port_is_one_that_the_system_gives_to_whoever_connects() -> None:
    """Such a port may be gone between the question and the start of whoever is to listen there."""
    first, last = map(int, re.findall(r"\d+", GIVEN_OUT.read_text()))

    assert not set(OURS) & set(range(first, last + 1))


@contextmanager
def nobodys_port() -> Iterator[int]:
    """Give a port that nobody has been given; who is given it in the block gives it back at its end."""
    port = free_port()
    _give_back(port)
    yield port
    _give_back(port)


@contextmanager
def another_process_is_given(port: int) -> Iterator[None]:
    """Let a process ask for it, and live until the end of the block."""
    asks = f"from deploy.kafka import ports; ports.OURS = [{port}]; print(ports.free_port(), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", asks], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) == port
        yield
        process.communicate("\n")


def _give_back(port: int) -> None:
    claim = ports._given.pop(port, None)
    if claim is not None:
        os.close(claim)
