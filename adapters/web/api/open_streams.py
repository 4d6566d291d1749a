"""The event streams that are open here, so that signing out or stopping ends them."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from adapters.web.problems import Problem
from domain.projection import Listening

MOST_STREAMS = 2000
MOST_OF_A_PERSON = 50
"""An open page has one. So no one person keeps everybody else from listening."""


class OpenStreams:
    """By the token that opened them, and counted by person."""

    def __init__(self) -> None:
        self._open: defaultdict[str, list[Listening]] = defaultdict(list)
        self._of_person: Tally[str] = Tally()

    @contextmanager
    def open(self, token: str, person: str, listening: Listening) -> Iterator[None]:
        """Remember a person's stream for as long as it is open.

        Raises:
            Problem: there are too many already, of this person (429) or of all (503).
        """
        if self._of_person[person] >= MOST_OF_A_PERSON:
            sentence = "Too many of your pages listen here already. Close one, and look again."
            raise Problem(429, "too_many_streams", sentence, headers={"Retry-After": "10"})
        if self._of_person.total() >= MOST_STREAMS:
            sentence = "Too many pages listen here already. Look again in a moment."
            raise Problem(503, "too_many_streams", sentence, headers={"Retry-After": "10"})
        self._open[token].append(listening)
        self._of_person[person] += 1
        try:
            yield
        finally:
            self._of_person[person] -= 1
            if not self._of_person[person]:
                del self._of_person[person]
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
