"""Both lists of a firm as rows, each with what is chosen for it: what a batch would carry out, before anybody asks for it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Literal

import orjson

from adapters.store.pairings import MOST_KEPT, Paired
from domain.batches import BatchRow
from domain.fields import Field, Values
from domain.ids import FirmId
from domain.matching.choices import Act, Choice, ChoiceDo, Weighed, row_name, weigh, what_can_be_done
from domain.matching.reasons import Strength
from domain.matching.suggestions import Suggestion
from domain.names import folded
from domain.refusals import Refusal
from domain.rows import CustomerRow, LinkRow

Group = Literal["sure", "likely", "only_in_canopy", "only_in_quickbooks"]
GROUPS: tuple[Group, ...] = ("sure", "likely", "only_in_canopy", "only_in_quickbooks")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of both lists: a pair, or one of either side alone. `made`: how the two were paired."""

    group: Group
    link: LinkRow | None
    customer: CustomerRow | None
    made: Suggestion | None

    @property
    def name(self) -> str:
        """Name the row as choices do."""
        client = self.link.client_id if self.link is not None else None
        return row_name(client, self.customer.customer_id if self.customer is not None else None)

    @property
    def of_client(self) -> Values:
        """Give what Canopy holds of its client."""
        return self.link.client.values if self.link is not None and self.link.client is not None else {}

    @property
    def of_customer(self) -> Values:
        """Give what QuickBooks holds of its customer."""
        row = self.customer
        return row.customer.values if row is not None and row.customer is not None else {}

    @property
    def sync_token(self) -> int | None:
        """Say as of when its customer is shown."""
        row = self.customer
        return row.customer.sync_token if row is not None and row.customer is not None else None


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A row with what holds for it. `choice`: what somebody chose; `can`: why each act would be refused, None: it would not."""

    line: Line
    choice: Choice | None
    weighed: Weighed
    can: Mapping[Act, Refusal | None]

    def as_row(self) -> BatchRow:
        """Give the row that a batch carries out, on what is shown."""
        link, customer, do = self.line.link, self.line.customer, self.weighed.do
        if do == "later":
            raise ValueError("nothing is decided about this row")
        takes_client, takes_customer = do != "create_client", do != "create"
        return BatchRow(
            do=do,
            client_id=link.client_id if link is not None and takes_client else None,
            customer_id=customer.customer_id if customer is not None and takes_customer else None,
            link_version=link.version if link is not None and takes_client else None,
            customer_sync_token=self.line.sync_token if do == "match" else None,
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """All rows, by group and by name in each. `lost`: choices whose client or customer is in no row like that any more."""

    lines: Sequence[DraftLine]
    lost: Sequence[Choice]

    @property
    def counts(self) -> Mapping[ChoiceDo, int]:
        """Count the rows by what is done with them."""
        return Counter(each.weighed.do for each in self.lines)

    @property
    def moved(self) -> int:
        """Count the choices that hold no longer."""
        return sum(each.weighed.moved for each in self.lines) + len(self.lost)

    @property
    def to_do(self) -> Sequence[DraftLine]:
        """Give the rows with which a batch would do something."""
        return [each for each in self.lines if each.weighed.do not in ("leave", "later")]

    @property
    def seen(self) -> str:
        """Shorten all that would be done, with the versions on which it would be: another text, another batch."""
        told = [
            (row.do, row.client_id, row.customer_id, row.link_version, row.customer_sync_token)
            for row in (each.as_row() for each in self.to_do)
        ]
        return sha256(orjson.dumps(told)).hexdigest()[:32]


def draft_of(firm: FirmId, paired: Paired, choices: Mapping[str, Choice]) -> Draft:
    """Lay choices over a pairing."""
    lines = [
        _weighed(line, can, choices.get(line.name)) for line, can in _with_what_can_be_done(firm, paired)
    ]
    shown = {each.line.name for each in lines}
    lost = [
        choice
        for name, choice in choices.items()
        if name not in shown and choice.do not in ("leave", "later")
    ]
    return Draft(lines, lost)


def _weighed(line: Line, can: Mapping[Act, Refusal | None], choice: Choice | None) -> DraftLine:
    sure = line.group == "sure"
    return DraftLine(line, choice, weigh(line.link, line.customer, choice, can, is_sure=sure), can)


@lru_cache(maxsize=MOST_KEPT)
def _with_what_can_be_done(
    firm: FirmId, paired: Paired
) -> Sequence[tuple[Line, Mapping[Act, Refusal | None]]]:
    """Give all rows, each with what could be done with it. Of one pairing it is always the same, and asked for every few seconds."""
    lines = lines_of(paired)
    return [(each, what_can_be_done(paired.known, firm, each.link, each.customer)) for each in lines]


def lines_of(paired: Paired) -> list[Line]:
    """Give all rows: by group, and by name in each."""
    return sorted(_lines(paired), key=lambda each: (GROUPS.index(each.group), *_name_and_id(each)))


def _lines(paired: Paired) -> Iterator[Line]:
    clients = {str(own_id): row for own_id, row in paired.clients.items()}
    customers = {str(own_id): row for own_id, row in paired.customers.items()}
    for made in paired.pairing.pairs:
        group: Group = "sure" if made.strength is Strength.SURE else "likely"
        yield Line(group, clients[made.client_id], customers[made.customer_id], made)
    for client_id in paired.pairing.only_clients:
        yield Line("only_in_canopy", clients[client_id], None, None)
    for customer_id in paired.pairing.only_customers:
        yield Line("only_in_quickbooks", None, customers[customer_id], None)


def _name_and_id(line: Line) -> tuple[str, str, str]:
    values = line.of_client or line.of_customer
    own = line.link.client_id if line.link is not None else ""
    return (
        folded(values.get(Field.DISPLAY_NAME)),
        own,
        line.customer.customer_id if line.customer is not None else "",
    )
