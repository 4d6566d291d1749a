"""What is to be said of a value that somebody typed, before it is sent: what a side won't take, or takes otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.fields import Address, Field, Value
from domain.ids import Side
from domain.limits import CannotBeSent, Sent, adapted

_KEPT = "Canopy keeps it, but the client won't sync until it is corrected."


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about one field or part of an address. `stops`: it can't be saved so."""

    text: str
    stops: bool = False


def remarks(body: Mapping[str, object], *, connected: bool) -> dict[str, Remark]:
    """Remark on each field of a client as it is typed, by the rules of the write itself."""
    found: dict[str, Remark] = {}
    for field in Field:
        if field not in body:
            continue
        value = _value(body[field])
        where, said = _of_canopy(field, value)
        if said is None and connected:
            where, said = _of_quickbooks(field, value)
        if said is not None:
            found[where] = said
    return found


def _value(typed: object) -> Value:
    if isinstance(typed, Mapping):
        parts = {part: text or None for part, text in typed.items()}
        return Address(**parts) if any(parts.values()) else None
    return typed if isinstance(typed, str) and typed else None


def _of_canopy(field: Field, value: Value) -> tuple[str, Remark | None]:
    match adapted("canopy", field, value):
        case CannotBeSent() as wrong:
            return _place(field, wrong), Remark(_reason("canopy", wrong, _text(value, wrong)), stops=True)
        case _:
            return field, None


def _of_quickbooks(field: Field, value: Value) -> tuple[str, Remark | None]:
    match adapted("quickbooks", field, value):
        case CannotBeSent() as wrong:
            return _place(field, wrong), Remark(
                f"{_reason('quickbooks', wrong, _text(value, wrong))} {_KEPT}"
            )
        case Sent(str() as written) if written != value:
            return field, Remark(f"QuickBooks gets it as “{written}”.")
        case _:
            return field, None


def _reason(side: Side, wrong: CannotBeSent, text: str) -> str:
    who = "Canopy" if side == "canopy" else "QuickBooks"
    match wrong.why:
        case "must_not_be_empty":
            return "Enter a display name."
        case "shows_nothing":
            return "This field contains only invisible characters. Write something that can be seen, or leave it empty."
        case "too_long":
            return f"{who} takes at most {wrong.most:,} characters here; this has {len(text):,}."
        case "not_an_email":
            return f"{who} won't accept this email address."


def _place(field: Field, wrong: CannotBeSent) -> str:
    return f"{field}.{wrong.part}" if wrong.part else field


def _text(value: Value, wrong: CannotBeSent) -> str:
    if isinstance(value, Address):
        return str(getattr(value, wrong.part) if wrong.part else "")
    return value or ""
