"""A switch that is off holds what would go by itself; what a person asks for goes through."""

from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.outcomes import NotDone, Unconfirmed
from domain.remembered import Held
from domain.rows import LinkStatus, Reason
from tests.unit.domain.test_echo import synced
from tests.unit.domain.world import World


def test_with_editing_in_canopy_off_edits_are_held_and_named() -> None:
    """Nothing is sent, and the row says which fields wait."""
    world = synced()
    world.switch(from_canopy_editing=False)
    world.settle()

    decision = world.edit_client(email="new@example.com", phone="312")

    assert world.link().held == Held(to_quickbooks=(Field.EMAIL, Field.PHONE))
    assert {(change.what, change.side) for change in decision.changes} >= {("held", "quickbooks")}
    assert world.settle() == 0


def test_with_editing_in_quickbooks_off_edits_are_held_and_named() -> None:
    """And the other way round."""
    world = synced()
    world.switch(from_qbo_editing=False)
    world.settle()

    world.edit_customer("58", email="new@example.com")

    assert world.link().held == Held(to_canopy=(Field.EMAIL,))
    assert world.settle() == 0


def test_each_switch_holds_its_own_way_only() -> None:
    """Editing in Canopy off does not stop edits in QuickBooks, nor the other way round."""
    world = synced()
    world.switch(from_canopy_editing=False)
    world.settle()
    world.edit_customer("58", phone="312")
    world.settle()
    assert world.canopy.clients[ClientId("c-1")].values[Field.PHONE] == "312"

    world.switch(from_canopy_editing=True, from_qbo_editing=False)
    world.settle()
    world.edit_client(phone="773")
    world.settle()
    assert world.quickbooks.customers[CustomerId("58")].values[Field.PHONE] == "773"


def test_creating_in_quickbooks_off_stops_nothing_of_the_others() -> None:
    """The fourth switch is about new customers in QuickBooks alone."""
    world = synced()
    world.switch(from_qbo_creating=False)
    world.settle()

    world.edit_client(phone="773")
    world.settle()

    assert world.quickbooks.customers[CustomerId("58")].values[Field.PHONE] == "773"


def test_a_person_pushes_what_is_held_with_the_switch_still_off() -> None:
    """Push sends both ways what is held of this link, and nothing is held any more."""
    world = synced()
    world.all_off()
    world.edit_client(email="new@example.com")
    world.edit_customer("58", phone="312")

    world.intent("push", "c-1")
    assert world.write().asked_by == "person"
    world.settle()

    client, customer = world.canopy.clients[ClientId("c-1")], world.quickbooks.customers[CustomerId("58")]
    assert client.values == customer.values
    assert world.link().held == Held()
    assert world.link().pushed == Held()


def test_a_push_with_nothing_held_is_refused() -> None:
    """There is nothing to send."""
    world = synced()

    assert world.intent("push", "c-1").code == "nothing_to_push"


def test_a_push_covers_what_was_held_and_no_later_edit() -> None:
    """A person sent one value; the next one, with the switch still off, is held again."""
    world = synced()
    world.all_off()
    world.edit_client(email="one@example.com")
    world.intent("push", "c-1")
    world.edit_client(email="two@example.com")

    world.settle()

    assert world.quickbooks.customers[CustomerId("58")].values[Field.EMAIL] == "one@example.com"
    assert world.link().held == Held(to_quickbooks=(Field.EMAIL,))


def test_what_was_held_stays_so_when_the_switch_goes_on() -> None:
    """Switching on sends nothing by itself: a person says so first."""
    world = synced()
    world.all_off()
    world.edit_client(email="new@example.com")

    world.switch(from_canopy_editing=True)
    world.settle()

    assert world.link().held == Held(to_quickbooks=(Field.EMAIL,))
    assert world.quickbooks.customers[CustomerId("58")].values[Field.EMAIL] == "fiona@example.com"


def test_a_new_edit_after_switching_on_goes_and_takes_what_was_held_of_that_field() -> None:
    """The field edited now is sent; another one that was held stays held."""
    world = synced()
    world.all_off()
    world.edit_client(email="held@example.com", phone="312")
    world.switch(from_canopy_editing=True)
    world.settle()

    world.edit_client(email="new@example.com")
    world.settle()

    customer = world.quickbooks.customers[CustomerId("58")]
    assert customer.values[Field.EMAIL] == "new@example.com"
    assert Field.PHONE not in customer.values
    assert world.link().held == Held(to_quickbooks=(Field.PHONE,))


