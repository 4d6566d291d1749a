"""Who goes first at a side's door: a person who waits goes before what no one watches, and nothing starves.

Weights of their own for each firm or hour would be a setting that nobody can judge; an order with a share for each class is
something that an operator can predict.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Literal, assert_never

from domain.effects import (
    CheckCustomers,
    CreateClient,
    CreateCustomer,
    Effect,
    FindHolder,
    ListClients,
    ListCustomers,
    PlanLinks,
    ReadClient,
    ReadCustomer,
    UpdateClient,
    UpdateCustomer,
)


class Urgency(StrEnum):
    """Most urgent first.

    `PERSON`: somebody has pressed a button and looks at it. `LOOK_UP`: what a question needs before anybody can answer it.
    `CHANGE`: one client was edited. `READ`: one customer was noticed; a request reads many at once. `BATCH`: a row of what somebody asked
    for together, and looks at as a whole. `BULK`: a first listing, and what it or a switch set going. `CHECK`: sweeps and checks, which
    nobody waits for.
    """

    PERSON = "person"
    LOOK_UP = "look_up"
    CHANGE = "change"
    READ = "read"
    BATCH = "batch"
    BULK = "bulk"
    CHECK = "check"


Origin = Literal["intent", "batch", "firm_work", "other"]
"""What planned an effect: a person's command, one of many that were asked for together, an answer to a listing or an inner step, or anything else."""

GOES_AFTER: Mapping[Urgency, int] = {
    Urgency.PERSON: 2,
    Urgency.LOOK_UP: 5,
    Urgency.CHANGE: 3,
    Urgency.READ: 5,
    Urgency.BATCH: 9,
    Urgency.BULK: 9,
    Urgency.CHECK: 19,
}
"""After so many requests of others one of its own goes, however urgent the others are: the share that is kept for each.

A person never waits for more than two others, whatever is due.
"""

PLACES_LEFT_FREE: Mapping[Urgency, int] = {
    Urgency.PERSON: 0,
    Urgency.LOOK_UP: 2,
    Urgency.CHANGE: 2,
    Urgency.READ: 2,
    Urgency.BATCH: 2,
    Urgency.BULK: 4,
    Urgency.CHECK: 4,
}
"""How many of the requests that may run at once each must leave to others: slow answers to bulk must not stop a person."""


def urgency_of(effect: Effect, origin: Origin) -> Urgency:
    """Say how urgent an effect is."""
    match effect:
        case FindHolder():
            return Urgency.LOOK_UP
        case ListCustomers():
            return Urgency.BULK if effect.since is None else Urgency.CHECK
        case ListClients():
            return Urgency.CHECK if effect.sweep else Urgency.BULK
        case CheckCustomers():
            return Urgency.CHECK
        case PlanLinks():
            return Urgency.BULK
        case ReadClient():
            return Urgency.READ
        case ReadCustomer():
            return Urgency.PERSON if origin == "intent" else Urgency.READ
        case CreateCustomer() | UpdateCustomer() | UpdateClient() | CreateClient():
            return _of_write(effect, origin)
        case _:
            assert_never(effect)


def next_up(waiting: Collection[Urgency], passed_over: Mapping[Urgency, int]) -> Urgency:
    """Choose who goes next. `passed_over`: how many others went while each waited. Raises ValueError if nobody waits."""
    due = [each for each in Urgency if each in waiting and passed_over[each] >= GOES_AFTER[each]]
    if Urgency.PERSON in due or not due:
        return min(waiting, key=tuple(Urgency).index)
    return max(due, key=lambda each: passed_over[each] - GOES_AFTER[each])


def _of_write(
    effect: CreateCustomer | UpdateCustomer | UpdateClient | CreateClient, origin: Origin
) -> Urgency:
    if not isinstance(effect, CreateClient) and effect.stop_at is not None:
        return Urgency.PERSON  # an unmatch waits to hear what became of it
    if origin == "intent":
        return Urgency.PERSON
    if origin == "batch":
        return Urgency.BATCH  # hundreds of them would stand before whoever presses a button meanwhile
    if origin == "firm_work":
        return Urgency.BULK  # also where a person asked for it: they released all that was held
    return Urgency.PERSON if effect.asked_by == "person" else Urgency.CHANGE
