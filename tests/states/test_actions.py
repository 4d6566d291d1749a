"""What a client can be asked for is what `decide` does not refuse: in every state, and after every input."""

from collections.abc import Callable, Mapping

import pytest

from adapters.web.link_actions import Action, actions
from domain.ids import ClientId, IntentId
from domain.inputs import Create, Input, Push, Restore, Retry, Unmatch
from tests.states.test_choices import STATES, asked, reached
from tests.unit.domain.world import FIRM, World

INTENT = IntentId("i")
WISHES: Mapping[Action, Callable[[ClientId], Input]] = {
    "create": lambda client: Create(firm_id=FIRM, intent_id=INTENT, client_id=client),
    "unmatch": lambda client: Unmatch(firm_id=FIRM, intent_id=INTENT, client_id=client),
    "push": lambda client: Push(firm_id=FIRM, intent_id=INTENT, client_id=client),
    "retry": lambda client: Retry(firm_id=FIRM, intent_id=INTENT, client_id=client),
}


def check(world: World) -> None:
    """Compare for each client; a restore is offered wherever it would be taken."""
    for link in world.links():
        can = actions(link, world.table)
        for action, wish in WISHES.items():
            assert (action in can) is asked(world, wish(link.client_id)), action
        if asked(world, Restore(firm_id=FIRM, intent_id=INTENT, client_id=link.client_id)):
            assert "restore" in can


@pytest.mark.parametrize("state", STATES)
def test_an_action_is_offered_exactly_if_it_would_not_be_refused(state: str) -> None:
    """In the state, and after each input."""
    for world in reached(state):
        check(world)
