"""What is counted on a labelled list, of our matching and of simpler ones beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from rapidfuzz import fuzz, process

from domain.matching.lists import Lists
from domain.matching.reasons import Strength
from domain.matching.suggestions import Pairing, pair_up, suggest
from tests.matching.labelled import Labelled

IN_SIGHT = 3


@dataclass(frozen=True, slots=True)
class Figures:
    """`sure` of `pairs` true pairs were found, `wrong` were linked that are not the same, or that nobody can be sure of.

    `in_sight`: the share of clients whose customer is among the first three; None where nothing is proposed in order.
    """

    pairs: int
    sure: int
    wrong: int
    in_sight: float | None = None

    @property
    def recall(self) -> float:
        """The share of true pairs that was linked."""
        return self.sure / self.pairs if self.pairs else 1.0


def ours(labelled: Labelled) -> Figures:
    """Count what we are sure of, and what stands in sight."""
    lists = Lists(labelled.clients, labelled.customers)
    linked = {
        each.client_id: each.customer_id for each in pair_up(lists).pairs if each.strength is Strength.SURE
    }
    seen = [_is_in_sight(labelled, lists, client) for client in labelled.same]
    return _counted(labelled, linked, sum(seen) / len(seen))


def by_name(labelled: Labelled) -> Figures:
    """Link who has the same display name, case aside: as Canopy's own first sync does."""
    named = {" ".join(each.name.core): each.id for each in labelled.customers if each.bar is None}
    linked = {
        each.id: named[name] for each in labelled.clients if (name := " ".join(each.name.core)) in named
    }
    return _counted(labelled, linked)


def by_rapidfuzz(labelled: Labelled) -> Figures:
    """Link who is named most alike, as RapidFuzz's token_sort_ratio has it, from 90 on."""
    names = {each.id: " ".join(each.name.core) for each in labelled.customers if each.bar is None}
    linked = {}
    for client in labelled.clients:
        found = process.extractOne(
            " ".join(client.name.core), names, scorer=fuzz.token_sort_ratio, score_cutoff=90
        )
        if found is not None:
            linked[client.id] = found[2]
    return _counted(labelled, linked)


def shuffled(labelled: Labelled, seed: int) -> tuple[Pairing, Pairing]:
    """Pair a list as it is, and in another order."""
    clients, customers, dice = list(labelled.clients), list(labelled.customers), Random(seed)  # noqa: S311
    before = pair_up(Lists(clients, customers))
    dice.shuffle(clients)
    dice.shuffle(customers)
    return before, pair_up(Lists(clients, customers))


def wrong_pairs(labelled: Labelled) -> list[tuple[str, str]]:
    """Name what we are sure of and should not be."""
    pairs = pair_up(Lists(labelled.clients, labelled.customers)).pairs
    return [
        (each.client_id, each.customer_id)
        for each in pairs
        if each.strength is Strength.SURE and not _may_be_sure(labelled, each.client_id, each.customer_id)
    ]


def _is_in_sight(labelled: Labelled, lists: Lists, client: str) -> bool:
    first = {each.customer_id for each in suggest(lists, client)[:IN_SIGHT]}
    return not first.isdisjoint(labelled.same[client])


def _counted(labelled: Labelled, linked: Mapping[str, str], in_sight: float | None = None) -> Figures:
    right = sum(_may_be_sure(labelled, client, customer) for client, customer in linked.items())
    certain = sum(
        any((client, each) not in labelled.doubtful for each in same)
        for client, same in labelled.same.items()
    )
    return Figures(pairs=certain, sure=right, wrong=len(linked) - right, in_sight=in_sight)


def _may_be_sure(labelled: Labelled, client: str, customer: str) -> bool:
    return customer in labelled.same.get(client, set()) and (client, customer) not in labelled.doubtful
