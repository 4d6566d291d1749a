"""What a commit of the draft would do, in all and value by value, before anybody confirms it."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from adapters.batches.draft import Draft
from adapters.web.api.matching import draft_now, draft_totals
from adapters.web.console.frame import frame
from adapters.web.console.visit import Visit
from adapters.web.console.words import name_in, text_of
from adapters.web.texts.fields import FIELD_LABELS
from domain.batches import MOST_ROWS
from domain.match_review import reviewed
from domain.rate import QUICKBOOKS_RATE
from domain.reasons import MOST_IN_A_REASON

MOST_SHOWN = 200
"""Clients whose overwritten values are listed; the rest are counted, and shown in their own reviews."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overwritten:
    """A field of a customer that a match would write over."""

    label: str
    now: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Loses:
    """A customer of which a match would write something over. `address`: of the match's own review."""

    name: str
    customer_id: str
    address: str
    fields: Sequence[Overwritten]


async def show_commit(visit: Visit) -> web.Response:
    """Show the totals, what is overwritten, and the button that commits just this."""
    _, draft = await draft_now(visit.parts, visit.firm)
    totals, losing = draft_totals(draft), _losing(visit, draft)
    under_way = await visit.parts.batches.of_firm_under_way(visit.firm)
    count = len(draft.to_do)
    writes = len(losing) + totals.create
    return visit.render(
        "commit.html",
        frame=await frame(visit),
        draft=totals,
        count=count,
        most=MOST_ROWS,
        losing=[each for each in losing if any(field.now != "—" for field in each.fields)][:MOST_SHOWN],
        customers=sum(any(field.now != "—" for field in each.fields) for each in losing),
        values=sum(field.now != "—" for each in losing for field in each.fields),
        filled=sum(field.now == "—" for each in losing for field in each.fields),
        seconds=round(writes / QUICKBOOKS_RATE.per_second),
        batch=under_way,
        longest_reason=MOST_IN_A_REASON,
        place="clients",
    )


def _losing(visit: Visit, draft: Draft) -> list[Loses]:
    found = []
    for each in draft.to_do:
        link, row = each.line.link, each.line.customer
        if each.weighed.do != "match" or link is None or row is None:
            continue
        if link.client is None or row.customer is None:
            continue
        fields = [
            Overwritten(label=FIELD_LABELS[line.field], now=text_of(line.now), after=text_of(line.after))
            for line in reviewed(link.client, row.customer)
            if line.fate == "overwritten"
        ]
        if fields:
            address = f"{visit.client_address(link.client_id)}#match={row.customer_id}"
            name = name_in(each.line.of_client) or link.client_id
            found.append(Loses(name=name, customer_id=row.customer_id, address=address, fields=fields))
    return found
