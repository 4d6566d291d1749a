"""Client events as Canopy writes them, for stories in which their order or their number is the point."""

from datetime import UTC, datetime
from typing import Any

import orjson


def client_event(
    firm: str, happened: str, client: str, version: int, name: str, *, sync: bool | None = None, **values: Any
) -> bytes:
    """Write a CloudEvent with the whole client in it."""
    data = {"client_id": client, "version": version, "type": "individual", "display_name": name, **values}
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": f"evt-{client}-{version}",
            "source": "/canopy",
            "type": f"canopy.client.{happened}.v1",
            "subject": client,
            "time": datetime.now(UTC),
            "datacontenttype": "application/json",
            "firmid": firm,
            "actor": "user:dana",
            "data": data | ({} if sync is None else {"sync_client": sync}),
        }
    )
