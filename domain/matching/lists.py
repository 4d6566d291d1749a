"""Both lists of a firm, and what of each other's a party is to be compared with."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from heapq import nsmallest

from domain.matching.evidence import Evidence
from domain.matching.evidence import compare as compare_parties
from domain.matching.keys import WEIGHTS, keys_of
from domain.matching.party import Party
from domain.matching.reasons import Bar

MOST_COMPARED = 12
"""So many of the other list, those with most in common, are compared with a party."""

LEAST_COMPARED = 8
FAR = 4
"""Of the others, those are not compared that have less than one part in so many of what the nearest has."""

NEAR = 16
"""Where the nearest has as much as this in common, as a name and an email address, fewer others are worth a look."""

LEAST_BESIDE_NEAR = 3

CROWDED = 40
"""What more than so many have in common is looked at only where there is nothing better."""

MOST_CROWDED = 400
"""What so many have in common says nothing of any of them."""

_NOT_COUNTED = frozenset({Bar.SUB_CUSTOMER, Bar.GONE})
"""A sub-customer has the contact data of the one above it, and who is gone has none."""


class Side:
    """One list, made ready to be compared with another: by its keys."""

    def __init__(self, parties: Iterable[Party]) -> None:
        self.parties: Mapping[str, Party] = {
            each.id: each for each in sorted(parties, key=lambda each: each.id)
        }
        self.keys = {each.id: keys_of(each) for each in self.parties.values()}
        self.having: defaultdict[str, list[str]] = defaultdict(list)
        for own_id, keys in self.keys.items():
            for key in keys:
                self.having[key].append(own_id)
        counted = [each for each in self.parties.values() if each.bar not in _NOT_COUNTED]
        self.emails = Counter(email for each in counted for email in each.emails)
        self.phones = Counter(phone for each in counted for phone in each.phones)

    def nearest(self, keys: Iterable[str]) -> list[str]:
        """Name those that have most of these keys, the nearest first."""
        weights: defaultdict[str, int] = defaultdict(int)
        crowded = []
        for key in keys:
            having = self.having.get(key)
            if having is None:
                continue
            if len(having) > CROWDED:
                crowded.append((key, having))
                continue
            weight = WEIGHTS[key[0]]
            for own_id in having:
                weights[own_id] += weight
        if len(weights) < LEAST_COMPARED:
            for key, having in crowded:
                if len(having) <= MOST_CROWDED:
                    for own_id in having:
                        weights[own_id] += WEIGHTS[key[0]]
        near = nsmallest(MOST_COMPARED, [(-weight, own_id) for own_id, weight in weights.items()])
        most = near[0][0] if near else 0
        least = LEAST_BESIDE_NEAR if -most >= NEAR else LEAST_COMPARED
        return [own_id for n, (weight, own_id) in enumerate(near) if n < least or weight * FAR < most]


class Lists:
    """A firm's clients and customers. The order in which they are given changes nothing.

    Customers that are made ready are not made ready again.
    """

    def __init__(self, clients: Iterable[Party], customers: Iterable[Party] | Side) -> None:
        self._clients = Side(clients)
        self._customers = customers if isinstance(customers, Side) else Side(customers)
        self._compared: dict[tuple[str, str], Evidence] = {}

    @property
    def compared(self) -> int:
        """How many pairs have been compared so far."""
        return len(self._compared)

    @property
    def client_ids(self) -> Iterable[str]:
        """All clients, in the order of their ids."""
        return self._clients.parties

    @property
    def customer_ids(self) -> Iterable[str]:
        """All customers, in the order of their ids."""
        return self._customers.parties

    def client(self, client_id: str) -> Party:
        """Give a client."""
        return self._clients.parties[client_id]

    def customer(self, customer_id: str) -> Party:
        """Give a customer."""
        return self._customers.parties[customer_id]

    def of_client(self, client_id: str) -> list[Evidence]:
        """Compare a client with the customers that come near it, the best first."""
        near = self._customers.nearest(self._clients.keys[client_id])
        return sorted((self.compare(client_id, each) for each in near), key=_best_first)

    def of_customer(self, customer_id: str) -> list[Evidence]:
        """Compare a customer with the clients that come near it, the best first."""
        near = self._clients.nearest(self._customers.keys[customer_id])
        return sorted((self.compare(each, customer_id) for each in near), key=_best_first)

    def compare(self, client_id: str, customer_id: str) -> Evidence:
        """Compare two beside all others of both lists."""
        pair = (client_id, customer_id)
        found = self._compared.get(pair)
        if found is None:
            client, customer = self.client(client_id), self.customer(customer_id)
            found = self._compared[pair] = compare_parties(
                client,
                customer,
                shared_email=self._is_shared(client.emails, customer.emails, "emails"),
                shared_phone=self._is_shared(client.phones, customer.phones, "phones"),
            )
        return found

    def _is_shared(self, mine: tuple[str, ...], theirs: tuple[str, ...], what: str) -> bool:
        """Say whether others too have one that both have."""
        common = set(mine).intersection(theirs)
        sides = (getattr(self._clients, what), getattr(self._customers, what))
        return any(side[each] > 1 for each in common for side in sides)


def _best_first(each: Evidence) -> tuple[int, bool, str, str]:
    return (-each.points, each.bar is not None, each.customer_id, each.client_id)
