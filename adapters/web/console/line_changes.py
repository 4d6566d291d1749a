"""What one line of the timeline changed, field by field, before and after."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.store.views import HistoryLine
from adapters.web.console.sent_or_not import Sent
from adapters.web.console.words import FIELD_LABELS, text_of
from adapters.web.obstacle_texts import SIDES
from domain.fields import Field, Value

_SENT: Mapping[Sent, str] = {
    Sent.DUE: "to be sent to {side}",
    Sent.SAVED: "sent to {side}",
    Sent.UNCONFIRMED: "perhaps sent to {side}",
    Sent.WITHDRAWN: "was to be sent to {side}",
}
_WHAT = {
    "seen": "changed in {side}",
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


def field_changes(line: HistoryLine, sent: Sent) -> list[FieldChange]:
    """Tell a line's changes; the same values seen on one side and sent to the other are one line.

    `sent`: what became of what the line planned to send.
    """
    merged: dict[tuple[Field, Value, Value], list[str]] = {}
    for change in line.changes:
        words = _SENT[sent] if change.what == "sent" else _WHAT[change.what]
        happened = words.format(side=SIDES[change.side])
        in_full = change.whole_before is not None
        before = change.whole_before if in_full else change.before
        after = change.whole_after if in_full else change.after
        merged.setdefault((change.field, before, after), []).append(happened)
    return [
        FieldChange(label=FIELD_LABELS[field], before=text_of(old), after=text_of(new), what=tuple(happened))
        for (field, old, new), happened in merged.items()
    ]