def test_an_edit_taken_back_is_held_no_more() -> None:
    """Both sides are equal again: there is nothing to push."""
    world = synced()
    world.all_off()
    world.edit_client(email="new@example.com")

    world.edit_client(email="fiona@example.com")

    assert world.link().held == Held()


def test_switching_off_withdraws_an_edit_that_has_not_started() -> None:
    """It is held instead, and named."""
    world = synced()
    world.edit_client(email="new@example.com")

    world.all_off()

    assert world.link().pending == ()
    assert world.link().held == Held(to_quickbooks=(Field.EMAIL,))
    assert world.quickbooks.writes == 1


def test_switching_off_withdraws_a_create_that_has_not_started() -> None:
    """The client is not created, and the row says why."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona Gallagher")

    world.switch(from_canopy_creating=False)
    (step,) = world.firm_work
    world.deliver(world.firm.key, step, world.carry_out(step))

    assert world.link().reason is Reason.CREATING_IS_OFF
    assert world.writes == 0


def test_switching_off_leaves_a_write_that_has_started_to_its_outcome() -> None:
    """What is on its way is not sent again, only looked for, and its outcome counts."""
    world = synced()
    world.edit_client(email="new@example.com")
    update = world.write()
    outcome = world.carry_out(update)
    world.switch(from_canopy_editing=False)
    (step,) = world.firm_work
    world.deliver(world.firm.key, step, world.carry_out(step))
    assert world.write().id == update.id
    assert world.write().stop_at is not None

    world.deliver(world.link().key, update, outcome)

    assert world.link().status is LinkStatus.SYNCED
    assert world.link().held == Held()
    assert world.settle() == 0


def test_a_write_stopped_by_a_switch_that_was_not_done_is_held() -> None:
    """The look found that it never happened, or could not say: with the switch off it is not tried again."""
    for result in (NotDone(), Unconfirmed()):
        world = synced()
        world.edit_client(email="new@example.com")
        world.begin(world.write())
        world.switch(from_canopy_editing=False)
        (step,) = world.firm_work
        world.deliver(world.firm.key, step, world.carry_out(step))

        world.deliver(world.link().key, world.write(), result)

        assert world.link().held == Held(to_quickbooks=(Field.EMAIL,))
        assert world.settle() == 0


def test_a_persons_match_goes_through_with_all_four_off() -> None:
    """Switches hold what would go by itself."""
    world = World()
    world.add_client(toggle=False, display_name="Fiona Gallagher", email="fiona@example.com")
    world.know_customer("7", display_name="F. Gallagher")
    world.all_off()

    world.intent("match", "c-1", customer_id="7")
    world.settle()

    assert world.link().status is LinkStatus.SYNCED
    assert world.quickbooks.customers[CustomerId("7")].values == world.canopy.clients[ClientId("c-1")].values


def test_a_pending_match_survives_switching_off() -> None:
    """A person asked for it."""
    world = World()
    world.add_client(toggle=False, display_name="Fiona Gallagher")
    world.know_customer("7", display_name="F. Gallagher")
    world.intent("match", "c-1", customer_id="7")

    world.all_off()

    assert world.link().status is LinkStatus.SYNCED
    assert world.quickbooks.writes == 1


def test_a_push_leaves_to_the_switch_what_was_not_pushed() -> None:
    """Pushed and automatic fields go in writes of their own, so that a switch can still hold the latter."""
    world = synced()
    world.all_off()
    world.edit_client(email="held@example.com")
    world.switch(from_canopy_editing=True)
    world.settle()
    world.edit_client(phone="312")
    world.begin(world.write())
    world.intent("push", "c-1")
    world.edit_client(mobile="773")
    world.finish()

    pushed = world.write()

    assert pushed.asked_by == "person"
    assert set(pushed.values) == {Field.EMAIL}
    world.all_off()
    assert world.link().held == Held(to_quickbooks=(Field.MOBILE,))
