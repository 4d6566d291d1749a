"""Who has a display name in QuickBooks: asked kind by kind, as long as a name has no holder yet.

Names are unique over customers, vendors and employees together (Intuit, Customer: DisplayName), so a name that has
been found needs no further question, and each question is a metered read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from adapters.quickbooks import query
from adapters.quickbooks.answers import UNREADABLE, Reply, records_in, trouble_searching
from domain.bounds import ID
from domain.outcomes import Holder, HolderKind, HoldersFound, Rejected
from domain.ports import TryLater

_KINDS: tuple[tuple[query.NamedKind, HolderKind], ...] = (
    ("Customer", "customer"),
    ("Vendor", "vendor"),
    ("Employee", "employee"),
)


@dataclass
class HolderSearch:
    """One search. `unknown`: names that can't be asked for, or that QuickBooks would not be asked for."""

    names: tuple[str, ...]
    holders: list[Holder] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    asked: int = 0

    def __post_init__(self) -> None:
        self.unknown.update(name for name in self.names if not query.can_be_asked(name))

    def next_statement(self) -> str | None:
        """Give what to ask next; None: there is nothing left to ask."""
        left = self._left()
        if not left or self.asked == len(_KINDS):
            return None
        return query.named(_KINDS[self.asked][0], left)

    def take(self, reply: Reply) -> TryLater | None:
        """Take in an answer. A refusal (no right to see employees, say) leaves the names open, and ends nothing."""
        entity, kind = _KINDS[self.asked]
        match trouble_searching(reply):
            case TryLater() as later:
                return later
            case Rejected():
                self.unknown.update(self._left())
            case None:
                rows = records_in(reply, entity)
                if rows is None:
                    return UNREADABLE
                self.holders += (holder for row in rows for holder in self._holdings(row, kind))
        self.asked += 1
        return None

    def found(self) -> HoldersFound:
        """Say what came of it. A name that was found after all is known."""
        unknown = tuple(name for name in self.names if name in self.unknown and not self._is_held(name))
        return HoldersFound(holders=tuple(self.holders), unknown=unknown)

    def _left(self) -> tuple[str, ...]:
        askable = (name for name in dict.fromkeys(self.names) if query.can_be_asked(name))
        return tuple(name for name in askable if not self._is_held(name))

    def _is_held(self, name: str) -> bool:
        return any(query.same_name(holder.name, name) for holder in self.holders)

    def _holdings(self, row: object, kind: HolderKind) -> Iterator[Holder]:
        match row:
            case {"Id": str() as record_id, "DisplayName": str() as shown, **rest} if ID.holds(record_id):
                # As it reads back: an inactive record is called "... (deleted)" (recorded), so its name proper is free
                # again, and it holds only a name that is written just like that.
                for name in self.names:
                    if query.same_name(name, shown):
                        yield Holder(
                            name=name, kind=kind, id=record_id, active=rest.get("Active") is not False
                        )
