"""All doors, with the share of a run's values that each gets."""

from collections.abc import Callable, Mapping

from tests.fuzz.door import Door
from tests.fuzz.doors.checkpoints import Checkpoints
from tests.fuzz.doors.log import Log
from tests.fuzz.doors.sides import Canopy, QuickBooks
from tests.fuzz.doors.topics import Topics
from tests.fuzz.doors.web import Web

DOORS: Mapping[str, Callable[[], Door]] = {
    "topics": Topics,
    "web": Web,
    "quickbooks": QuickBooks,
    "canopy": Canopy,
    "log": Log,
    "checkpoints": Checkpoints,
}
SHARES: Mapping[str, int] = {
    "topics": 36,
    "web": 20,
    "quickbooks": 15,
    "canopy": 10,
    "log": 12,
    "checkpoints": 7,
}
"""In hundredths."""
