"""An edit on one side is carried to the other: just the fields that changed."""

from dataclasses import replace

from domain.decision import Verdict
from domain.effects import UpdateClient, UpdateCustomer
from domain.fields import Address, Field
from domain.ids import ClientId, CustomerId
from domain.outcomes import ClientGone, ClientMoved, CustomerMoved
from domain.rows import LinkStatus
from tests.unit.domain.outside import fields
from tests.unit.domain.test_echo import synced


def test_an_edit_in_canopy_sends_just_what_changed() -> None:
    """One field edited, one field sent, under the sync token that we know."""
    world = synced()

    decision = world.edit_client(email="new@example.com")

    update = world.write()
    assert isinstance(update, UpdateCustomer)
    assert update.values == fields(email="new@example.com")
    assert update.sync_token == 0
    assert (decision.verdict, decision.code) == (Verdict.APPLIED, "client_edited")
    world.settle()
    assert world.quickbooks.customers[CustomerId("58")].values[Field.EMAIL] == "new@example.com"


def test_an_edit_in_quickbooks_sends_just_what_changed() -> None:
    """One field edited, one field sent, under the version that we know."""
    world = synced()

    world.edit_customer("58", phone="312")

    update = world.write()
    assert isinstance(update, UpdateClient)
    assert update.values == fields(phone="312")
    assert update.client_version == 1
    world.settle()
    assert world.canopy.clients[ClientId("c-1")].values[Field.PHONE] == "312"


def test_a_field_cleared_in_canopy_is_cleared_in_quickbooks() -> None:
    """An email taken away on a synced client is taken away on the customer."""
    world = synced()

    world.edit_client(email=None)

    assert world.write().values == {Field.EMAIL: None}
    world.settle()
    assert Field.EMAIL not in world.quickbooks.customers[CustomerId("58")].values


def test_a_field_cleared_in_quickbooks_is_cleared_in_canopy() -> None:
    """And the other way round."""
    world = synced()

    world.edit_customer("58", email=None)

    assert world.write().values == {Field.EMAIL: None}
    world.settle()
    assert Field.EMAIL not in world.canopy.clients[ClientId("c-1")].values


def test_an_address_goes_as_a_whole() -> None:
    """Half of an old address and half of a new one is no address."""
    world = synced()
    address = Address(line1="2119 S Wallace St", city="Chicago")

    world.edit_client(address=address)

    assert world.write().values == {Field.ADDRESS: address}


def test_edits_of_different_fields_on_both_sides_both_go() -> None:
    """One after the other, since a link has one write at a time."""
    world = synced()
    world.edit_client(email="new@example.com")
    world.edit_customer("58", phone="312")

    world.settle()

    client, customer = world.canopy.clients[ClientId("c-1")], world.quickbooks.customers[CustomerId("58")]
    assert client.values == customer.values
    assert client.values[Field.EMAIL] == "new@example.com"
    assert client.values[Field.PHONE] == "312"


def test_an_older_client_event_never_overwrites_a_newer() -> None:
    """Events of one client may come in any order; the highest version counts."""
    world = synced()
    old = world.canopy.edit("c-1", world.now, fields(email="old@example.com"))
    world.edit_client(email="new@example.com")

    late = world.hear(old)

    assert (late.verdict, late.code) == (Verdict.SUPERSEDED, "older_version")
    assert world.write().values == fields(email="new@example.com")


def test_a_customer_edited_before_our_write_arrived_is_compared_again() -> None:
    """The sync token was no longer the current one: both edits live on, in a write of its own id."""
    world = synced()
    world.edit_client(email="new@example.com")
    first = world.write()
    world.quickbooks.edit("58", world.now, fields(phone="312"))

    world.finish()

    second = world.write()
    assert isinstance(second, UpdateCustomer)
    assert second.id != first.id
    assert second.sync_token == 1
    assert second.values == fields(email="new@example.com")
    world.settle()
    assert world.canopy.clients[ClientId("c-1")].values == world.quickbooks.customers[CustomerId("58")].values


def test_a_client_edited_before_our_write_arrived_is_compared_again() -> None:
    """Canopy's 412: the newer client is taken in, and the write planned against it."""
    world = synced()
    world.edit_customer("58", phone="312")
    world.canopy.edit("c-1", world.now, fields(mobile="773"))

    world.finish()
    world.settle()

    assert world.canopy.clients[ClientId("c-1")].values == world.quickbooks.customers[CustomerId("58")].values
    assert world.quickbooks.customers[CustomerId("58")].values[Field.MOBILE] == "773"


def test_the_time_of_an_edit_that_an_answer_shows_is_that_of_the_answer() -> None:
    """A field edited a second time, as a 412 tells us, was changed then, not at the first time."""
    world = synced()
    world.edit_client(email="one@example.com")
    world.begin(world.write())
    first = world.link().changed_at[Field.EMAIL].client
    world.quickbooks.edit("58", world.now, fields(phone="312"))
    moved = world.carry_out(world.write())
    assert isinstance(moved, CustomerMoved)
    world.switch(from_canopy_editing=False)
    world.deliver(world.link().key, world.write(), moved)
    update = world.write()
    assert isinstance(update, UpdateClient)
    world.begin(update)
    newer = world.canopy.edit("c-1", world.now, fields(email="two@example.com"))

    world.deliver(world.link().key, update, ClientMoved(client=newer))

    assert first is not None
    assert world.link().changed_at[Field.EMAIL].client == newer.changed_at


def test_an_inactive_customer_is_not_written_and_catches_up_when_it_is_active_again() -> None:
    """`Active` is shown, never written; what was edited meanwhile goes once it can."""
    world = synced()
    world.edit_customer("58", active=False)

    world.edit_client(email="new@example.com")
    assert world.settle() == 0
    world.edit_customer("58", active=True)
    world.settle()

    assert world.quickbooks.customers[CustomerId("58")].values[Field.EMAIL] == "new@example.com"


def test_an_archived_client_is_not_written() -> None:
    """A client out of Canopy's list gets nothing and sends nothing until it is restored."""
    world = synced()
    client = world.canopy.clients[ClientId("c-1")]
    world.hear(replace(client, version=2, presence="archived"), "archived")

    world.edit_customer("58", phone="312")

    assert world.settle() == 0
    assert world.link().status is LinkStatus.SYNCED


def test_a_client_that_canopy_no_longer_knows_is_written_no_more() -> None:
    """404 from Canopy: the row remembers it, and nothing is tried again."""
    world = synced()
    world.edit_customer("58", phone="312")

    world.finish(result=ClientGone(client_id=ClientId("c-1")))

    client = world.link().client
    assert client is not None
    assert client.presence == "deleted"
    assert world.settle() == 0
