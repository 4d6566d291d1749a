"""Is a port free, and which one is."""

import secrets
import socket
import sys
from contextlib import closing

from deploy.kafka.settings import HOST, PORT_SETTING

OURS = range(10_240, 32_768)
"""Below the ports that the system gives to whoever connects to somebody. One of those may be gone again before we listen."""

_given: dict[int, int | None] = {}
"""By port: the open file that keeps it from being given to other processes, as long as this one lives."""


class PortInUseError(Exception):
    """Another program listens where the broker should. The message names the port and our setting."""


def require_free(port: int) -> None:
    """Find out before Java starts: Kafka would say it in a stack trace, seconds later.

    Raises:
        PortInUseError: something listens on this port of the loopback address.
    """
    with closing(socket.socket()) as probe:
        # As Java binds: a connection that is only fading away doesn't count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise PortInUseError(
                f"Kafka cannot listen on {HOST}:{port}: {error.strerror}."
                f" Stop the program that has the port, or set {PORT_SETTING} to a free one.",
            ) from error


def free_port() -> int:
    """A port that nobody listens on right now, and that no process that lives has been given.

    Whoever gets one may listen on it seconds later, or never: until then it looks free to everybody.
    """
    while True:
        port = secrets.choice(OURS)
        if port in _given or not _is_free(port):
            continue
        try:
            _given[port] = _claimed(port)
        except OSError:
            continue  # another process has been given it
        return port


def _claimed(port: int) -> int | None:
    """Take a name that only one process can have, and that is free again when that one ends, however it does. Raises OSError."""
    if sys.platform != "linux":
        return None  # no such names: chance has to do
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0client-sync port {port}")
    except OSError:
        claim.close()
        raise
    return claim.detach()  # it is never closed, and nobody shall be warned of that


def _is_free(port: int) -> bool:
    try:
        require_free(port)
    except PortInUseError:
        return False
    return True
