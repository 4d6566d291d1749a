"""Who goes first, and that nobody waits without end."""

from collections import Counter
from datetime import UTC, datetime
from itertools import combinations
from typing import Any, get_args

import pytest

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
from domain.ids import ClientId, CustomerId, EffectId
from domain.urgency import GOES_AFTER, Origin, Urgency, next_up, urgency_of

NOW = datetime(2026, 11, 23, tzinfo=UTC)
E = EffectId("e")


def update(**more: Any) -> UpdateCustomer:
    """Change a customer."""
    given = {"asked_by": "rule", **more}
    return UpdateCustomer(
        id=E, customer_id=CustomerId("58"), sync_token=0, values={}, planned_at=NOW, **given
    )


CASES: list[tuple[Effect, Origin, Urgency]] = [
    (update(for_match=True, asked_by="person"), "intent", Urgency.PERSON),
    (update(asked_by="person"), "other", Urgency.PERSON),
    (update(stop_at=NOW), "other", Urgency.PERSON),
    (update(), "other", Urgency.CHANGE),
    (update(asked_by="person"), "firm_work", Urgency.BULK),
    (update(), "firm_work", Urgency.BULK),
    (update(for_match=True, asked_by="person"), "batch", Urgency.BATCH),
    (update(stop_at=NOW), "batch", Urgency.PERSON),
    (CreateCustomer(id=E, values={}, asked_by="rule", planned_at=NOW), "other", Urgency.CHANGE),
    (
        UpdateClient(
            id=E, client_id=ClientId("c"), client_version=1, values={}, asked_by="rule", planned_at=NOW
        ),
        "firm_work",
        Urgency.BULK,
    ),
    (
        CreateClient(
            id=E,
            customer_id=CustomerId("58"),
            client_type="business",
            values={},
            asked_by="person",
            planned_at=NOW,
        ),
        "intent",
        Urgency.PERSON,
    ),
    (FindHolder(id=E, names=("Ann",)), "other", Urgency.LOOK_UP),
    (ReadCustomer(id=E, customer_id=CustomerId("58")), "intent", Urgency.PERSON),
    (ReadCustomer(id=E, customer_id=CustomerId("58")), "other", Urgency.READ),
    (ReadCustomer(id=E, customer_id=CustomerId("58")), "batch", Urgency.READ),
    (ReadClient(id=E, client_id=ClientId("c-1")), "other", Urgency.READ),
    (ListCustomers(id=E), "intent", Urgency.BULK),
    (ListCustomers(id=E, since=NOW), "other", Urgency.CHECK),
    (ListClients(id=E), "other", Urgency.BULK),
    (ListClients(id=E, sweep=True), "other", Urgency.CHECK),
    (CheckCustomers(id=E, customer_ids=()), "other", Urgency.CHECK),
    (PlanLinks(id=E), "intent", Urgency.BULK),
]


@pytest.mark.parametrize(("effect", "origin", "urgency"), CASES)
def test_each_kind_of_work_has_its_class(effect: Effect, origin: Origin, urgency: Urgency) -> None:
    """By what it is, and by what set it going."""
    assert urgency_of(effect, origin) is urgency


def test_every_kind_of_work_is_among_them() -> None:
    """A new one must say how urgent it is."""
    assert {type(effect) for effect, _, _ in CASES} == set(get_args(Effect))


@pytest.mark.parametrize(
    "waiting",
    [frozenset(some) for size in range(1, len(Urgency) + 1) for some in combinations(Urgency, size)],
    ids=len,
)
def test_whoever_waits_goes_within_bounds(waiting: frozenset[Urgency]) -> None:
    """Whichever classes always have work: a person is passed over twice at most, nobody much longer than their number."""
    passed, went, longest = dict.fromkeys(Urgency, 0), Counter[Urgency](), Counter[Urgency]()
    for _ in range(2000):
        chosen = next_up(waiting, passed)
        for each in waiting:
            longest[each] = max(longest[each], passed[each])
            passed[each] += 1
        passed[chosen] = 0
        went[chosen] += 1

    assert set(went) == waiting
    assert longest[Urgency.PERSON] <= 2
    assert all(longest[each] <= GOES_AFTER[each] + 5 for each in waiting)
