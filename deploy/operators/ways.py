"""Which way a command's questions go: to a gateway where the settings name one, else to Kafka and the database.

Each way is read only where it is gone: the clients of Kafka and the database take most of a second.
"""

from deploy.needed_settings import Runs
from deploy.operators.ports import Acts, Clients, Firms, OpenLetters, OpenReplays
from deploy.reach import asks_a_gateway
from deploy.settings import Settings
from deploy.terminal import settings_or_exit


def way_or_exit(runs: Runs) -> Settings:
    """Read the settings that a command needs on its way. `runs`: what it speaks to where no gateway is asked."""
    return settings_or_exit(Runs.API if asks_a_gateway() else runs)


def firms(settings: Settings) -> Firms:
    """Give the way to firms."""
    if settings.api:
        from deploy.operators.remote.firms import RemoteFirms

        return RemoteFirms(settings)
    from deploy.operators.direct.firms import DirectFirms

    return DirectFirms(settings)


def clients(settings: Settings) -> Clients:
    """Give the way to clients."""
    if settings.api:
        from deploy.operators.remote.clients import RemoteClients

        return RemoteClients(settings)
    from deploy.operators.direct.clients import DirectClients

    return DirectClients(settings)


def acts(settings: Settings) -> Acts:
    """Give the way to the engine."""
    if settings.api:
        from deploy.operators.remote.acts import RemoteActs

        return RemoteActs(settings)
    from deploy.operators.direct.acts import DirectActs

    return DirectActs(settings)


def replays(settings: Settings) -> OpenReplays:
    """Open the way to replays."""
    if settings.api:
        from deploy.operators.remote.replays import remote_replays

        return remote_replays(settings)
    from deploy.operators.direct.replays import direct_replays

    return direct_replays(settings)


def letters(settings: Settings) -> OpenLetters:
    """Open the way to dead letters."""
    if settings.api:
        from deploy.operators.remote.letters import remote_letters

        return remote_letters(settings)
    from deploy.operators.direct.letters import direct_letters

    return direct_letters(settings)
