"""Is a port free, and which one is."""

import secrets
import socket
from contextlib import closing

from deploy.kafka.settings import HOST, PORT_SETTING

OURS = range(10_240, 32_768)
"""Below the ports that the system gives to whoever connects to somebody. One of those may be gone again before we listen."""

_given: set[int] = set()


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
    """A port that nobody listens on right now, and that this process has not been given before."""
    while True:
        port = secrets.choice(OURS)  # so that processes which ask at once are not given the same
        if port not in _given and _is_free(port):
            _given.add(port)
            return port


def _is_free(port: int) -> bool:
    try:
        require_free(port)
    except PortInUseError:
        return False
    return True
