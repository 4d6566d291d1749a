"""The event streams that are open here, so that signing out or stopping ends them."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from adapters.web.problems import Problem
from domain.projection import Listening

MOST_STREAMS = 2000


class OpenStreams:
    """By the token that opened them."""

    def __init__(self) -> None:
        self._open: defaultdict[str, list[Listening]] = defaultdict(list)

    @contextmanager
    def open(self, token: str, listening: Listening) -> Iterator[None]:
        """Remember a stream for as long as it is open.

        Raises:
            Problem: there are too many already.
        """
        if sum(map(len, self._open.values())) >= MOST_STREAMS:
            sentence = "Too many pages listen here already. Look again in a moment."
            raise Problem(503, "too_many_streams", sentence, headers={"Retry-After": "10"})
        self._open[token].append(listening)
        try:
            yield
        finally:
            self._open[token].remove(listening)
            if not self._open[token]:
                del self._open[token]

    def end(self, token: str) -> None:
        """End those of one token. Who still has the session comes again and is let in."""
        for listening in self._open.get(token, ()):
            listening.end()

    async def end_all(self, _: web.Application) -> None:
        """End all, so that a gateway that stops waits for none of them."""
        for token in tuple(self._open):
            self.end(token)


STREAMS = web.AppKey("streams", OpenStreams)
