"""The stand-in's sender of events ends when it is told to, whatever it is about just then."""

import asyncio

import pytest

from deploy.kafka.ports import free_port
from deploy.sandbox.canopy import sender
from deploy.sandbox.canopy.abilities import Able
from deploy.sandbox.canopy.outbox import Outbox
from deploy.sandbox.canopy.sender import Sender
from deploy.sandbox.canopy.settings import CanopySettings
from deploy.sandbox.reception import open_desk
from tests.patience import PATIENCE_SECONDS

MOMENTS = 120
"""So many turns of the event loop are more than trying to connect, and letting go of it, take."""


async def test_it_ends_at_whatever_moment_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kafka is away, so it connects and lets go again and again."""
    monkeypatch.setattr(sender, "TRY_AGAIN_AFTER", 0.0)
    settings = CanopySettings(token="any", bootstrap=f"127.0.0.1:{free_port()}")
    desk = open_desk(settings.state, settings.latency)
    outbox = Outbox(desk.state, desk.faults, Able())
    outbox.filled.set()

    for moment in range(MOMENTS):
        sending = asyncio.create_task(Sender(outbox, settings.bootstrap, settings.topic_prefix).send())
        for _ in range(moment):
            await asyncio.sleep(0)
        sending.cancel()
        done, _ = await asyncio.wait([sending], timeout=PATIENCE_SECONDS)

        assert done, moment
    desk.state.close()
