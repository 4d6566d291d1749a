"""Which inputs are counted as echoes of our own writes, and which are not, though they look alike."""

from datetime import timedelta
from typing import Any

from domain.decision import Decision
from domain.echo import Echo, echo_in
from domain.effects import UpdateClient
from domain.ids import OURSELVES
from domain.inputs import Cause, ClientObserved, Input
from tests.unit.domain.world import FIRM, START, World


class Counting(World):
    """A world that counts what is absorbed."""

    def __init__(self) -> None:
        self.echoes: list[Echo] = []
        super().__init__()
        self.add_client(toggle=True, display_name="Fiona Gallagher", email="fiona@example.com")
        self.settle()
        self.echoes.clear()

    def tell_perhaps(self, given: Input, *, actor: str | None = None, **by: Any) -> Decision | None:
        """Look at the rows before and after."""
        before = {row.key: row for row in self.table}
        decision = super().tell_perhaps(given, actor=actor, **by)
        assert decision is not None
        cause = Cause(topic="any", partition=0, offset=0, id="e", at=START, actor=actor)
        echo = echo_in(given, cause, decision, [before.get(row.key) for row in decision.rows])
        self.echoes += [] if echo is None else [echo]
        return decision

    def hear_again(self, actor: str) -> None:
        """Canopy tells how the client looks now, and who it was."""
        client = self.link().client
        assert client is not None
        self.tell(ClientObserved(firm_id=FIRM, client=client, happened="edited"), actor=actor)


def _phone_from_quickbooks() -> Counting:
    world = Counting()
    world.edit_customer("58", phone="(312) 555-0177")
    assert isinstance(world.write(), UpdateClient)
    world.settle()
    world.echoes.clear()
    return world


def test_canopys_event_of_our_own_write_is_absorbed() -> None:
    """It names us as who did it, and asks for nothing."""
    world = _phone_from_quickbooks()

    world.hear_again(OURSELVES)

    assert world.echoes == ["client_event"]


def test_the_same_event_twice_is_no_echo() -> None:
    """What a person did and a producer sent again is a repeat, not something of ours."""
    world = _phone_from_quickbooks()

    world.hear_again("user:dana")

    assert world.echoes == []


def test_a_notification_that_a_read_has_answered_is_absorbed() -> None:
    """It is not even read."""
    world = Counting()
    told = world.now + timedelta(milliseconds=500)
    world.notify("58", time=told)
    world.settle()
    world.echoes.clear()

    world.notify("58", time=told)

    assert world.echoes == ["notice"]


def test_a_read_that_finds_what_we_knew_is_absorbed() -> None:
    """It cost a read, and nothing more."""
    world = Counting()
    world.notify("58", time=world.now)

    world.finish_read("58")

    assert world.echoes == ["read"]


def test_an_edit_is_no_echo() -> None:
    """Neither side's edit is counted, whatever it leads to."""
    world = Counting()

    world.edit_customer("58", phone="(312) 555-0177")
    world.settle()
    world.edit_client(email="new@example.com")
    world.settle()

    assert world.echoes == []
