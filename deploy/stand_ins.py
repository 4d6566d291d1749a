"""Starts a stand-in as the settings say."""

from typing import Literal

from deploy.private_files import open_data_folder
from deploy.sandbox.canopy.__main__ import main as canopy
from deploy.sandbox.quickbooks.__main__ import main as quickbooks
from deploy.settings import Settings


def run_stand_in(settings: Settings, side: Literal["quickbooks", "canopy"]) -> int:
    """Run one stand-in until it is stopped; its state is kept beside the other local data."""
    folder = settings.data_folder / "sandbox"
    open_data_folder(settings.data_folder)
    folder.mkdir(exist_ok=True)
    if side == "quickbooks":
        return quickbooks(
            [
                *("--port", str(settings.qbo_port)),
                *("--state", str(folder / "quickbooks.sqlite")),
                *("--webhook-url", f"{settings.webhook_url}/webhooks/quickbooks"),
                *("--verifier", settings.qbo_webhook_verifiers[0]),
                *("--access-token", settings.qbo_access_token),
                *("--client-id", settings.qbo_client_id, "--client-secret", settings.qbo_client_secret),
                *("--redirect-uri", settings.redirect_uri),
                *("--time-scale", str(settings.webhook_time_scale)),
                "--sample",
            ]
        )
    return canopy(
        [
            *("--port", str(settings.canopy_port)),
            *("--state", str(folder / "canopy.sqlite")),
            *("--token", settings.canopy_token),
            *("--bootstrap", settings.bootstrap),
            "--sample",
        ]
    )
