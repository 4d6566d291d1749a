"""`client-sync worker` with two bugs, whose exceptions quote all that they were given. Run with the same arguments."""

from collections.abc import Mapping
from datetime import datetime
from unittest.mock import patch

import deploy.worker
from adapters.canopy.mapping import client_of
from adapters.quickbooks.api import QuickBooksApi
from deploy.cli import main
from domain.effects import CreateCustomer
from domain.fields import Field
from domain.ids import RealmId
from domain.ports import CreateAnswer
from domain.snapshots import Client

UNREADABLE = "Can't be read"
UNWRITABLE = "Can't be written"
"""Clients with this middle name meet the bug."""


def _read_client(data: Mapping[str, object], changed_at: datetime) -> Client:
    if data.get("middle_name") == UNREADABLE:
        raise RuntimeError(f"reading {data}")
    return client_of(data, changed_at)


class _QuickBooks(QuickBooksApi):
    async def create_customer(self, realm: RealmId, effect: CreateCustomer) -> CreateAnswer:
        if effect.values.get(Field.MIDDLE_NAME) == UNWRITABLE:
            raise RuntimeError(f"creating {effect}")
        return await super().create_customer(realm, effect)


if __name__ == "__main__":
    with (
        patch.object(deploy.worker, "client_of", _read_client),
        patch.object(deploy.worker, "QuickBooksApi", _QuickBooks),
    ):
        main()
