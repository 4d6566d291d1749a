"""Starts a stand-in as the settings say."""

from pathlib import Path
from typing import Literal, assert_never

from deploy.private_files import open_data_folder
from deploy.sandbox.canopy.__main__ import main as canopy
from deploy.sandbox.issuer.__main__ import main as issuer
from deploy.sandbox.quickbooks.__main__ import main as quickbooks
from deploy.settings import Settings


def run_stand_in(settings: Settings, which: Literal["quickbooks", "canopy", "issuer"]) -> int:
    """Run one stand-in until it is stopped; its state is kept beside the other local data. The issuer has none."""
    match which:
        case "quickbooks":
            return quickbooks(_of_quickbooks(settings, _folder(settings)))
        case "canopy":
            return canopy(_of_canopy(settings, _folder(settings)))
        case "issuer":
            return issuer(_of_issuer(settings))
        case _:
            assert_never(which)


def _folder(settings: Settings) -> Path:
    folder = settings.data_folder / "sandbox"
    open_data_folder(settings.data_folder)
    folder.mkdir(exist_ok=True)
    return folder


def _of_quickbooks(settings: Settings, folder: Path) -> list[str]:
    return [
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


def _of_canopy(settings: Settings, folder: Path) -> list[str]:
    return [
        *("--port", str(settings.canopy_port)),
        *("--state", str(folder / "canopy.sqlite")),
        *("--token", settings.canopy_token),
        *("--bootstrap", settings.bootstrap),
        "--sample",
    ]


def _of_issuer(settings: Settings) -> list[str]:
    return [
        *("--port", str(settings.oidc_port)),
        *("--client-id", settings.oidc_client_id),
        f"--client-secret={settings.oidc_client_secret}",
        *("--redirect-uri", settings.sign_in_redirect_uri),
    ]
