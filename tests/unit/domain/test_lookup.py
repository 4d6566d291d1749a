"""A look-up names the ids that go by a key, whether one, several or none does."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from domain.ids import ClientId, FirmId
from domain.lookup import Key, LookupByFirm

FIRMS = [FirmId("f-1"), FirmId("f-2")]
CLIENTS = [ClientId(f"c-{n}") for n in range(4)]

KEYS = st.none() | st.tuples(st.sampled_from(FIRMS), st.sampled_from(["ann", "bea"]))


@given(st.lists(st.tuples(st.sampled_from(CLIENTS), KEYS)))
def test_it_names_whoever_was_moved_there_last(moves: list[tuple[ClientId, Key | None]]) -> None:
    """However ids come and go: as sets of them would."""
    lookup: LookupByFirm[ClientId] = LookupByFirm()
    where: dict[ClientId, Key | None] = {}
    for client, key in moves:
        lookup.move(client, where.get(client), key)
        where[client] = key
    expected: defaultdict[Key, set[ClientId]] = defaultdict(set)
    for client, key in where.items():
        if key is not None:
            expected[key].add(client)
    for firm in FIRMS:
        for name in ("ann", "bea"):
            assert lookup[firm, name] == expected[firm, name]
