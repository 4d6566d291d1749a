"""What the Canopy stand-in is started with."""

from dataclasses import dataclass

SETTING_OF_PORT = "CLIENT_SYNC_CANOPY_PORT"


@dataclass(frozen=True, slots=True, kw_only=True)
class CanopySettings:
    """Its defaults keep nothing."""

    token: str
    bootstrap: str
    """host:port of Kafka. While it is away, events wait."""
    topic_prefix: str = ""
    state: str = ":memory:"
    """A SQLite file, or `:memory:`."""
    latency: float = 0.0
    """Seconds a request takes."""
    sample: bool = False
