"""What is asked for is answered with how it ended: a link's end, a customer's link, a firm's decision, or a refusal."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

import pytest

from adapters.store.past_decisions import PastDecision
from adapters.web.api import intents
from adapters.web.api.intents import Done, UnderWay, answered, ask
from adapters.web.api.operations import Call, Nothing
from adapters.web.api.positions import Position
from adapters.web.auth.people import Person, Role
from adapters.web.parts import Parts
from adapters.web.problems import Problem
from domain.decision import Verdict
from domain.effects import UpdateCustomer
from domain.firm_rows import FirmRow
from domain.ids import ClientId, CustomerId, EffectId, FirmId, IntentId
from domain.inputs import AddClient, Cause, Intent, Match, Pause
from domain.projection import Decided, Stretch
from domain.rows import CustomerRow, LinkRow, LinkStatus, Row
from streams.kafka.log_tail import LogTail

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TOPIC = "sync.intents"
FIRM, CLIENT, CUSTOMER = FirmId("f-1"), ClientId("c-1"), CustomerId("58")
INTENT = IntentId("i-1")
SYNCED = LinkRow(
    firm_id=FIRM, client_id=CLIENT, status=LinkStatus.SYNCED, reason=None, customer_id=CUSTOMER, version=3
)
WRITE = UpdateCustomer(
    id=EffectId("e-1"), customer_id=CUSTOMER, sync_token=0, values={}, asked_by="person", planned_at=NOW
)
MATCHING = replace(SYNCED, status=LinkStatus.MATCHING, pending=(WRITE,), version=2)
ANOTHER = replace(SYNCED, client_id=ClientId("c-2"), customer_id=CustomerId("59"))
MATCH = Match(firm_id=FIRM, intent_id=INTENT, client_id=CLIENT, customer_id=CUSTOMER)
ADD = AddClient(firm_id=FIRM, intent_id=INTENT, customer_id=CUSTOMER, anyway=False)
PAUSE = Pause(firm_id=FIRM, intent_id=INTENT, reason=None)


class Engine:
    """Decides an intent as it comes, with the first row; the others follow. `past`: what was decided of it earlier."""

    def __init__(
        self,
        rows: Sequence[Row],
        before: Sequence[Row],
        verdict: Verdict,
        code: str,
        past: PastDecision | None,
    ) -> None:
        self.tail = LogTail()
        self.submitted = 0
        self._rows, self._before = rows, before
        self._verdict, self._code, self._past = verdict, code, past

    async def submit(self, intent: Intent, actor: str, asked_at: datetime, batch: str | None = None) -> None:
        """Take an intent in."""
        self.submitted += 1
        cause = Cause(
            id=intent.intent_id, topic=TOPIC, partition=0, offset=7, at=asked_at, actor=actor, batch=batch
        )
        for offset, row in enumerate((*self._before, *self._rows), 41 - len(self._before)):
            line = Decided(
                partition=3,
                offset=offset,
                version=row.version,
                verdict=self._verdict,
                code=self._code,
                row=row,
                cause=cause if offset == 41 else None,
            )
            self.tail.feed(Stretch(partition=3, first=offset, next_offset=offset + 1, decided=(line,)))

    async def about(self, _firm: FirmId, _intent: IntentId) -> PastDecision | None:
        """Remember a decision."""
        return self._past

    async def one(self, _firm: FirmId, _client: ClientId) -> None:
        """The read model shows nothing yet."""

    def position(self, _partition: int) -> int:
        """It is at the beginning."""
        return 0


def engine_of(
    *rows: Row,
    before: Row | None = None,
    verdict: Verdict = Verdict.APPLIED,
    code: str = "match",
    past: PastDecision | None = None,
) -> Engine:
    return Engine(rows, () if before is None else (before,), verdict, code, past)


def call_to(engine: Engine, *, repeated: bool = False) -> Call:
    parts = SimpleNamespace(
        watcher=engine.tail,
        intents=engine,
        intents_topic=TOPIC,
        past=engine,
        progress=engine,
        read_model=SimpleNamespace(links=engine),
    )
    return Call(
        parts=cast(Parts, parts),
        person=Person(id="dana", name="Dana", role=Role.MANAGER),
        firm=FIRM,
        client=CLIENT,
        customer=CUSTOMER,
        query=Nothing(),
        body=Nothing(),
        idempotency_key="k-1",
        asked_at=NOW,
        repeated=repeated,
    )


@pytest.fixture(autouse=True)
def no_long_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not come is not waited for."""
    monkeypatch.setattr(intents, "WAIT_SECONDS", 0.02)


