"""Which list of clients an address asks for. A record that was opened from it carries that along, to lead back and on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from adapters.store.client_lists import Listing, OrderBy
from adapters.web.console.visit import Visit
from domain.ids import ClientId
from domain.standing import Standing, why_named

FORMER_WORDS = {"synced": Standing.IN_STEP}
"""What stands in addresses that people have kept, or sent to a colleague."""

ROWS = 50
MOST_ROWS = 2_000
"""So many rows a list shows at once to who comes back to it; from there it goes on as one scrolls."""

_NUMBER = re.compile("[0-9]{1,9}")

NEWEST_FIRST = (OrderBy.CHANGED,)
"""By these one looks from the end: it comes first."""

CLIENTS = "clients"
QUESTIONS = "attention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The head of a column. `address`: the list in order by it, or turned round where it is; `sorted`: as it is now."""

    label: str
    address: str
    sorted: str | None


@dataclass(frozen=True, slots=True)
class AskedList:
    """A list of a firm's clients, by its address."""

    home: str
    listing: Listing

    @property
    def address(self) -> str:
        """Give the address of the list from its start."""
        return self._at()

    def after(self, cursor: str) -> str:
        """Give the address of the part behind a cursor."""
        return self._at(cursor=cursor)

    def with_row(self, client: ClientId, number: int | None) -> str:
        """Give the address of the list so far that it shows a client, who is the `number`th in it."""
        rows = min(-(-(number or 1) // ROWS) * ROWS, MOST_ROWS)
        return self._at(rows=str(rows) if rows > ROWS else "") + f"#client-{quote(client, safe='')}"

    def of(self, standing: Standing | None) -> str:
        """Give the address of the list of those that stand so, found by the same words and in the same order."""
        return AskedList(self.home, replace(self.listing, stands=standing, why=None)).address

    def record(self, client: ClientId) -> str:
        """Give the address of a client's record, opened from this list."""
        return f"{self.home}/clients/{quote(client, safe='')}?{urlencode({'list': CLIENTS, **self.query()})}"

    def columns(self) -> list[Column]:
        """Give the heads of the columns."""
        return [
            self._column(by, label)
            for by, label in (
                (OrderBy.NAME, "Name"),
                (OrderBy.TYPE, "Type"),
                (OrderBy.CUSTOMER, "QuickBooks customer"),
                (OrderBy.STATUS, "Status"),
                (OrderBy.CHANGED, "Last change"),
            )
        ]

    def query(self) -> Mapping[str, str]:
        """Give what of the list stands in an address."""
        listing = self.listing
        asked = {
            "status": listing.stands or "",
            "why": listing.why or "",
            "q": listing.q,
            "sort": _written(listing),
        }
        return {name: str(value) for name, value in asked.items() if value}

    def _at(self, **more: str) -> str:
        asked = {**self.query(), **{name: value for name, value in more.items() if value}}
        return f"{self.home}/clients" + (f"?{urlencode(asked)}" if asked else "")

    def _column(self, by: OrderBy, label: str) -> Column:
        listing = self.listing
        is_first = listing.by is None and not listing.q and by is OrderBy.NAME
        is_so = listing.by is by or is_first
        turned = not listing.descending if is_so else by in NEWEST_FIRST
        other = AskedList(self.home, replace(listing, by=by, descending=turned))
        direction = "descending" if listing.descending else "ascending"
        return Column(label=label, address=other.address, sorted=direction if is_so else None)


def asked_list(visit: Visit) -> AskedList:
    """Read which list the address asks for; of what it does not know, it asks for nothing."""
    asked = visit.request.query
    text = asked.get("sort", "")
    by = next((each for each in OrderBy if each == text.removeprefix("-")), None)
    return AskedList(
        visit.home,
        Listing(
            stands=_standing(asked.get("status")),
            q=asked.get("q", "").strip(),
            why=why_named(asked.get("why")),
            by=by,
            descending=by is not None and text.startswith("-"),
        ),
    )


def rows_asked_for(visit: Visit) -> int:
    """Say how many rows the address asks for."""
    text = visit.request.query.get("rows", "")
    return max(ROWS, min(int(text), MOST_ROWS)) if _NUMBER.fullmatch(text) else ROWS


def _written(listing: Listing) -> str:
    if listing.by is None or (listing.by is OrderBy.NAME and not listing.descending and not listing.q):
        return ""
    return f"-{listing.by}" if listing.descending else listing.by


def _standing(text: str | None) -> Standing | None:
    return FORMER_WORDS.get(text or "") or next((each for each in Standing if each == text), None)
