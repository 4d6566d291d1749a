"""What a person at a terminal reads of all firms, and of who decides."""

from dataclasses import replace
from datetime import UTC, datetime

from adapters.store.views import FirmView
from deploy.operators.fleet import WhoDecides
from deploy.operators.fleet_words import deciding_said, firm_said, firm_table
from domain.ids import FirmId, RealmId
from domain.rows import Paused
from streams.kafka.anybody_deciding import Workers

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FIRM = FirmView(
    firm_id=FirmId("f-1"),
    status="connected",
    realm_id=RealmId("91"),
    since=NOW,
    reauthorise_since=None,
    pending=0,
    oldest_wait=None,
    paused=None,
    paused_with_all=False,
    last_decision=NOW,
)
PAUSED = Paused(since=NOW, by="user:lee", reason="INC-42")
BOTH = WhoDecides(
    partitions=(0, 1),
    workers=Workers(number=2, partitions=frozenset({0, 1})),
    undecided={},
    standing_still=(),
)


def test_a_table_is_in_columns() -> None:
    """Under its headings, however long an id is; what is not there is a dash."""
    new = replace(FIRM, firm_id=FirmId("f-2-long"), status="never_connected", since=None, last_decision=None)
    heading, first, second = firm_table(
        [replace(FIRM, pending=3, oldest_wait=NOW, paused=PAUSED, paused_with_all=True), new]
    )

    assert heading.split("  ")[0] == "FIRM"
    assert first.index("connected") == second.index("never connected") == heading.index("CONNECTION")
    assert first.index("user:lee (all firms)") == heading.index("PAUSED BY")
    assert second.split() == ["f-2-long", "never", "connected", "-", "0", "-", "-", "-"]


def test_a_firm_is_told_in_lines() -> None:
    """Connection, pause with its person and reason, what waits, last decision."""
    _, lines = firm_said(replace(FIRM, pending=3, oldest_wait=NOW, paused=PAUSED))

    assert lines == (
        "Firm f-1: connected with company 91, since 2026-11-24 09:00:00.",
        "  Requests of the firm are paused since 2026-11-24 09:00:00 by user:lee: “INC-42”.",
        "  3 clients and customers wait, the oldest since 2026-11-24 09:00:00.",
        "  Last decision: 2026-11-24 09:00:00.",
    )
    _, lines = firm_said(replace(FIRM, reauthorise_since=NOW))
    assert lines[0].startswith("Firm f-1: reauthorize with company 91")


def test_who_decides_is_told_as_it_is() -> None:
    """All of them, some, nobody; what waits and moves is no finding, what stands still is one."""
    some = replace(BOTH, workers=Workers(number=1, partitions=frozenset({0})))
    nobody = replace(BOTH, workers=Workers(number=0, partitions=frozenset()))
    moving = replace(BOTH, undecided={1: 3})
    still = replace(BOTH, undecided={0: 1, 1: 3}, standing_still=(1,))

    assert [each.is_fine for each in (BOTH, moving, some, nobody, still)] == [True, True, False, False, False]
    said = [deciding_said(each) for each in (BOTH, some, nobody)]
    assert [facts["deciding"] for facts, _ in said] == ["ok", "some", "nobody"]
    assert said[0][1] == ("2 workers decide.", "No input waits undecided.")
    assert said[1][1][0] == "Nobody decides in partition 1."
    assert said[2][1][0].startswith("Nobody decides: no worker runs")
    assert deciding_said(moving)[1][1] == "3 inputs wait undecided in partition 1; they are being decided."
    assert deciding_said(still)[1][1] == (
        "4 inputs wait undecided in partitions 0, 1; none was decided meanwhile in partition 1."
    )
