"""A person adds a client in a Canopy that keeps no keys: it is asked once, and where nobody knows what came of it, that is said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast

import pytest

from adapters.web.api.client_writes import CLIENT_WRITES, NewClient
from adapters.web.api.operations import Call, Nothing
from adapters.web.auth.people import Person, Role
from adapters.web.parts import Parts
from adapters.web.problems import Problem
from domain.ids import ClientId, CustomerId, FirmId
from domain.obstacles import Obstacle
from domain.ports import TryLater
from streams.kafka.log_tail import LogTail
from tests.unit.web.test_intents import NOW

ADD = next(each.handle for each in CLIENT_WRITES if each.method == "POST")


@dataclass
class Canopy:
    """Answers nothing that settles anything."""

    says: TryLater
    asked: list[object] = field(default_factory=list)

    async def create_client(
        self, _firm: FirmId, body: Mapping[str, object], _actor: str, _key: str
    ) -> TryLater:
        """Keep it."""
        self.asked.append(body["display_name"])
        return self.says


async def refusal(canopy: Canopy, *, keeps_keys: bool, repeated: bool = False) -> Problem:
    """Add a client, and give what is said."""
    parts = SimpleNamespace(watcher=LogTail(), canopy=canopy, canopy_keeps_keys=keeps_keys)
    call = Call(
        parts=cast(Parts, parts),
        person=Person(id="dana", name="Dana", role=Role.MANAGER),
        firm=FirmId("f-1"),
        client=ClientId(""),
        customer=CustomerId(""),
        query=Nothing(),
        body=NewClient(type="individual", display_name="Frank"),
        idempotency_key="k-1",
        asked_at=NOW,
        repeated=repeated,
    )
    with pytest.raises(Problem) as refused:
        await ADD(call)
    return refused.value


LOST = TryLater(why=Obstacle.NO_ANSWER, may_have_happened=True)
NOT_DONE = TryLater(why=Obstacle.THROTTLED, may_have_happened=False)


async def test_a_lost_answer_is_said_for_good_and_canopy_is_not_asked_again() -> None:
    """Pressing again gives the same answer, also where the first one never left us."""
    canopy = Canopy(LOST)

    said = await refusal(canopy, keeps_keys=False)
    assert (said.code, said.final, canopy.asked) == ("canopy_unsure", True, ["Frank"])
    assert (await refusal(canopy, keeps_keys=False, repeated=True)).code == "canopy_unsure"
    assert canopy.asked == ["Frank"]


@pytest.mark.parametrize(("says", "keeps_keys"), [(LOST, True), (NOT_DONE, True), (NOT_DONE, False)])
async def test_what_may_safely_be_asked_again_is_said_to_be(says: TryLater, keeps_keys: bool) -> None:
    """With keys whatever it was, and without them what Canopy certainly has not done."""
    canopy = Canopy(says)

    said = await refusal(canopy, keeps_keys=keeps_keys)

    assert (said.code, said.final, canopy.asked) == ("canopy_away", False, ["Frank"])


async def test_with_keys_the_same_is_asked_again() -> None:
    """Canopy then answers what it answered before."""
    canopy = Canopy(LOST)

    await refusal(canopy, keeps_keys=True, repeated=True)

    assert canopy.asked == ["Frank"]
