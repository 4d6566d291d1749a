"""What stands in the list of dead letters for each of them."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.built_tables import built_dead_letters
from adapters.store.dead_letter_list import realms_text
from adapters.store.read_tables import read_dead_letters
from adapters.store.upsert import insert_if_new
from domain.projection import DeadLetter


async def add_letters(connection: AsyncConnection, build: int, letters: Iterable[DeadLetter]) -> None:
    """Add letters to a build's list. The key is the place in the topic, so who comes second adds nothing."""
    await insert_if_new(
        connection, built_dead_letters, [{"build": build, **_columns(each)} for each in letters]
    )


def _columns(letter: DeadLetter) -> dict[str, object]:
    columns = {column.name: getattr(letter, column.name) for column in read_dead_letters.c}
    return {**columns, "realms": realms_text(letter.realms)}
