"""Builds the read model again, beside the one that people read, in the process of the command: it takes nothing from who answers people."""

from collections.abc import Callable

from aiokafka.errors import KafkaError

from adapters.store.beside import Beside
from deploy.kafka_servers import kafka_servers
from deploy.own_database import database
from deploy.settings import Settings
from deploy.terminal import AskedInVainError, Exit
from domain.projection import BuiltAgainError, StoreAwayError
from streams.kafka.rebuilder import LogShorterError, Rebuilder
from streams.wire.unreadable import UnreadableRecordError

GO_ON = "People go on with the tables as they were. Asked for again, it goes on where it is."


async def rebuild_read_model(
    settings: Settings, tell: Callable[[int, int], None], prefix: str = ""
) -> int | None:
    """Build it again, and return once people read it; gives how many offsets of the log were folded here.

    None: nobody could read it yet, so it was emptied instead, and gateways fill it.

    Raises:
        AskedInVainError: it came to no end; people go on with the tables as they were.
    """
    async with database(settings) as store:
        beside = Beside(store)
        # Of one that was killed, or that somebody else ended.
        await beside.clear_former()
        if not await beside.begin():
            return None
        rebuilder = Rebuilder(kafka_servers(settings), beside, tell, prefix)
        try:
            return await rebuilder.until_read()
        except BuiltAgainError:
            raise AskedInVainError(await _why_ended(beside), Exit.REFUSED) from None
        except LogShorterError as wrong:
            raise AskedInVainError(f"{wrong.__doc__} {GO_ON}", Exit.REFUSED) from wrong
        except UnreadableRecordError as wrong:
            raise AskedInVainError(
                f"A record of sync.log can't be read by this version ({wrong}). {GO_ON}", Exit.REFUSED
            ) from wrong
        except (KafkaError, TimeoutError) as wrong:
            raise AskedInVainError(
                f"Kafka does not answer at {settings.bootstrap} ({type(wrong).__name__}). {GO_ON}", Exit.AWAY
            ) from wrong
        except StoreAwayError as wrong:
            raise AskedInVainError(f"The database does not answer: {wrong}. {GO_ON}", Exit.AWAY) from wrong


async def give_up_rebuild(settings: Settings) -> int | None:
    """Give up what was begun beside the tables that people read, and delete what there is of it; these stay as they are.

    Gives how many offsets of the log it still lacked; None: nothing was being built.

    Raises:
        StoreAwayError: the database does not answer.
    """
    async with database(settings) as store:
        beside = Beside(store)
        lacked = await beside.give_up()
        await beside.clear_former()
    return lacked


async def _why_ended(beside: Beside) -> str:
    if await beside.is_given_up():
        return "It was given up meanwhile. People go on with the tables as they were."
    return "Somebody has emptied the tables meanwhile: /readyz says how they are."
