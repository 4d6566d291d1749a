"""Where a scene of the adversarial list is played, and by which families."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from domain.matching.party import Party
from domain.matching.reasons import Bar
from tests.matching.labelled import Labelled, who

FAMILIES = (
    *("Abernathy", "Bianchi", "Castellano", "Dubrovsky", "Ekwueme", "Fitzwilliam"),
    *("Grzybowski", "Hernández", "Ishikawa", "Jørgensen", "Kaplan", "Lindqvist"),
)


@dataclass
class Stage:
    """Where one scene is played: it takes down who comes on, under ids of their own."""

    family: str
    number: int
    into: Labelled
    ids: Iterator[int] = field(default_factory=count)

    def client(self, name: str, **fields: str | bool | Bar | None) -> str:
        """Let a client come on."""
        own_id = f"c-{self.number}-{next(self.ids)}"
        self.into.clients.append(self._who(own_id, name, fields))
        return own_id

    def customer(self, name: str, *, of: str | None = None, **fields: str | bool | Bar | None) -> str:
        """Let a customer come on; `of`: the client that it truly is."""
        own_id = f"k-{self.number}-{next(self.ids)}"
        self.into.customers.append(self._who(own_id, name, fields))
        if of is not None:
            self.into.same.setdefault(of, set()).add(own_id)
        return own_id

    def doubt(self, client: str, *customers: str) -> None:
        """Say that nobody can be sure of these."""
        self.into.doubtful.update((client, each) for each in customers)

    def mail(self, local: str) -> str:
        """Give an email address that only this scene knows."""
        return f"{local}{self.number}@example.com"

    def phone(self, last: int = 0) -> str:
        """Give a number that only this scene knows."""
        return f"(312) 55{last}-{self.number:04d}"

    def street(self, house: int = 1) -> str:
        """Give a street that only this scene knows."""
        return f"{self.number * 10 + house} {self.family} Street"

    @staticmethod
    def _who(own_id: str, name: str, fields: dict[str, str | bool | Bar | None]) -> Party:
        return who(own_id, name, **fields)  # type: ignore[arg-type]
