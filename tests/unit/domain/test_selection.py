"""Acts on many clients at once: of each what is offered is what would not be refused, and the others say why."""

from dataclasses import replace

from domain.ids import CustomerId
from domain.outcomes import Rejected
from domain.selection import offered, sorted_by
from tests.unit.domain.world import World


def _world() -> World:
    """One in step, one with a held change, one that was refused, one apart, one archived."""
    world = World()
    for client in ("c-1", "c-2", "c-3"):
        world.add_client(client, display_name=f"Client {client}", phone="1")
    world.settle()
    world.add_client("c-4", toggle=False, display_name="Apart")
    world.add_client("c-5", toggle=False, display_name="Gone")
    archived = world.link("c-5").client
    assert archived is not None
    world.hear(replace(archived, presence="archived", version=9), "archived")
    world.edit_client("c-3", phone="9")
    world.finish("c-3", Rejected(code="2050"))
    world.switch(from_canopy_editing=False)
    world.edit_client("c-2", phone="2")
    world.settle()
    return world


def test_what_is_offered_is_what_the_domain_lets_through() -> None:
    """Counted for each act, so that no button stands there that nothing would come of. What was refused is held too by now."""
    world = _world()

    assert offered(world.rows(), world.links()) == {
        "push": 2,
        "take_theirs": 2,
        "leave_both": 2,
        "retry": 1,
        "unmatch": 3,
        "leave": 1,
    }


def test_those_that_are_left_alone_say_why() -> None:
    """By the refusal that each would get if it were asked for alone."""
    world = _world()
    told = sorted_by(world.rows(), world.links(), "unmatch")
    assert [link.client_id for link in told.done] == ["c-1", "c-2", "c-3"]
    assert [(link.client_id, refusal.code) for link, refusal in told.refused] == [
        ("c-4", "already_unmatched"),
        ("c-5", "already_unmatched"),
    ]
    out = sorted_by(world.rows(), world.links(), "leave")
    assert {link.client_id: refusal.code for link, refusal in out.refused} == {
        "c-1": "already_linked",
        "c-2": "already_linked",
        "c-3": "already_linked",
        "c-5": "client_gone",
    }
    assert out.refused[0][1].facts == {"customer_id": world.link("c-1").customer_id or CustomerId("")}


def test_of_a_firm_that_is_disconnected_an_unmatch_is_all_that_is_left() -> None:
    """Nothing can be sent, so nothing that sends is offered."""
    world = _world()
    world.intent("disconnect")

    assert offered(world.rows(), world.links()) == {
        "push": 0,
        "take_theirs": 0,
        "leave_both": 0,
        "retry": 0,
        "unmatch": 3,
        "leave": 1,
    }
