"""Canopy contradicts what we hold of a client: it is looked at directly, more than once, and then believed."""

from domain.apply.client_seen import client_is_gone, take_client
from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.effects import ReadClient
from domain.firm_rows import FirmRow
from domain.obstacles import Obstacle
from domain.outcomes import ClientGone, ClientRead, Result
from domain.plan import plan
from domain.remembered import Behind, Waiting
from domain.replacing import replace
from domain.rows import LinkRow
from domain.snapshots import Client
from domain.went_back import client_is_older, goes_back, rest_before


def look_if_it_contradicts(draft: Draft, link: LinkRow, told: Client) -> LinkRow:
    """Look at a client of which we were told an older version that is later than ours, by Canopy's own clock.

    One of two messages in the wrong order has both older. Whether it is that, only Canopy itself can say.
    """
    known = link.client
    if known is None or told.changed_at <= known.changed_at or not client_is_older(known, told):
        return link
    link = look(draft, link)
    if told.presence == "deleted" and link.behind is not None:
        return replace(link, behind=replace(link.behind, told_gone=True))
    return link


def look(draft: Draft, link: LinkRow, *, refused: bool = False) -> LinkRow:
    """Look at a client, unless that is under way. `refused`: Canopy itself has shown an older one already."""
    if link.looks_at_canopy:
        return link
    looks = _behind(link).looks
    return _look(draft, link, max(looks, 1) if refused else looks)


def client_looked_at(
    draft: Draft, firm: FirmRow, link: LinkRow, effect: ReadClient, result: Result
) -> Decision:
    """Take in how a client looks: as we thought, newer, or older still, and then it is looked at again or believed."""
    link = replace(link, pending=tuple(each for each in link.pending if each.id != effect.id))
    known = link.client
    if isinstance(result, ClientGone) and _behind(link).told_gone:
        plan(draft, client_is_gone(link))
        return draft.decide(Verdict.APPLIED, result.kind, link)
    seen = result.client if isinstance(result, ClientRead) else None
    if seen is None or known is None or not client_is_older(known, seen):
        # One that is gone, and of whose deletion nobody has told, is left to the next write, which meets it.
        link = replace(link, behind=None, waiting=None)
        link = take_client(draft, firm, link, seen) if seen is not None else link
        plan(draft, link)
        return draft.decide(Verdict.APPLIED, result.kind, link)
    looks = _behind(link).looks + 1
    if rest_before(looks, link.went_back, draft.now) is not None:
        plan(draft, _look(draft, link, looks))
        return draft.decide(Verdict.APPLIED, "client_is_older", link)
    back = goes_back(link.went_back, known.version, known.changed_at, draft.now)
    link = replace(link, behind=None, waiting=None, went_back=back)
    link = take_client(draft, firm, link, seen, believed=True)
    plan(draft, link)
    return draft.decide(Verdict.APPLIED, "client_went_back", link)


def _look(draft: Draft, link: LinkRow, looks: int) -> LinkRow:
    rest = rest_before(looks, link.went_back, draft.now)
    until = draft.now + rest if rest else None
    effect = ReadClient(
        id=draft.effect_id(link.key, "read_client"), client_id=link.client_id, not_before=until
    )
    link = replace(link, behind=replace(_behind(link), looks=looks), pending=(*link.pending, effect))
    return replace(link, waiting=Waiting(until=until, why=Obstacle.BEHIND)) if until else link


def _behind(link: LinkRow) -> Behind:
    return link.behind or Behind()
