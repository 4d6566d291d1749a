"""Doing something with many clients of a list at once: what is offered for those that are ticked, and what it would do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adapters.bounded import ClientIdText
from adapters.store.status import status_word
from adapters.store.views import LinkView
from adapters.web.api.matching import draft_now
from adapters.web.bodies import read_body
from adapters.web.console.held_look import held_line
from adapters.web.console.selected import ListOf, Part, selected
from adapters.web.console.visit import Visit
from adapters.web.console.words import name_in
from adapters.web.problems import UNREADABLE, Problem
from adapters.web.texts.selection import act_text, act_title, act_word, skip_text
from domain.batches import MOST_ROWS
from domain.ids import ClientId
from domain.matching.choices import Choice
from domain.reasons import MOST_IN_A_REASON
from domain.refusals import Refusal
from domain.rows import LinkRow
from domain.selection import AS_SEEN, HELD_ACTS, SELECTION_ACTS, SelectionAct, Sorted, offered, sorted_by
from domain.table import Table

NAMED = 50
"""Clients that a confirmation names; the rest are counted."""

NAMED_OF_A_REASON = 20


class SelectionBody(BaseModel):
    """Who is ticked: `ids`, or all of the list that the address asks for: `of` clients, or of those of whom something is held.

    `act`: what is to be done; absent: what could be.
    """

    model_config = ConfigDict(extra="forbid")

    ids: list[ClientIdText] = Field(default=[], max_length=MOST_ROWS)
    all: bool = False
    of: ListOf = "clients"
    act: SelectionAct | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Clients with which nothing is done, and why; of so many some are named."""

    why: str
    number: int
    names: Sequence[str]


async def show_selection(visit: Visit) -> web.Response:
    """Show what can be done with those that are ticked, or what an act would do with each."""
    asked = _asked(await read_body(visit.request))
    number, can, told = 0, Counter[SelectionAct](), Sorted(done=[], refused=[])
    seen: dict[ClientId, int] = {}
    async for part in selected(visit, asked.ids, everybody=asked.of if asked.all else None):
        number += len(part.links)
        if asked.act is None:
            can.update(offered(part.known, part.links))
        else:
            told = told.with_more(sorted_by(part.known, part.links, asked.act))
            seen |= _seen(part)
    if number > MOST_ROWS:
        return visit.render("selection.html", too_many=MOST_ROWS)
    if asked.act is None:
        offers = [(act, act_word(act), can[act]) for act in SELECTION_ACTS if can[act]]
        return visit.render("selection.html", too_many=None, number=number, offers=offers)
    if asked.act == "leave":
        return await _to_leave_out(visit, told)
    return await _to_be_done(visit, asked.act, told, seen if asked.act in AS_SEEN else {})


def _asked(body: bytes) -> SelectionBody:
    try:
        return SelectionBody.model_validate_json(body)
    except ValidationError:
        raise Problem(400, "wrong_body", UNREADABLE) from None


def _seen(part: Part) -> dict[ClientId, int]:
    """Say as of when the customer of each is looked at."""
    rows = {
        link.client_id: part.known.customer(link.firm_id, link.customer_id)
        for link in part.links
        if link.customer_id is not None
    }
    return {
        client: row.customer.sync_token
        for client, row in rows.items()
        if row is not None and row.customer is not None
    }


async def _to_be_done(
    visit: Visit, act: SelectionAct, told: Sorted, seen: Mapping[ClientId, int]
) -> web.Response:
    rows = [
        {
            "do": act,
            "client_id": link.client_id,
            "customer_id": link.customer_id,  # so that the batch's page can name it afterwards too
            "link_version": link.version,
            **({"customer_sync_token": seen[link.client_id]} if link.client_id in seen else {}),
        }
        for link in told.done
    ]
    named = told.done[:NAMED]
    known = await visit.parts.read_model.surroundings.of(visit.firm, named)
    return _confirm(
        visit,
        act,
        told,
        held=[held_line(visit, _view(known, link), does=act) for link in named] if act in HELD_ACTS else [],
        body={"rows": rows},
        under_way=await visit.parts.batches.of_firm_under_way(visit.firm),
    )


async def _to_leave_out(visit: Visit, told: Sorted) -> web.Response:
    """A choice for the rows of both lists in which they stand: it is kept at once, and taken back by the choice before."""
    _, draft = await draft_now(visit.parts, visit.firm)
    lines = {each.line.link.client_id: each for each in draft.lines if each.line.link is not None}
    here = [link for link in told.done if link.client_id in lines]
    out = [link for link in here if lines[link.client_id].weighed.do == "leave"]
    to_do = [lines[link.client_id] for link in here if lines[link.client_id].weighed.do != "leave"]
    elsewhere = [(link, "no match could be suggested") for link in told.done if link.client_id not in lines]
    names = [each.line.link for each in to_do if each.line.link is not None]
    sides = [
        {
            "client_id": each.line.link.client_id if each.line.link is not None else None,
            "customer_id": each.line.customer.customer_id if each.line.customer is not None else None,
        }
        for each in to_do
    ]
    return _confirm(
        visit,
        "leave",
        Sorted(done=names, refused=told.refused),
        also=[*((link, "left out already") for link in out), *elsewhere],
        choices=[{**side, "do": "leave"} for side in sides],
        undo=[{**side, **_before(each.choice)} for side, each in zip(sides, to_do, strict=True)],
    )


def _before(choice: Choice | None) -> dict[str, object]:
    if choice is None:
        return {"do": None}
    return {
        "do": choice.do,
        "link_version": choice.link_version,
        "customer_sync_token": choice.customer_sync_token,
    }


def _confirm(
    visit: Visit,
    act: SelectionAct,
    told: Sorted,
    *,
    also: Sequence[tuple[LinkRow, str]] = (),
    **more: object,
) -> web.Response:
    number = len(told.done)
    context = {"held": [], "body": None, "choices": None, "undo": None, "under_way": None, **more}
    return visit.render(
        "selected.html",
        act=act,
        title=act_title(act, number),
        text=act_text(act, number),
        number=number,
        names=[_name(link) for link in told.done[:NAMED]],
        skipped=_skipped([*((link, _why(refusal)) for link, refusal in told.refused), *also]),
        skipped_in_all=len(told.refused) + len(also),
        longest_reason=MOST_IN_A_REASON,
        **context,
    )


def _why(refusal: Refusal) -> str:
    return skip_text(refusal.code, refusal.facts)


def _skipped(told: Sequence[tuple[LinkRow, str]]) -> list[Skipped]:
    by_reason: dict[str, list[LinkRow]] = {}
    for link, why in told:
        by_reason.setdefault(why, []).append(link)
    return [
        Skipped(why=why, number=len(links), names=[_name(link) for link in links[:NAMED_OF_A_REASON]])
        for why, links in by_reason.items()
    ]


def _view(known: Table, link: LinkRow) -> LinkView:
    customer = known.customer(link.firm_id, link.customer_id) if link.customer_id is not None else None
    return LinkView(status=status_word(link), row=link, customer=customer)


def _name(link: LinkRow) -> str:
    name = name_in(link.client.values) if link.client is not None else None
    return name or link.client_id
