"""What a line of Activity adds where settings were changed: which and how, and the way to put them back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from adapters.store.settings_changes import SettingsChange
from adapters.store.views import FirmAct
from adapters.web.console.visit import Visit
from adapters.web.texts.settings import differences
from domain.settings import Settings


@dataclass(frozen=True, slots=True)
class SettingsLine:
    """`put_back`: the page that puts them back, for who may, and where that would change something."""

    changed: tuple[str, ...] = ()
    put_back: str | None = None


UNCHANGED = SettingsLine()


async def settings_lines(visit: Visit, acts: Sequence[FirmAct]) -> Mapping[int, SettingsLine]:
    """Give them by the acts' offsets; a firm is in one partition."""
    changes = await visit.parts.read_model.settings.of_acts(acts)
    if not changes:
        return {}
    now = (await visit.parts.read_model.firms.row(visit.firm)).settings
    return {place.offset: _line(visit, change, now) for place, change in changes.items()}


def _line(visit: Visit, change: SettingsChange, now: Settings) -> SettingsLine:
    changed = tuple(
        f"{each.label}: {each.before} → {each.after}" for each in differences(change.before, change.after)
    )
    if not visit.may_manage or change.before == now:
        return SettingsLine(changed)
    position = f"p{change.act.partition}:{change.act.offset}"
    return SettingsLine(changed, f"{visit.home}/settings/put-back?{urlencode({'change': position})}")
