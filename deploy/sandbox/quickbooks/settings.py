"""What the QuickBooks stand-in is started with."""

from dataclasses import dataclass

from deploy.sandbox.quickbooks.oauth.apps import App
from deploy.sandbox.quickbooks.throttle import INTUITS, Limits

SETTING_OF_PORT = "CLIENT_SYNC_QBO_PORT"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickBooksSettings:
    """Its defaults keep nothing, and tell nobody of changes."""

    access_token: str
    """Opens every company, so that a script needs no sign-in; Intuit has no such thing."""
    verifier: str
    """Signs the webhooks."""
    state: str = ":memory:"
    """A SQLite file, or `:memory:`."""
    webhook_url: str | None = None
    time_scale: float = 1.0
    """Multiplies the waits between webhook retries."""
    latency: float = 0.0
    """Seconds a request takes."""
    sample: bool = False
    limits: Limits = INTUITS
    app: App = App(client_id="", client_secret="", redirect_uris=())
    """Who may sign in; the default is nobody."""
    ascii_queries: bool = False
    """Refuse every character beyond ASCII in queries, not just the recorded ones."""
