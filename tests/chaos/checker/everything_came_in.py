"""C7: what happened outside has reached Kafka, also what happened while Kafka was away.

What a person asked for and Kafka acknowledged lies on its topic; each change of a client in Canopy has its event;
and each customer's last change in QuickBooks has been told.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from .history import CLIENT_EVENTS, INTENTS, NOTIFICATIONS, Finding, History
from .log import Log


def judge(history: History, log: Log) -> Finding:
    """Compare what both sides and the load know of with what lies on the topics."""
    found = Finding()
    _intents(history, found)
    _clients(history, found)
    _customers(history, log, found)
    return found


def _intents(history: History, found: Finding) -> None:
    lying = {event.get("id") for event in _events(history, INTENTS)}
    for intent in history.intents:
        found.counts["intents acknowledged"] += 1
        if intent not in lying:
            found.violation("C7", "an acknowledged intent is gone", id=intent)


def _clients(history: History, found: Finding) -> None:
    versions: dict[tuple[str, str], set[int]] = defaultdict(set)
    for event in _events(history, CLIENT_EVENTS):
        data = event.get("data") or {}
        if "client_id" in data:
            versions[event["firmid"], data["client_id"]].add(data["version"])
    for (firm, client), held in history.clients.items():
        missing = sorted(set(range(1, held["version"] + 1)) - versions[firm, client])
        found.counts["changes of clients"] += held["version"]
        if missing:
            found.violation(
                "C7", "a client's change has no event", firm=firm, client=client, versions=missing
            )


def _customers(history: History, log: Log, found: Finding) -> None:
    told: dict[tuple[str, str], datetime] = {}
    for event in _events(history, NOTIFICATIONS):
        data = event.get("data") or {}
        if "time" not in data:
            continue
        customer = data["realm_id"], data["customer_id"]
        time = datetime.fromisoformat(data["time"])
        told[customer] = max(time, told.get(customer, time))
    realms = set(log.realms().values())
    for (realm, customer_id), held in history.customers.items():
        changed = datetime.fromisoformat(held["MetaData"]["LastUpdatedTime"])
        found.counts["customers' last changes"] += 1
        last = told.get((realm, customer_id))
        # QuickBooks stamps whole seconds.
        if realm in realms and (last is None or last.replace(microsecond=0) < changed.astimezone(UTC)):
            found.violation(
                "C7", "a customer's last change was never told", realm=realm, customer=customer_id
            )


def _events(history: History, topic: str) -> Iterator[dict[str, Any]]:
    for message in history.inputs:
        if message.topic == topic:
            try:
                event = json.loads(message.value or b"null")
            except ValueError:
                continue
            if isinstance(event, dict):
                yield event
