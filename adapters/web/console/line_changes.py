"""What one line of the timeline changed, field by field, before and after."""

from dataclasses import dataclass

from adapters.store.views import HistoryLine
from adapters.web.console.words import FIELD_LABELS, text_of
from domain.fields import Field, Value

_SIDES = {"canopy": "Canopy", "quickbooks": "QuickBooks"}
_WHAT = {
    "seen": "changed in {side}",
    "sent": "sent to {side}",
    "held": "held, not sent to {side}",
    "lost": "gave way in {side}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field, with all that happened to it: `what` names it side by side."""

    label: str
    before: str
    after: str
    what: tuple[str, ...]


def field_changes(line: HistoryLine) -> list[FieldChange]:
    """Tell a line's changes; the same values seen on one side and sent to the other are one line."""
    merged: dict[tuple[Field, Value, Value], list[str]] = {}
    for change in line.changes:
        happened = _WHAT[change.what].format(side=_SIDES[change.side])
        in_full = change.whole_before is not None
        before = change.whole_before if in_full else change.before
        after = change.whole_after if in_full else change.after
        merged.setdefault((change.field, before, after), []).append(happened)
    return [
        FieldChange(label=FIELD_LABELS[field], before=text_of(old), after=text_of(new), what=tuple(happened))
        for (field, old, new), happened in merged.items()
    ]
