"""Which acts can be taken back together, and what a plan to do so says of each client.

A plan is decided by today's rules, one client after the other, on rows that nobody else sees: what an earlier one of
the plan leaves, a later one meets.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Literal

from domain.fields import Field, Value, Values
from domain.foresight import foresee
from domain.ids import ClientId, CustomerId, EffectId, FirmId, IntentId, Side
from domain.inputs import Restore, Unmatch
from domain.known import survivor_of
from domain.rate import QUICKBOOKS_RATE
from domain.restoring import ForeseenCode, RestoreOutcome, foresee_restore
from domain.rows import LinkRow, LinkStatus
from domain.table import Table

ReplayKind = Literal["unmatch", "restore"]
"""What is taken back: an unmatch, by a restore; a restore, by an unmatch."""

EndState = Literal["as_planned", "otherwise", "under_way", "moved_on", "refused", "not_decided"]
"""`moved_on`: the link is no longer as the plan saw it, so nothing was done; `otherwise`: it was done, and came to something else;
`not_decided`: it was asked for again and again, and the log says nothing of it."""

CARRIED_OUT: tuple[RestoreOutcome, ...] = ("restored", "question")
"""Of these rows a plan that is applied asks for something."""

MOST_WITHOUT_COUNT = 5
"""Up to one in so many of a firm's links nobody has to type how many they are."""

MOST_MINUTES_WITHOUT_COUNT = 60
_SECONDS = 60
_PLANNED = IntentId("planned")


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAct:
    """What was done to a client's link. `customer_id`: whom it let go, or got."""

    client_id: ClientId
    kind: str
    at: datetime
    actor: str | None
    partition: int
    offset: int
    customer_id: CustomerId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """What a replay would do to one client. `at` and `by`: the act that it takes back.

    `link_version`, `customer_sync_token`, `client_version`: as of when it was looked at, so that it is done as planned or
    not at all. `asked`: the fields that a question would be about. `reads`: the customer has changed since it was read.
    """

    client_id: ClientId
    name: Value
    customer_id: CustomerId | None
    at: datetime | None
    by: str | None
    outcome: RestoreOutcome
    code: ForeseenCode
    facts: Mapping[str, str] = field(default_factory=dict)
    writes: Mapping[Side, Values] = field(default_factory=dict)
    asked: tuple[Field, ...] = ()
    requests: int = 0
    reads: int = 0
    link_version: int = 0
    customer_sync_token: int | None = None
    client_version: int | None = None

    @property
    def is_carried_out(self) -> bool:
        """Say whether something is asked for if the plan is applied."""
        return self.outcome in CARRIED_OUT


def plan_replay(
    table: Table,
    firm: FirmId,
    kind: ReplayKind,
    acts: Sequence[PastAct],
    last: Mapping[ClientId, PastAct],
    *,
    also: Iterable[ClientId] = (),
    at: datetime,
    started: Container[EffectId],
) -> list[PlannedRow]:
    """Say for each client what taking back its newest act would do; the newest first, as things are undone.

    `acts`: those to take back. `last`: of each client the act that brought its link where it stands. `also`: clients that were named,
    whether they have such an act or not. The table is used up.
    """
    rows: list[PlannedRow] = []
    done: set[ClientId] = set()
    for act in sorted(acts, key=lambda each: -each.offset):
        if act.client_id not in done:
            done.add(act.client_id)
            rows.append(_row(table, firm, kind, act, last.get(act.client_id), at, started))
    named = [client for client in dict.fromkeys(also) if client not in done]
    return rows + [_without_act(table, firm, client) for client in named]


def _row(
    table: Table,
    firm: FirmId,
    kind: ReplayKind,
    act: PastAct,
    last: PastAct | None,
    at: datetime,
    started: Container[EffectId],
) -> PlannedRow:
    link = table.link(firm, act.client_id)
    if link is None:
        return _told(act, None, "blocked", "client_unknown")
    if kind == "restore":
        return _unmatched(table, link, act, last, at, started)
    if _is_matched_with(table, link, act.customer_id):
        return _told(act, link, "already_so", "already_so")
    apart_since = link.former.unmatched_at if link.former is not None else None
    if link.customer_id is None and apart_since is not None and apart_since != act.at:
        return _told(act, link, "blocked", "unmatched_since", _by(link, apart_since))
    intent = Restore(firm_id=firm, intent_id=_PLANNED, client_id=act.client_id)
    told = foresee_restore(table, intent, at, started)
    customer = told.customer
    noticed = customer is not None and (customer.noticed_at is not None or bool(customer.reads))
    return PlannedRow(
        client_id=act.client_id,
        name=_name(link),
        customer_id=customer.customer_id if customer is not None else act.customer_id,
        at=act.at,
        by=act.actor,
        outcome=told.outcome,
        code=told.code,
        facts=told.facts,
        writes=told.writes,
        asked=told.problem.fields if told.problem is not None else (),
        requests=told.requests,
        reads=int(noticed),
        link_version=link.version,
        customer_sync_token=told.customer_sync_token,
        client_version=told.client_version,
    )


