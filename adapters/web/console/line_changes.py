"""What one line of the timeline changed, field by field, before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.store.views import HistoryLine
from adapters.web.console.line_offers import LineOffers
from adapters.web.console.sent_or_not import Sent
from adapters.web.console.words import text_of
from adapters.web.texts.fields import FIELD_LABELS
from adapters.web.texts.obstacles import side_name
from domain.decision import Change
from domain.erasure import is_erased
from domain.fields import Field, Value
from domain.ids import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field, with all that happened to it: `what` names it side by side. `put_back`: what asks for its value before."""

    label: str
    before: str
    after: str
    what: tuple[str, ...]
    put_back: Mapping[str, Any] | None = None


def field_changes(line: HistoryLine, sent: Sent, offers: LineOffers | None = None) -> list[FieldChange]:
    """Tell a line's changes; the same values seen on one side and sent to the other are one line.

    `sent`: what became of what the line planned to send. `offers`: what can be done now.
    """
    merged: dict[tuple[Field, Value, Value], list[str]] = {}
    back: dict[tuple[Field, Value, Value], Mapping[str, Any] | None] = {}
    shown = _as_erased if is_erased(line.row, line.time) else text_of
    lost = {(change.field, change.side) for change in line.changes if change.what == "lost"}
    written = {(change.field, change.side) for change in line.changes if change.what == "sent"}
    for change in line.changes:
        place = (change.field, change.side)
        if change.what == "lost" and place in written:
            continue  # what is sent in its place says so
        in_full = change.whole_before is not None
        before = change.whole_before if in_full else change.before
        after = change.whole_after if in_full else change.after
        happened = _replaced(change.side, sent) if place in lost & written else _happened(change, sent)
        merged.setdefault((change.field, before, after), []).append(happened)
        if offers is not None:
            back[change.field, before, after] = back.get((change.field, before, after)) or offers.put_back(
                change
            )
    return [
        FieldChange(
            label=FIELD_LABELS[field],
            before=shown(old),
            after=shown(new),
            what=tuple(happened),
            put_back=back.get((field, old, new)),
        )
        for (field, old, new), happened in merged.items()
    ]


def _as_erased(_: Value) -> str:
    return "erased"


def _happened(change: Change, sent: Sent) -> str:
    side = side_name(change.side)
    match change.what:
        case "seen":
            return f"changed in {side}"
        case "held":
            return f"held, not sent to {side}"
        case "lost":
            return f"gives way in {side} to {_value_of_the_other(change.side)}"
        case "sent":
            return f"{_sent(sent)} to {side}"


def _replaced(side: Side, sent: Sent) -> str:
    place = f"in {side_name(side)} by {_value_of_the_other(side)}"
    match sent:
        case Sent.DUE:
            return f"to be replaced {place}"
        case Sent.SAVED:
            return f"replaced {place}"
        case Sent.UNCONFIRMED:
            return f"perhaps replaced {place}"
        case Sent.WITHDRAWN:
            return f"was to be replaced {place}"


def _value_of_the_other(side: Side) -> str:
    return "QuickBooks' value" if side == "canopy" else "Canopy's value"


def _sent(sent: Sent) -> str:
    match sent:
        case Sent.DUE:
            return "to be sent"
        case Sent.SAVED:
            return "sent"
        case Sent.UNCONFIRMED:
            return "perhaps sent"
        case Sent.WITHDRAWN:
            return "was to be sent"
