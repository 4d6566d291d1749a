"""The echo proof: whatever the two sides held and whoever edits, writes are bounded by edits, and then there are none.

Webhooks and events are doubled, held up and overtake each other, and both sides respell what they are given; nothing
but edits may cause a write.
"""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.fields import Field, Value
from domain.ids import ClientId, CustomerId, FirmId, IntentId
from domain.inputs import ChangeSettings, Connect, Match
from domain.settings import ConflictPolicy, Settings
from streams.wire.topics import INTENTS
from tests.simulation.faults import RATES
from tests.simulation.simulation import Simulation

FIRM = FirmId("f-1")
ON_THE_WAY = {"event_doubled", "event_delayed", "webhook_doubled", "webhook_delayed", "value_respelled"}
SPELLINGS = (None, "a", " a", "a  b", "b")

values = st.fixed_dictionaries(
    {Field.DISPLAY_NAME: st.sampled_from(("Ana Lee", " Ana  Lee", "Ben Ray"))},
    optional={Field.EMAIL: st.sampled_from(SPELLINGS), Field.PHONE: st.sampled_from(SPELLINGS)},
)
edits = st.lists(
    st.tuples(
        st.sampled_from(("canopy", "quickbooks")),
        st.sampled_from((Field.EMAIL, Field.PHONE)),
        st.sampled_from(SPELLINGS),
        st.sampled_from((0.0, 0.5, 3.0, 700.0)),
    ),
    max_size=12,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10**6),
    ours=values,
    theirs=values,
    policy=st.sampled_from(ConflictPolicy),
    series=edits,
)
def test_writes_are_bounded_by_edits_and_then_there_are_none(
    seed: int,
    ours: dict[Field, Value],
    theirs: dict[Field, Value],
    policy: ConflictPolicy,
    series: list[tuple[str, Field, Value, float]],
) -> None:
    """One write for the match, at most one for each edit, none for an echo; an hour later still none."""
    with Simulation(seed, without=RATES.keys() - ON_THE_WAY) as company:
        canopy, books = company.canopy[FIRM], company.quickbooks[FIRM]
        client, customer = canopy.add(ours, False, "c-1").client_id, books.add(theirs, "58")
        assert customer is not None
        _matched(company, client, customer.customer_id, policy)
        before = company.judge.writes.commits
        assert before <= 1

        at = company.agenda.now
        for side, field, value, gap in series:
            at += gap

            def edit(side: str = side, field: Field = field, value: Value = value) -> None:
                if side == "canopy":
                    canopy.edit(client, {field: value})
                else:
                    books.edit(customer.customer_id, {field: value})

            company.agenda.at(at, edit)
        company.settle()

        assert company.judge.writes.commits - before <= len(series)


def _matched(company: Simulation, client: ClientId, customer: CustomerId, policy: ConflictPolicy) -> None:
    intents = (
        Connect(firm_id=FIRM, intent_id=IntentId("connect"), realm_id=company.quickbooks[FIRM].realm),
        ChangeSettings(firm_id=FIRM, intent_id=IntentId("settings"), settings=Settings(conflicts=policy)),
        Match(firm_id=FIRM, intent_id=IntentId("match"), client_id=client, customer_id=customer),
    )
    for intent in intents:
        company.write(INTENTS, intent, intent.intent_id, "user:dana", None)
        company.settle()