def _unmatched(
    table: Table,
    link: LinkRow,
    act: PastAct,
    last: PastAct | None,
    at: datetime,
    started: Container[EffectId],
) -> PlannedRow:
    """Plan to take a restore back; what it wrote on either side stays."""
    if link.status in (LinkStatus.NOT_SYNCED, LinkStatus.UNMATCHING):
        return _told(act, link, "already_so", "already_so")
    came_after = last is not None and last.offset > act.offset
    if came_after or not _is_matched_with(table, link, act.customer_id):
        return _told(act, link, "blocked", "matched_since", _by(link, link.since) | _with(link))
    intent = Unmatch(firm_id=link.firm_id, intent_id=_PLANNED, client_id=link.client_id)
    foresee(table, intent, at, started)
    return _told(act, link, "restored", "unmatched")


def _is_matched_with(table: Table, link: LinkRow, customer: CustomerId | None) -> bool:
    if link.customer_id is None or customer is None or link.status is LinkStatus.UNMATCHING:
        return False
    return link.customer_id in (customer, survivor_of(table, link.firm_id, customer))


def _without_act(table: Table, firm: FirmId, client: ClientId) -> PlannedRow:
    link = table.link(firm, client)
    code: ForeseenCode = "client_unknown" if link is None else "nothing_to_restore"
    return PlannedRow(
        client_id=client, name=_name(link), customer_id=None, at=None, by=None, outcome="blocked", code=code
    )


def _told(
    act: PastAct,
    link: LinkRow | None,
    outcome: RestoreOutcome,
    code: ForeseenCode,
    facts: Mapping[str, str] | None = None,
) -> PlannedRow:
    return PlannedRow(
        client_id=act.client_id,
        name=_name(link),
        customer_id=act.customer_id,
        at=act.at,
        by=act.actor,
        outcome=outcome,
        code=code,
        facts=facts or {},
        link_version=link.version if link is not None else 0,
    )


def _by(link: LinkRow, since: datetime | None) -> dict[str, str]:
    facts = {"since": since.isoformat()} if since is not None else {}
    return facts | ({"actor": link.actor} if link.actor is not None else {})


def _with(link: LinkRow) -> dict[str, str]:
    return {"customer_id": link.customer_id} if link.customer_id is not None else {}


def _name(link: LinkRow | None) -> Value:
    client = link.client if link is not None else None
    return client.values.get(Field.DISPLAY_NAME) if client is not None else None


def intent_of(replay: str, client: ClientId) -> IntentId:
    """Name what a replay asks for about a client: the same each time it is asked for."""
    return IntentId(sha256(f"replay\n{replay}\n{client}".encode()).hexdigest()[:32])


def replay_intent(
    replay: str, firm: FirmId, kind: ReplayKind, row: PlannedRow, reason: str
) -> Restore | Unmatch:
    """Ask for what a row says, as it was seen. The same row of the same plan is the same intent, however often it is asked for."""
    name = intent_of(replay, row.client_id)
    if kind == "restore":
        return Unmatch(
            firm_id=firm,
            intent_id=name,
            client_id=row.client_id,
            link_version=row.link_version,
            reason=reason,
        )
    return Restore(
        firm_id=firm,
        intent_id=name,
        client_id=row.client_id,
        link_version=row.link_version,
        reason=reason,
        customer_sync_token=row.customer_sync_token,
        client_version=row.client_version,
    )


def minutes_of(requests: int) -> float:
    """Say how long so many requests take at one company's pace."""
    return requests / QUICKBOOKS_RATE.per_second / _SECONDS


def has_to_be_counted(rows: int, links: int, requests: int) -> bool:
    """Say whether so many rows are applied only by who types how many: a large part of a firm, or an hour's work."""
    return rows * MOST_WITHOUT_COUNT > links or minutes_of(requests) > MOST_MINUTES_WITHOUT_COUNT
