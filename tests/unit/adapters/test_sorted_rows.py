"""How rows of a replay have ended is looked up again as long as it may still change, and not more often than needed."""

from adapters.replays.sorted_rows import AS_OF, MOST_KEPT, ByEnd, SortedRows
from domain.ids import ClientId
from tests.unit.web.test_status import NOW

DONE: ByEnd = {"as_planned": (ClientId("c-1"),)}
OPEN: ByEnd = {"under_way": (ClientId("c-1"),)}


def test_what_is_done_is_known_for_good_and_what_is_open_for_a_moment() -> None:
    """Of a replay that was cancelled more may be decided."""
    kept = SortedRows()
    kept.keep("r-1", DONE, NOW, for_good=True)
    kept.keep("r-2", OPEN, NOW, for_good=True)
    kept.keep("r-3", DONE, NOW, for_good=False)

    assert [kept.still(each, NOW) is not None for each in ("r-1", "r-2", "r-3", "r-4")] == [
        True,
        True,
        True,
        False,
    ]
    assert [kept.still(each, NOW + AS_OF) is not None for each in ("r-1", "r-2", "r-3")] == [
        True,
        False,
        False,
    ]


def test_no_more_than_some_are_kept() -> None:
    """Those that were looked at last."""
    kept = SortedRows()
    for number in range(MOST_KEPT + 1):
        kept.keep(f"r-{number}", DONE, NOW, for_good=True)

    assert kept.still("r-0", NOW) is None
    assert kept.still(f"r-{MOST_KEPT}", NOW) == DONE
