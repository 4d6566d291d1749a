"""What takes intents in, in place of Kafka and a worker: decides each as it comes, and lets the database show that."""

from datetime import datetime

from adapters.store.database import Database
from domain.inputs import Intent
from tests.integration.store.recorded_world import RecordedWorld


class Engine:
    """Decides an intent as it comes, and shows that; `holds`: it leaves them lying. The clock is the world's.

    `parks`: the clients about which it can decide nothing; `stalls`: what it decides is not sent to either side.
    """

    def __init__(self, world: RecordedWorld, database: Database) -> None:
        self.world = world
        self.asked: list[tuple[str, str | None]] = []
        self.holds = False
        self.parks: set[str] = set()
        self.stalls = False
        self._database = database

    async def submit(self, intent: Intent, actor: str, asked_at: datetime, batch: str | None = None) -> None:
        """Take an intent in."""
        self.asked.append((intent.intent_id, batch))
        if not self.holds and getattr(intent, "client_id", "") not in self.parks:
            self.world.batch = batch
            self.world.tell(intent, actor=actor, said_at=asked_at)
            self.world.batch = None
            if not self.stalls:
                self.world.settle()
            await self.world.flush(self._database)

    async def caught_up(self) -> None:
        """Let the database show all that is decided."""
        await self.world.flush(self._database)
