"""Which way a command's questions go: to a gateway where the settings name one, else to Kafka and the database.

Each way is read only where it is gone: the clients of Kafka and the database take most of a second.
"""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TypeVar

from deploy.needed_settings import Runs
from deploy.operators.ports import Acts, Batches, Clients, Firms, Letters, Replays
from deploy.reach import asks_a_gateway
from deploy.settings import Settings
from deploy.terminal import settings_or_exit

Port = TypeVar("Port")
Answer = TypeVar("Answer")


def way_or_exit(runs: Runs) -> Settings:
    """Read the settings that a command needs on its way. `runs`: what it speaks to where no gateway is asked."""
    return settings_or_exit(Runs.API if asks_a_gateway() else runs)


async def through(way: AbstractAsyncContextManager[Port], ask: Callable[[Port], Awaitable[Answer]]) -> Answer:
    """Ask one thing on a way, and leave it."""
    async with way as port:
        return await ask(port)


def firms(settings: Settings) -> AbstractAsyncContextManager[Firms]:
    """Open the way to firms."""
    if settings.api:
        from deploy.operators.remote.firms import RemoteFirms
        from deploy.operators.remote.gateway import asking

        return asking(settings, RemoteFirms)
    from deploy.operators.direct.firms import DirectFirms

    return nullcontext(DirectFirms(settings))


def clients(settings: Settings) -> AbstractAsyncContextManager[Clients]:
    """Open the way to clients."""
    if settings.api:
        from deploy.operators.remote.clients import RemoteClients
        from deploy.operators.remote.gateway import asking

        return asking(settings, RemoteClients)
    from deploy.operators.direct.clients import DirectClients

    return nullcontext(DirectClients(settings))


def acts(settings: Settings) -> AbstractAsyncContextManager[Acts]:
    """Open the way to the engine."""
    if settings.api:
        from deploy.operators.remote.acts import RemoteActs
        from deploy.operators.remote.gateway import asking

        return asking(settings, RemoteActs)
    from deploy.operators.direct.acts import DirectActs

    return nullcontext(DirectActs(settings))


def replays(settings: Settings) -> AbstractAsyncContextManager[Replays]:
    """Open the way to replays."""
    if settings.api:
        from deploy.operators.remote.gateway import asking
        from deploy.operators.remote.replays import RemoteReplays

        return asking(settings, RemoteReplays)
    from deploy.operators.direct.replays import direct_replays

    return direct_replays(settings)


def batches(settings: Settings) -> AbstractAsyncContextManager[Batches]:
    """Open the way to batches."""
    if settings.api:
        from deploy.operators.remote.batches import RemoteBatches
        from deploy.operators.remote.gateway import asking

        return asking(settings, RemoteBatches)
    from deploy.operators.direct.batches import direct_batches

    return direct_batches(settings)


def letters(settings: Settings) -> AbstractAsyncContextManager[Letters]:
    """Open the way to dead letters."""
    if settings.api:
        from deploy.operators.remote.gateway import asking
        from deploy.operators.remote.letters import RemoteLetters

        return asking(settings, RemoteLetters)
    from deploy.operators.direct.letters import direct_letters

    return direct_letters(settings)
