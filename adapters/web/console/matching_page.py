"""Both lists of a firm side by side, with what is chosen for each row: one goes through them, and commits all of it at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from aiohttp import web

from adapters.batches.draft import Draft, DraftLine, Group
from adapters.store.batches import Batch
from adapters.store.cursors import cursor_of, number_key
from adapters.web.api.matching import MatchingTotals, draft_now, draft_totals, totals_of
from adapters.web.console.batch_look import CHOICES, chosen_word, lost_text
from adapters.web.console.chips import Chip, chips_of
from adapters.web.console.frame import frame
from adapters.web.console.visit import Visit
from adapters.web.console.words import name_in
from adapters.web.texts.refusals import refusal_text
from adapters.web.texts.who_and_when import who
from domain.fields import Field, Values
from domain.matching.choices import ACTS, Choice, ChoiceDo

ROWS = 100
MOST_LOST = 20
"""Choices that hold no longer are named up to so many."""

WORDS: dict[Group, str] = {
    "sure": "Sure",
    "likely": "Likely",
    "only_in_canopy": "Only in Canopy",
    "only_in_quickbooks": "Only in QuickBooks",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of either side, as far as one knows them by it."""

    own_id: str
    name: str
    known_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """One row. `address`: where its review opens, or its record. `offers`: what can be chosen, each with its word.

    `body`: what the API is told with a choice; `note`: who chose, or why it is to be looked at; `sign`: changes whenever that does.
    """

    name: str
    group: Group
    client: Side | None
    customer: Side | None
    chips: Sequence[Chip]
    address: str
    do: ChoiceDo
    offers: Mapping[ChoiceDo, str]
    first_act: ChoiceDo | None
    body: Mapping[str, object]
    note: str | None
    is_warning: bool
    sign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One group above the list."""

    word: str
    count: int
    address: str
    chosen: bool


async def show_matching(visit: Visit) -> web.Response:
    """Show them by group, or the next part of them."""
    asked = visit.request.query
    group = next((each for each in WORDS if each == asked.get("show")), None)
    paired, draft = await draft_now(visit.parts, visit.firm)
    totals = totals_of(paired)
    lines = [each for each in draft.lines if group in (None, each.line.group)]
    begin = max(number_key(asked["cursor"], 1)[0], 0) if "cursor" in asked else 0
    end = begin + ROWS
    more = {"show": group} if group else {}
    under_way = await visit.parts.batches.of_firm_under_way(visit.firm)
    return visit.render(
        "matching.html",
        frame=await frame(visit),
        totals=totals,
        filters=_filters(visit, totals, group),
        rows=[_shown(visit, each) for each in lines[begin:end]],
        groups=WORDS,
        draft=draft_totals(draft),
        lost=[_lost(visit, each) for each in draft.lost[:MOST_LOST]],
        more_lost=max(len(draft.lost) - MOST_LOST, 0),
        batch=under_way,
        drifted=(await visit.parts.read_model.drifted.page(visit.firm, limit=1)).total,
        hindrance=_hindrance(draft, under_way),
        more=f"{visit.home}/matching?{urlencode(more | {'cursor': cursor_of(end)})}"
        if end < len(lines)
        else None,
        place="clients",
    )


def _hindrance(draft: Draft, under_way: Batch | None) -> str | None:
    """Say why nothing can be committed now; None: it can."""
    if under_way is not None:
        return f"Batch {under_way.number} is being carried out."
    return None if draft.to_do else "Nothing is chosen yet."


def _filters(visit: Visit, totals: MatchingTotals, chosen: Group | None) -> list[Filter]:
    counts = {
        "sure": totals.sure,
        "likely": totals.likely,
        "only_in_canopy": totals.only_in_canopy,
        "only_in_quickbooks": totals.only_in_quickbooks,
    }
    everything = Filter(
        word="All", count=sum(counts.values()), address=f"{visit.home}/matching", chosen=chosen is None
    )
    return [
        everything,
        *(
            Filter(
                word=word,
                count=counts[group],
                address=f"{visit.home}/matching?show={group}",
                chosen=group == chosen,
            )
            for group, word in WORDS.items()
        ),
    ]


def _shown(visit: Visit, each: DraftLine) -> ShownRow:
    line, do = each.line, each.weighed.do
    link, customer, made = line.link, line.customer, line.made
    open_acts = [act for act in ACTS if act in each.can and each.can[act] is None]
    note, is_warning = _note(visit, each)
    client = _side(link.client_id, line.of_client) if link is not None else None
    there = _side(customer.customer_id, line.of_customer) if customer is not None else None
    return ShownRow(
        name=line.name,
        group=line.group,
        client=client,
        customer=there,
        chips=chips_of(made.reasons, made.cautions) if made is not None else (),
        address=_address(visit, client, there),
        do=do,
        offers={each: word for each, word in CHOICES.items() if each in (*open_acts, "leave", "later")},
        first_act=open_acts[0] if open_acts else None,
        body={
            "client_id": link.client_id if link is not None else None,
            "customer_id": customer.customer_id if customer is not None else None,
            "link_version": link.version if link is not None else None,
            "customer_sync_token": line.sync_token,
        },
        note=note,
        is_warning=is_warning,
        sign=f"{do} {note} {link.version if link else ''} {line.sync_token} {' '.join(open_acts)}",
    )


def _address(visit: Visit, client: Side | None, customer: Side | None) -> str:
    """Say where a pair's review opens, or the record of one alone."""
    if client is None:
        return f"{visit.home}/customers?{urlencode({'q': customer.name if customer else ''})}"
    address = visit.client_address(client.own_id)
    return f"{address}#match={quote(customer.own_id, safe='')}" if customer is not None else address


def _note(visit: Visit, each: DraftLine) -> tuple[str | None, bool]:
    """Say who chose, or why what was chosen is not carried out; True: it is to be looked at."""
    weighed, choice = each.weighed, each.choice
    if weighed.moved and choice is not None:
        return (
            f"{who(choice.chosen_by)} chose “{chosen_word(choice.do)}”. This has changed since: look again.",
            True,
        )
    if weighed.hindered is not None:
        return refusal_text(weighed.hindered.code, weighed.hindered.facts), True
    if choice is None or choice.chosen_at is None:
        return None, False
    return f"{who(choice.chosen_by)}, {visit.clock.minute(choice.chosen_at)}", False


def _lost(visit: Visit, choice: Choice) -> dict[str, object]:
    client = choice.client_id
    return {
        "text": lost_text(choice),
        "address": visit.client_address(client) if client is not None else f"{visit.home}/customers",
        "id": client or choice.customer_id,
        "body": {"client_id": client, "customer_id": choice.customer_id, "do": None},
    }


def _side(own_id: str, values: Values) -> Side:
    known_by = [values.get(Field.EMAIL), values.get(Field.PHONE) or values.get(Field.MOBILE)]
    shown = " · ".join(each for each in known_by if isinstance(each, str))
    return Side(own_id=own_id, name=name_in(values) or own_id, known_by=shown)
