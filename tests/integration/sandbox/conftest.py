"""The stand-ins, each in this process on a free port, and somebody who listens to webhooks."""

from collections.abc import AsyncIterator

import pytest

from deploy.sandbox.canopy.app import canopy_app
from deploy.sandbox.canopy.settings import CanopySettings
from deploy.sandbox.quickbooks.app import quickbooks_app
from deploy.sandbox.quickbooks.settings import QuickBooksSettings
from deploy.sandbox.quickbooks.throttle import Limits
from tests.integration.sandbox.caller import APP, FIRM, REALM, TOKEN, VERIFIER, Caller, Stage
from tests.integration.sandbox.listener import Listener

NO_KAFKA = "127.0.0.1:9"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Where a test may start applications of its own."""
    stage = Stage()
    yield stage
    await stage.close()


@pytest.fixture
async def listener(stage: Stage) -> Listener:
    """An endpoint for webhooks."""
    listener = Listener()
    caller, _ = await stage.start(listener.app())
    listener.url = f"{caller.url}/webhooks"
    return listener


@pytest.fixture
async def quickbooks(stage: Stage, listener: Listener) -> Caller:
    """The QuickBooks stand-in with one empty realm."""
    settings = QuickBooksSettings(
        access_token=TOKEN,
        verifier=VERIFIER,
        webhook_url=listener.url,
        time_scale=0.001,
        limits=Limits(),
        app=APP,
    )
    caller, _ = await stage.start(quickbooks_app(settings))
    await caller.post("/_control/realms", {"realm_id": REALM, "company_name": "Test Books"})
    return caller


@pytest.fixture
async def throttled(stage: Stage) -> Caller:
    """The QuickBooks stand-in as it is unless told otherwise, with one empty realm."""
    caller, _ = await stage.start(quickbooks_app(QuickBooksSettings(access_token=TOKEN, verifier=VERIFIER)))
    await caller.post("/_control/realms", {"realm_id": REALM, "company_name": "Test Books"})
    return caller


@pytest.fixture
async def canopy(stage: Stage) -> Caller:
    """The Canopy stand-in with one empty firm, while Kafka is away."""
    caller, _ = await stage.start(canopy_app(CanopySettings(token=TOKEN, bootstrap=NO_KAFKA)))
    await caller.post("/_control/firms", {"firm_id": FIRM, "name": "Test Firm"})
    return caller
