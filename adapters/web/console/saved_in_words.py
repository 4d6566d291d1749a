"""Where what an act changed was saved, and how soon: the end of the story, told beside its beginning."""

from collections.abc import Sequence
from datetime import timedelta

from adapters.store.views import HistoryLine
from adapters.web.texts.obstacles import side_name
from domain.ids import Side

_SAVED: dict[str, Side] = {"customer_saved": "quickbooks", "client_saved": "canopy"}
AT_ONCE = timedelta(milliseconds=50)
TENTHS = timedelta(seconds=10)


def saved_in_words(act: HistoryLine, steps: Sequence[HistoryLine]) -> str | None:
    """Say it; None: no side has said yet that it saved anything. `steps`: what followed from the act."""
    saved = [step for step in steps if step.code in _SAVED]
    if not saved:
        return None
    sides: tuple[Side, ...] = ("quickbooks", "canopy")
    where = [side_name(side) for side in sides if any(_SAVED[step.code] == side for step in saved)]
    return f"saved in {' and '.join(where)} {_later(max(step.time for step in saved) - act.time)}"


def _later(passed: timedelta) -> str:
    if passed < AT_ONCE:
        return "at once"
    if passed < TENTHS:
        return f"{passed.total_seconds():.1f} s later"
    if passed < timedelta(minutes=2):
        return f"{round(passed.total_seconds())} s later"
    if passed < timedelta(hours=2):
        return f"{round(passed / timedelta(minutes=1))} min later"
    if passed < timedelta(days=2):
        return f"{round(passed / timedelta(hours=1))} h later"
    return f"{passed.days} days later"
