"""What a listing could not read stands in its firm's row, until it can be read."""

from domain.effects import ListCustomers
from domain.outcomes import CustomersListed, UnreadableRecord
from tests.unit.domain.outside import fields
from tests.unit.domain.world import REALM, World

BROKEN = UnreadableRecord(id="58", wrong="sync_token: not a number")
NAMELESS = UnreadableRecord(id=None, wrong="row 7: error 4002")


def listing(world: World) -> ListCustomers:
    """Give the listing of customers that is pending."""
    return next(effect for effect in world.firm.pending if isinstance(effect, ListCustomers))


def listing_world() -> World:
    """A firm whose first listings are pending."""
    world = World(connected=False)
    world.intent("connect", realm_id=REALM)
    return world


def test_what_can_not_be_read_is_remembered_and_the_listing_goes_on() -> None:
    """Its firm shows it, and the next page is asked for."""
    world = listing_world()
    page = CustomersListed(customers=(), cursor="2", unreadable=(BROKEN, NAMELESS))

    world.deliver(world.firm.key, listing(world), page)

    assert [(each.side, each.id) for each in world.firm.unreadable] == [
        ("quickbooks", "58"),
        ("quickbooks", None),
    ]
    assert listing(world).cursor == "2"


def test_what_is_read_again_is_forgotten() -> None:
    """A record that somebody mended is listed by the next sweep; a place in a list means nothing by then."""
    world = listing_world()
    page = CustomersListed(customers=(), unreadable=(BROKEN, NAMELESS))
    world.deliver(world.firm.key, listing(world), page)
    mended = world.quickbooks.add(world.now, fields(display_name="Mended"), "58")

    world.deliver(world.firm.key, listing(world), CustomersListed(customers=(mended,)))

    assert world.firm.unreadable == ()


def test_a_record_is_named_once_and_since_when() -> None:
    """Sweep after sweep finds it as it was."""
    world = listing_world()
    world.deliver(world.firm.key, listing(world), CustomersListed(customers=(), unreadable=(BROKEN,)))
    (first,) = world.firm.unreadable
    for _ in range(3):
        world.deliver(world.firm.key, listing(world), CustomersListed(customers=(), unreadable=(BROKEN,)))
        world.later(minutes=15)

    assert world.firm.unreadable == (first,)
