"""Cuts what a webhook held into dead letters: Kafka takes 2 MiB, a body may have more.

What fits is kept byte for byte. Of a larger one the notices are kept that could not be used, as bodies of the same
format, so that each letter can be read by itself; only what can't be taken apart is cut anywhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from domain.ports import LARGEST_LETTER_BYTES


@dataclass(frozen=True, slots=True)
class Parked:
    """The body of one letter. `remark`: how it belongs to the others, for a person; empty: it is all there is."""

    body: bytes
    remark: str = ""


def letters_of(body: bytes, around: tuple[bytes, bytes], originals: Iterable[Any]) -> list[Parked]:
    """Keep the notices of a body that could not be used, or all of the body if it is small enough."""
    if len(body) <= LARGEST_LETTER_BYTES:
        return [Parked(body)]
    letters: list[Parked] = []
    for together in _filled(
        (orjson.dumps(each) for each in originals), LARGEST_LETTER_BYTES - sum(map(len, around))
    ):
        begin, end = around
        written = begin + b",".join(together) + end
        letters += (
            [Parked(written, "the notices alone, from a larger body")]
            if fits(written)
            else pieces_of(written)
        )
    return letters


def pieces_of(body: bytes) -> list[Parked]:
    """Keep a body that nobody can take apart, cut where it must be."""
    if fits(body):
        return [Parked(body)]
    whole = sha256(body).hexdigest()
    cut = [body[at : at + LARGEST_LETTER_BYTES] for at in range(0, len(body), LARGEST_LETTER_BYTES)]
    return [
        Parked(piece, f"piece {number} of {len(cut)} of {len(body)} bytes whose SHA-256 is {whole}")
        for number, piece in enumerate(cut, 1)
    ]


def fits(body: bytes) -> bool:
    """Say whether one letter can hold it."""
    return len(body) <= LARGEST_LETTER_BYTES


def _filled(written: Iterable[bytes], most: int) -> Iterator[list[bytes]]:
    """Put as many together as fit; one that is too large by itself is alone."""
    together: list[bytes] = []
    size = 0
    for each in written:
        if together and size + len(each) + 1 > most:
            yield together
            together, size = [], 0
        together.append(each)
        size += len(each) + 1
    if together:
        yield together
