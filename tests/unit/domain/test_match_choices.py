"""What holds for a row of both lists: what was chosen for it, while it is the row that was chosen for, and can be done."""

from typing import Any

from domain.ids import ClientId, CustomerId
from domain.matching.choices import Choice, Weighed, weigh, what_can_be_done
from domain.rows import CustomerRow, LinkRow
from tests.unit.domain.world import FIRM, World


class Pair:
    """Ada on both sides, unmatched."""

    def __init__(self) -> None:
        self.world = World()
        self.world.add_client("c-1", toggle=False, display_name="Ada Roe")
        self.world.know_customer("70", display_name="Ada Roe")

    @property
    def link(self) -> LinkRow:
        """Ada in Canopy."""
        return self.world.link("c-1")

    @property
    def customer(self) -> CustomerRow:
        """Ada in QuickBooks."""
        return self.world.customer("70")

    def chosen(self, do: Any, customer: str | None = "70") -> Choice:
        """Somebody chooses, on what they see now."""
        seen = self.customer.customer
        return Choice(
            do=do,
            client_id=ClientId("c-1"),
            customer_id=CustomerId(customer) if customer else None,
            link_version=self.link.version,
            customer_sync_token=seen.sync_token if seen and customer else None,
        )

    def weighed(self, choice: Choice | None, *, is_sure: bool = True) -> Weighed:
        """Weigh it, as things are now."""
        can = what_can_be_done(self.world.table, FIRM, self.link, self.customer)
        return weigh(self.link, self.customer, choice, can, is_sure=is_sure)


def test_a_sure_pair_is_matched_unless_somebody_says_otherwise() -> None:
    """A likely one is for later until somebody chooses."""
    pair = Pair()

    assert pair.weighed(None) == Weighed(do="match")
    assert pair.weighed(None, is_sure=False) == Weighed(do="later")
    for do in ("match", "create", "create_client", "leave", "later"):
        assert pair.weighed(pair.chosen(do)) == Weighed(do=do)


def test_what_a_person_took_apart_or_is_asked_about_is_not_ticked() -> None:
    """Nobody wants to say so twice; chosen it can be."""
    pair = Pair()
    pair.world.intent("create", "c-1")
    pair.world.settle()
    assert pair.link.problem is not None, "the name is taken"
    assert pair.weighed(None) == Weighed(do="later")

    pair = Pair()
    pair.world.intent("match", "c-1", customer_id=CustomerId("70"))
    pair.world.settle()
    pair.world.intent("unmatch", "c-1")

    assert pair.weighed(None) == Weighed(do="later")
    assert pair.weighed(pair.chosen("match")) == Weighed(do="match")


def test_what_was_chosen_for_another_row_is_never_carried_out() -> None:
    """The client is paired with somebody else by now, or with nobody."""
    pair = Pair()

    assert pair.weighed(pair.chosen("match", "71")) == Weighed(do="later", moved=True)
    assert pair.weighed(pair.chosen("create", None)) == Weighed(do="later", moved=True)
    assert pair.weighed(pair.chosen("leave", None)) == Weighed(do="later", moved=True)


def test_other_values_since_are_looked_at_again_where_something_would_be_done() -> None:
    """As a match is refused then; what stays out may change as it likes."""
    pair = Pair()
    matched, left = pair.chosen("match"), pair.chosen("leave")
    pair.world.edit_customer("70", phone="773")
    assert pair.weighed(matched) == Weighed(do="later", moved=True)
    matched, created = pair.chosen("match"), pair.chosen("create")
    assert pair.weighed(matched) == Weighed(do="match")
    pair.world.intent("create", "c-1")
    pair.world.intent("unmatch", "c-1")
    pair.world.settle()
    assert pair.weighed(created) == Weighed(do="later", moved=True)
    assert pair.weighed(left) == Weighed(do="leave")


def test_nothing_is_offered_that_would_be_refused() -> None:
    """Said by the code of the refusal."""
    pair = Pair()
    pair.world.intent("disconnect")

    weighed = pair.weighed(None)

    assert weighed.do == "later"
    assert weighed.hindered is not None
    assert weighed.hindered.code == "not_connected"
