"""Verifies the system that the settings name, with the two outsides where that is asked for."""

from contextlib import aclosing

import aiohttp

from adapters.canopy.api import CanopyApi
from adapters.quickbooks.api import QuickBooksApi
from deploy.counted_reads import read_counter
from deploy.own_database import database
from deploy.quickbooks_tokens import company_tokens
from deploy.settings import Settings
from deploy.verify.both_sides import BothSides, Pace
from deploy.verify.findings import Tell
from deploy.verify.run import Verified, verify


async def verify_system(settings: Settings, tell: Tell, requests_a_second: float | None) -> Verified:
    """Verify it. `requests_a_second`: to each of the outsides; None: they are not asked."""
    if requests_a_second is None:
        return await verify(settings, tell)
    async with (
        database(settings) as store,
        aclosing(read_counter(store, settings)) as counter,
        aiohttp.ClientSession() as session,
        aclosing(company_tokens(store, session, settings)) as tokens,
    ):
        sides = BothSides(
            QuickBooksApi(
                session,
                settings.quickbooks_url,
                tokens,
                before_each=Pace(requests_a_second),
                reads=counter,
            ),
            CanopyApi(
                session, settings.canopy_url, settings.canopy_token, before_each=Pace(requests_a_second)
            ),
        )
        return await verify(settings, tell, sides)