async def test_a_link_is_done_when_its_own_work_is() -> None:
    """Another client that is at rest ends nothing, and neither does the decision while its write is under way."""
    ended = await ask(call_to(engine_of(MATCHING, ANOTHER, SYNCED)), MATCH)

    assert ended == Done(position=Position(3, 44), link=SYNCED)


async def test_what_a_link_was_before_the_decision_ends_nothing() -> None:
    """Somebody else's intent about the same client was decided while this one was on its way."""
    engine = engine_of(MATCHING, before=replace(SYNCED, version=1))

    assert await ask(call_to(engine), MATCH) == UnderWay(position=Position(3, 42))


async def test_a_link_whose_write_goes_on_is_under_way() -> None:
    """With the position of what was decided, to read on from."""
    ended = await ask(call_to(engine_of(MATCHING)), MATCH)

    assert ended == UnderWay(position=Position(3, 42))


@pytest.mark.parametrize("intent", [MATCH, ADD, PAUSE])
async def test_what_nobody_decides_in_time_is_under_way(intent: Intent) -> None:
    """Nothing can be said of it yet."""
    assert await ask(call_to(engine_of()), intent) == UnderWay()


async def test_a_client_for_a_customer_is_done_when_the_two_are_linked() -> None:
    """Its client is known by the customer alone, which its decision is about."""
    asked = CustomerRow(firm_id=FIRM, customer_id=CUSTOMER, version=5)

    assert await ask(call_to(engine_of(asked, ANOTHER, SYNCED)), ADD) == Done(
        position=Position(3, 44), link=SYNCED
    )
    assert await ask(call_to(engine_of(asked, ANOTHER)), ADD) == UnderWay(position=Position(3, 42))


async def test_what_is_asked_of_a_firm_is_done_when_decided() -> None:
    """Its work may go on for long."""
    ended = await ask(call_to(engine_of(FirmRow(firm_id=FIRM, version=9))), PAUSE)

    assert ended == Done(position=Position(3, 42))


@pytest.mark.parametrize("intent", [MATCH, ADD, PAUSE])
async def test_a_refusal_is_a_problem_for_good(intent: Intent) -> None:
    """Whatever it was about."""
    with pytest.raises(Problem) as refused:
        await ask(call_to(engine_of(SYNCED, verdict=Verdict.REFUSED, code="stale")), intent)

    assert (refused.value.status, refused.value.code, refused.value.final) == (409, "stale", True)
    assert refused.value.headers == {"Sync-Position": "p3:42"}


async def test_what_was_decided_before_is_not_asked_again() -> None:
    """The same key, sent again: the engine is told once."""
    before = PastDecision(Verdict.APPLIED, "pause", {}, 3, 12, 13)
    engine = engine_of(past=before)

    assert await ask(call_to(engine, repeated=True), PAUSE) == Done(position=Position(3, 13))
    assert engine.submitted == 0


def test_only_what_is_under_way_says_where_to_look() -> None:
    """202 with the address, or 200."""
    at = Position(3, 42)
    done = answered(Done(position=at), Nothing(), "/there")
    waits = answered(UnderWay(position=at), Nothing(), "/there")

    assert (done.status, done.location, done.position) == (200, None, at)
    assert (waits.status, waits.location, waits.position) == (202, "/there", at)
