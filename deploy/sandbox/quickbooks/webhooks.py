"""Deliver notifications: in order per realm, signed, again after a failure, for as long as it takes.

3 seconds to answer 200; retries after 10, 20, 30 s, 5, 20 min, 2, 4, then every 6 hours; while one is not acknowledged,
later ones of its realm wait (Intuit blog, Introducing enhanced webhooks monitoring; Intuit, Webhooks best practices).
"""

import asyncio
import time
import uuid
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated

import aiohttp
import structlog
from pydantic import BaseModel, ConfigDict, Field

from deploy.sandbox.faults import OF_MESSAGES, Do, Faults
from deploy.sandbox.ledger import Call
from deploy.sandbox.quickbooks.events import Format, Notification, Operation, body_of, sign
from deploy.sandbox.state import State

SCHEMA = """
CREATE TABLE IF NOT EXISTS webhooks (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, realm TEXT NOT NULL, due REAL NOT NULL, notification TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS webhooks_by_realm ON webhooks (realm, due);
"""
ANSWER_WITHIN = aiohttp.ClientTimeout(total=3)
RETRY_AFTER = (10, 20, 30, 300, 1200, 7200, 14_400, 21_600)

log = structlog.get_logger(__name__)


class Subscription(BaseModel):
    """Where notifications go, and how. Belongs to this run of the process, like faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str | None = None
    format: Format = Format.CLOUDEVENTS
    content_type: str = "application/json"
    """May also be `application/cloudevents+json` (Intuit's Prompt-Library, webhooks-migration)."""
    paused: bool = False
    mixed: bool = False
    """One delivery tells of several companies, as CloudEvents may."""
    most_in_one_post: Annotated[int, Field(ge=1)] = 50


@dataclass(slots=True)
class Webhooks:
    """What is still to be delivered, and the task that delivers it."""

    state: State
    faults: Faults
    subscription: Subscription
    verifier: str
    time_scale: float
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.state.define(SCHEMA)

    def announce(
        self, cause: Call, realm: str, entity_id: str, operation: Operation, deleted: str | None, at: str
    ) -> None:
        """Queue what tells of one change, at `at`. Belongs into the transaction of that change."""
        if self.subscription.url is None:
            return
        fault = self.faults.take(cause, OF_MESSAGES)
        if fault is not None and fault.do is Do.DROP_WEBHOOK:
            return
        due = time.time() + (fault.seconds if fault is not None and fault.do is Do.DELAY_WEBHOOK else 0.0)
        notification = Notification(
            id=str(uuid.uuid4()),
            realm=realm,
            entity_id=entity_id,
            operation=operation,
            time=at,
            deleted_id=deleted,
        )
        for _ in range(2 if fault is not None and fault.do is Do.DOUBLE_WEBHOOK else 1):
            self.state.write(
                "INSERT INTO webhooks (realm, due, notification) VALUES (?, ?, ?)",
                realm,
                due,
                notification.model_dump_json(),
            )
        self.wake()

    def waiting(self) -> int:
        """Count what has not been delivered."""
        ((count,),) = self.state.rows("SELECT count(*) FROM webhooks")
        return int(count)

    def wake(self) -> None:
        """Look for work now: something was queued, or the subscription has changed."""
        self._woken.set()

    async def deliver(self) -> None:
        """Deliver for ever, each realm at its own pace."""
        at_work: dict[str | None, asyncio.Task[None]] = {}
        async with aiohttp.ClientSession(timeout=ANSWER_WITHIN) as session, asyncio.TaskGroup() as realms:
            while True:
                await self._woken.wait()
                self._woken.clear()
                if self.subscription.paused:
                    continue
                for realm in self._queues():
                    if realm not in at_work:
                        task = realms.create_task(self._deliver_queue(session, realm))
                        at_work[realm] = task
                        task.add_done_callback(partial(self._ended, at_work, realm))

    def _queues(self) -> list[str | None]:
        """Name the realms that have something to be told; None: that of all of them together."""
        rows = self.state.rows("SELECT DISTINCT realm FROM webhooks")
        if self.subscription.mixed:
            return [None] if rows else []
        return [row["realm"] for row in rows]

    def _ended(
        self, at_work: dict[str | None, asyncio.Task[None]], realm: str | None, _: asyncio.Task[None]
    ) -> None:
        del at_work[realm]
        self.wake()  # something may have been queued as the task ended

    async def _deliver_queue(self, session: aiohttp.ClientSession, realm: str | None) -> None:
        failures = 0
        while not self.subscription.paused:
            (due,) = self.state.rows(
                "SELECT min(due) AS due FROM webhooks WHERE realm = coalesce(?, realm)", realm
            )
            first_due = due["due"]
            if first_due is None:
                return
            if first_due > time.time():
                await asyncio.sleep(min(first_due - time.time(), 0.05))  # a new one may be due earlier
                continue
            rows = self.state.rows(
                "SELECT seq, notification FROM webhooks WHERE realm = coalesce(?, realm) AND due <= ?"
                " ORDER BY seq LIMIT ?",
                realm,
                time.time(),
                self.subscription.most_in_one_post,
            )
            if await self._post(
                session, [Notification.model_validate_json(row["notification"]) for row in rows]
            ):
                failures = 0
                with self.state.transaction():
                    for row in rows:
                        self.state.write("DELETE FROM webhooks WHERE seq = ?", row["seq"])
            else:
                step = RETRY_AFTER[min(failures, len(RETRY_AFTER) - 1)]
                failures += 1
                await asyncio.sleep(step * self.time_scale)

    async def _post(self, session: aiohttp.ClientSession, notifications: list[Notification]) -> bool:
        subscription = self.subscription
        if subscription.url is None:
            return False
        body = body_of(notifications, subscription.format)
        headers = {"Content-Type": subscription.content_type, "intuit-signature": sign(body, self.verifier)}
        try:
            async with session.post(subscription.url, data=body, headers=headers) as response:
                acknowledged = response.status == 200  # noqa: PLR2004  (any other answer is a failure)
        except (aiohttp.ClientError, TimeoutError) as error:
            log.info("webhook_failed", realm=notifications[0].realm, reason=type(error).__name__)
            return False
        if not acknowledged:
            log.info("webhook_failed", realm=notifications[0].realm, status=response.status)
        return acknowledged
