"""One act of a person: in which firm, with which chances, and what there is to see. Chances are tied to its name."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from domain.fields import Address, Field, Value
from domain.ids import ClientId, CustomerId, FirmId
from domain.rows import LinkRow, LinkStatus
from tests.simulation.canopy import Canopy
from tests.simulation.quickbooks import QuickBooks
from tests.simulation.script import Act

if TYPE_CHECKING:
    from tests.simulation.simulation import Simulation

NAMES = tuple(
    f"{first}{last}"
    for first in ("Ana ", "Ben  ", " Cy ", "Eve ", "ana ", "Gus ", "Ida ")
    for last in ("Lee", "Ray", "Fox", "Oak ")
)
NAMES = (*NAMES, "\u200bAna Lee", "Ben\u00a0Ray", "Eve Fox\ufeff")
"""The last ones look like others, and QuickBooks takes them beside those."""
VALUES = (None, "a", " b", "c  d", "E")
EMAILS = (None, "a@x.example", " b@x.example", "c.d@x.example", "E@x.example", "no mailbox")
ADDRESSES = (None, Address(line1="1 Main St", city="Alma"), Address(line1="9 Oak Rd", city="Bend"))
PLAIN = (Field.EMAIL, Field.PHONE, Field.COMPANY_NAME, Field.FIRST_NAME)
MOST_RECORDS = 14


@dataclass(frozen=True, slots=True)
class Acting:
    """What a person needs to do an act."""

    company: "Simulation"
    act: Act
    firm: FirmId

    @property
    def canopy(self) -> Canopy:
        """The firm's side in Canopy."""
        return self.company.canopy[self.firm]

    @property
    def books(self) -> QuickBooks:
        """The QuickBooks company in which the firm's people work."""
        return self.company.quickbooks[self.firm]

    def tell(self, sentence: str) -> None:
        """Add a sentence to the story."""
        self.company.story.tell(sentence)

    def in_named_firm(self) -> "Acting":
        """Go to the firm that the act names, if it names one."""
        named_firm = self.act.name.rsplit("/", 1)[-1]
        return replace(self, firm=FirmId(named_firm)) if named_firm in self.company.quickbooks else self

    def chance(self, what: str) -> float:
        """Throw a number for this act."""
        return self.company.dice.of(f"{what}/{self.act.name}")

    def one_of(self, what: str, among: Any) -> Any:
        """Choose a value."""
        return self.company.dice.one_of(f"{what}/{self.act.name}", among)

    def pick(self, what: str, among: Any) -> Any:
        """Choose a record; of links, by their clients."""
        name, by_id = f"{what}/{self.act.name}", {getattr(item, "key", item): item for item in among}
        return by_id[self.company.dice.pick(name, by_id)]

    def value(self, field: Field, n: int = 0) -> Value:
        """Choose what to write into a field."""
        if field is Field.DISPLAY_NAME:
            return str(self.one_of(f"name{n}", NAMES))
        if field is Field.ADDRESS:
            address: Value = self.one_of(f"address{n}", ADDRESSES)
            return address
        value: Value = self.one_of(f"value{n}", EMAILS if field is Field.EMAIL else VALUES)
        return value

    def values(self) -> dict[Field, Value]:
        """Choose what to edit."""
        chance = self.chance("field")
        if chance < 0.15:
            field = Field.DISPLAY_NAME
        elif chance < 0.3:
            field = Field.ADDRESS
        else:
            # Mostly the same two, so that both sides meet in them.
            field = self.one_of("plain", PLAIN[:2] if chance < 0.8 else PLAIN)
        values = {field: self.value(field)}
        if self.chance("second") < 0.25:
            second = self.one_of("other", PLAIN)
            values.setdefault(second, self.value(second, 1))
        return values

    def later(self, seconds: float, do: Callable[[], None]) -> None:
        """Go on with this act later."""
        self.company.agenda.after(seconds, do)

    def holders(self) -> dict[CustomerId, ClientId]:
        """Say which client has which customer."""
        holders = self.company.judge.holders
        return {customer: client for (firm, customer), client in holders.items() if firm == self.firm}

    def links(self) -> list[LinkRow]:
        """Give the firm's links, as the log has them."""
        rows = self.company.judge.rows.values()
        return [row for row in rows if isinstance(row, LinkRow) and row.firm_id == self.firm]

    def link(self, *wanted: LinkStatus) -> LinkRow | None:
        """Choose a link, mostly one for which it makes sense."""
        links = self.links()
        fitting = [link for link in links if link.status in wanted]
        if fitting and self.chance("sense") < 0.85:
            links = fitting
        return self.pick("link", links) if links else None


def named(values: dict[Field, Value]) -> str:
    return ", ".join(f"{field}={value!r}" for field, value in values.items())
