"""The webhooks' words: what they say of a change, in both formats, and how they are signed.

CloudEvents: Intuit blog, Upcoming change to webhooks payload structure (2025-11-12), and Intuit's data-objects page.
The older format: Intuit, Webhooks. The signature: Intuit, Managing webhooks notifications.
"""

import base64
import hashlib
import hmac
from enum import StrEnum
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict


class Operation(StrEnum):
    """What happened to a customer; a deactivation is an update."""

    CREATE = "Create"
    UPDATE = "Update"
    MERGE = "Merge"


class Format(StrEnum):
    """The form of a notification; a switch in Intuit's portal chooses it."""

    CLOUDEVENTS = "cloudevents"
    LEGACY = "legacy"


class Notification(BaseModel):
    """One change of one customer. Who made it is not said, so an application's own writes come back to it."""

    model_config = ConfigDict(frozen=True)

    id: str
    realm: str
    entity_id: str
    operation: Operation
    time: str
    deleted_id: str | None = None
    """Of a merge: the customer that is no more; `entity_id` is the survivor."""


_PAST = {Operation.CREATE: "created", Operation.UPDATE: "updated", Operation.MERGE: "merged"}


def body_of(notifications: list[Notification], style: Format) -> bytes:
    """Write the body of one POST."""
    if style is Format.CLOUDEVENTS:
        return orjson.dumps([_cloud_event(each) for each in notifications])
    realms = dict.fromkeys(each.realm for each in notifications)
    return orjson.dumps(
        {
            "eventNotifications": [
                {
                    "realmId": realm,
                    "dataChangeEvent": {
                        "entities": [_legacy(each) for each in notifications if each.realm == realm]
                    },
                }
                for realm in realms
            ]
        }
    )


def sign(body: bytes, verifier: str) -> str:
    """Make the header `intuit-signature` for the raw bytes of a body."""
    return base64.b64encode(hmac.new(verifier.encode(), body, hashlib.sha256).digest()).decode()


def _cloud_event(notification: Notification) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": notification.id,
        "source": "intuit.c2ltdWxhdG9y",
        "type": f"qbo.customer.{_PAST[notification.operation]}.v1",
        "datacontenttype": "application/json",
        "time": notification.time,
        "intuitentityid": notification.entity_id,
        "intuitaccountid": notification.realm,
        "data": {"deletedid": notification.deleted_id} if notification.deleted_id else {},
    }


def _legacy(notification: Notification) -> dict[str, str]:
    entity = {
        "name": "Customer",
        "id": notification.entity_id,
        "operation": notification.operation.value,
        "lastUpdated": notification.time,
    }
    return entity | ({"deletedId": notification.deleted_id} if notification.deleted_id else {})
