"""Puts dead letters on the list. One that can't be is left out, since it lies in its topic and nothing rests on the list."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog
from aiokafka.errors import KafkaError

from domain.projection import BuiltAgainError, DeadLetter, StoreAwayError
from streams.kafka.dead_letters import LettersOf
from streams.wire.mishap import place_of

NOT_ABOUT_THE_RECORDS = (BuiltAgainError, StoreAwayError, KafkaError, OSError)

Add = Callable[[int, int, tuple[DeadLetter, ...]], Awaitable[None]]
"""Adds letters of a partition, and the position behind them."""

log = structlog.get_logger(__name__)


async def list_letters(add: Add, found: LettersOf) -> None:
    """Add them; if one can't be, all but that."""
    try:
        await add(found.partition, found.next_offset, found.letters)
    except NOT_ABOUT_THE_RECORDS:
        raise
    except Exception as wrong:  # noqa: BLE001  (whatever it is, it is about these letters alone)
        if len(found.letters) > 1:
            for letter in found.letters:
                await list_letters(add, replace(found, next_offset=letter.offset + 1, letters=(letter,)))
            return
        log.error(  # noqa: TRY400  (its text may hold a client's values)
            "dead_letter_not_listed",
            partition=found.partition,
            offset=found.next_offset - 1,
            error=type(wrong).__name__,
            where=place_of(wrong),
        )
        await add(found.partition, found.next_offset, ())
