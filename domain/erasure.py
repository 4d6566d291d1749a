"""Rows and timeline lines without a person's values: what an erasure leaves of the present, and of each past state.

What stays says when what was done by whom: ids, versions, times, statuses, names of fields. What people wrote as a reason
goes too, since it may name the person.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from domain.agreed import Agreed
from domain.decision import Change
from domain.effects import (
    CreateClient,
    CreateCustomer,
    CustomerWork,
    FindHolder,
    LinkWork,
    ReadClient,
    UpdateClient,
    UpdateCustomer,
)
from domain.fields import Field, Values
from domain.problem import Problem
from domain.remembered import Erased, Former, Settled
from domain.replacing import replace
from domain.rows import CustomerRow, LinkRow
from domain.snapshots import Client
from domain.write_back import NOTHING_MORE

ERASED_WORDS = "erased with the client that it was about"
"""Stands in the place of what a person wrote, where something has to."""

_NO_VALUES: Values = {}
_NOT_AGREED: Agreed = {}


def is_erased(row: LinkRow | CustomerRow, time: datetime) -> bool:
    """Say whether a state that was decided at `time` has been emptied since: one who comes back later is held again."""
    return row.erased is not None and time < row.erased.at


def past_without_values(row: LinkRow | CustomerRow, erased: Erased) -> LinkRow | CustomerRow:
    """Give a past state as it may be remembered after an erasure; it is still a row that can be read and folded."""
    if isinstance(row, LinkRow):
        return _past_link(row, erased)
    return _past_customer(row, erased)


def client_without_values(client: Client | None) -> Client | None:
    """Keep of a client which version it has, so that what is told late of an older one brings nothing back."""
    return replace(client, values=_NO_VALUES) if client is not None else None


def change_without_values(change: Change) -> Change:
    """Keep of a line that a field changed, and on which side."""
    return replace(change, before=None, after=None, whole_before=None, whole_after=None)


def _past_link(row: LinkRow, erased: Erased) -> LinkRow:
    return replace(
        row,
        because=None,
        client=client_without_values(row.client),
        agreed=_NOT_AGREED,
        wanted=_NO_VALUES,
        problem=_problem(row.problem),
        shelved=_problem(row.shelved),
        former=_former(row.former),
        tried=(),
        lost_create=replace(row.lost_create, name=None) if row.lost_create is not None else None,
        found_free=None,
        undoing=_settled(row.undoing),
        pending=tuple(_link_work(effect) for effect in row.pending),
        erased=erased,
    )


def _past_customer(row: CustomerRow, erased: Erased) -> CustomerRow:
    seen = row.customer
    return replace(
        row,
        customer=replace(seen, values=_NO_VALUES, write_back=NOTHING_MORE) if seen is not None else None,
        problem=_problem(row.problem),
        pending=tuple(_customer_work(effect) for effect in row.pending),
        lost_create=_create_client(row.lost_create) if row.lost_create is not None else None,
        erased=erased,
    )


def _former(former: Former | None) -> Former | None:
    return replace(former, agreed=_NOT_AGREED, because=None) if former is not None else None


def _settled(settled: Settled | None) -> Settled | None:
    if settled is None:
        return None
    return replace(
        settled,
        stands=_emptied(settled.stands),
        canopy=_emptied(settled.canopy),
        quickbooks=_emptied(settled.quickbooks),
        agreed=_NOT_AGREED,
    )


def _problem(problem: Problem | None) -> Problem | None:
    return replace(problem, taken=None, holders=None, free=()) if problem is not None else None


def _link_work(effect: LinkWork) -> LinkWork:
    match effect:
        case UpdateCustomer():
            return replace(effect, values=_emptied(effect.values), write_back=NOTHING_MORE)
        case CreateCustomer() | UpdateClient():
            return replace(effect, values=_emptied(effect.values))
        case FindHolder():
            return replace(effect, names=())
        case ReadClient():
            return effect
        case _:
            assert_never(effect)


def _customer_work(effect: CustomerWork) -> CustomerWork:
    return _create_client(effect) if isinstance(effect, CreateClient) else effect


def _create_client(effect: CreateClient) -> CreateClient:
    return replace(effect, values=_emptied(effect.values))


def _emptied(values: Mapping[Field, object]) -> Values:
    return dict.fromkeys(values)
