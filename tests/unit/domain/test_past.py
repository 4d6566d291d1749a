"""Points as people name them, and what is different between two states."""

from datetime import UTC, datetime

import pytest

from domain.fields import Field
from domain.ids import ClientId
from domain.past import AspectChange, ValueChange, client_among, difference, fold
from domain.points import EXPECTED, Moment, Place, Version, point_named
from tests.unit.domain.world import FIRM, World


def test_a_point_is_a_version_a_moment_or_a_place() -> None:
    """Offsets below 0 are of a log before this one."""
    assert point_named("7") == Version(7)
    assert point_named("p3:1289") == Place(3, 1289)
    assert point_named("p3:-5") == Place(3, -5)
    assert point_named("2026-01-31T10:00:00+01:00") == Moment(datetime(2026, 1, 31, 9, tzinfo=UTC))


def test_anything_else_is_none() -> None:
    """And what was expected is said, without what was sent."""
    for text in ("", "-7", "p3", "p3:", "tomorrow", "2026-01-31", "9" * 25, "p1:" + "9" * 25, "٣"):
        with pytest.raises(ValueError, match=r"^expected a version") as caught:
            point_named(text)
        assert str(caught.value) == f"expected {EXPECTED}"


def test_a_difference_is_of_the_two_ends_alone() -> None:
    """What came and went in between is on the timeline."""
    world = World()
    world.add_client(display_name="Ana", email="ana@example.com")
    world.settle()
    rows = [row for decision in world.decisions for row in decision.rows]
    then = client_among(fold(rows), FIRM, ClientId("c-1"))
    assert then is not None
    world.edit_client(email="new@example.com")
    world.settle()
    world.edit_client(email="ana@example.com")
    world.settle()
    world.intent("unmatch", "c-1")
    rows = [row for decision in world.decisions for row in decision.rows]
    now = client_among(fold(rows), FIRM, ClientId("c-1"))

    told = difference(then, now)

    assert {each.what for each in told.aspects} == {"status", "reason", "customer_id"}
    assert AspectChange("status", "synced", "not_synced") in told.aspects
    # Nobody is its customer any more, so nothing stands in QuickBooks.
    assert told.values == (
        ValueChange("quickbooks", Field.DISPLAY_NAME, "Ana", None),
        ValueChange("quickbooks", Field.EMAIL, "ana@example.com", None),
    )
    assert difference(now, now) == difference(None, None)
    assert difference(now, now).aspects == ()
