"""Which customers a client may be, best first, each with its reasons; and who is paired with whom in two whole lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.matching.evidence import MARGIN, Evidence
from domain.matching.lists import Lists
from domain.matching.reasons import Bar, Caution, Reason, Strength

_NO_RIVALS = frozenset({Bar.SUB_CUSTOMER, Bar.GONE, Bar.VENDOR, Bar.EMPLOYEE})
"""A client can be matched with none of these, ever: that one is there takes nothing from anybody."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One proposal. `cautions` says why it is not sure, where nothing else does; `bar`: why it can't be made."""

    client_id: str
    customer_id: str
    strength: Strength
    reasons: tuple[Reason, ...]
    cautions: tuple[Caution, ...]
    bar: Bar | None
    points: int


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two lists, paired: at most one customer for a client, and one client for a customer.

    `only_clients` and `only_customers` could be matched, and nobody is likely to be theirs.
    """

    pairs: tuple[Suggestion, ...]
    only_clients: tuple[str, ...]
    only_customers: tuple[str, ...]

    def counts(self) -> Mapping[Strength, int]:
        """Count the pairs by strength."""
        return {strength: sum(each.strength is strength for each in self.pairs) for strength in Strength}


def suggest(lists: Lists, client_id: str) -> list[Suggestion]:
    """Propose customers for a client, the best first; of one strength, those that can be matched come first."""
    found = lists.of_client(client_id)
    made = [made for each in found if (made := _suggested(lists, each, found)) is not None]
    return sorted(made, key=_best_first)


def pair_up(lists: Lists) -> Pairing:
    """Pair all clients with all customers: the sure ones, then of the likely ones the best first."""
    proposed = [
        each
        for client_id in lists.client_ids
        if lists.client(client_id).bar is None
        for each in suggest(lists, client_id)
        if each.bar is None and each.strength is not Strength.POSSIBLE
    ]
    proposed.sort(
        key=lambda each: (each.strength is not Strength.SURE, -each.points, each.client_id, each.customer_id)
    )
    clients: set[str] = set()
    customers: set[str] = set()
    pairs = []
    for each in proposed:
        if each.client_id not in clients and each.customer_id not in customers:
            clients.add(each.client_id)
            customers.add(each.customer_id)
            pairs.append(each)
    return Pairing(
        pairs=tuple(sorted(pairs, key=lambda each: each.client_id)),
        only_clients=tuple(c for c in lists.client_ids if lists.client(c).bar is None and c not in clients),
        only_customers=tuple(
            c for c in lists.customer_ids if lists.customer(c).bar is None and c not in customers
        ),
    )


def _suggested(lists: Lists, evidence: Evidence, of_client: Sequence[Evidence]) -> Suggestion | None:
    strength = evidence.strength
    if strength is None:
        return None
    # What is weak by itself is not made weaker, and others need not be looked at.
    of_customer = lists.of_customer(evidence.customer_id) if strength is Strength.LIKELY else ()
    cautions = _beside_others(evidence, of_client, of_customer) if strength is Strength.LIKELY else ()
    told = evidence.but(*cautions)
    if evidence.is_clear and strength is Strength.LIKELY and not cautions and evidence.bar is None:
        strength = Strength.SURE
    elif Caution.BETTER_FOR_ANOTHER in cautions:
        strength = Strength.POSSIBLE
    return Suggestion(
        client_id=evidence.client_id,
        customer_id=evidence.customer_id,
        strength=strength,
        reasons=told.reasons,
        cautions=told.cautions,
        bar=told.bar,
        points=told.points,
    )


def _beside_others(
    evidence: Evidence, of_client: Sequence[Evidence], of_customer: Sequence[Evidence]
) -> tuple[Caution, ...]:
    """Say who else of either list is as good a match, or a better one for that customer."""
    others = [
        each for each in of_client if each.customer_id != evidence.customer_id and each.bar not in _NO_RIVALS
    ]
    clients = [
        each for each in of_customer if each.client_id != evidence.client_id and each.bar is not Bar.GONE
    ]
    found = []
    if any(each.points > evidence.points - MARGIN for each in (*others, *clients)):
        found.append(Caution.EQUALLY_GOOD)
    if any(each.points >= evidence.points + MARGIN for each in clients):
        found = [Caution.BETTER_FOR_ANOTHER]
    return tuple(found)


def _best_first(each: Suggestion) -> tuple[bool, bool, bool, int, str]:
    possible = each.strength is Strength.POSSIBLE
    return (
        possible,
        each.bar is not None,
        each.strength is not Strength.SURE,
        -each.points,
        each.customer_id,
    )
