"""What a person at a terminal reads of all firms, and of who decides."""

from datetime import UTC, datetime

from adapters.web.api.firm_shapes import FirmConnectionShape, FirmShape, PausedShape
from adapters.web.api.status_shapes import DecidingShape
from deploy.operators.fleet_words import deciding_said, firm_said, firm_table, is_fine
from deploy.operators.ports import Status

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CONNECTED = FirmConnectionShape(status="connected", realm_id="91", since=NOW, reauthorise_since=None)
FIRM = FirmShape(
    firm="f-1", connection=CONNECTED, pending=0, oldest_wait=None, paused=None, last_decision=NOW
)
PAUSED = {
    "pending": 3,
    "oldest_wait": NOW,
    "paused": PausedShape(since=NOW, by="user:lee", reason="INC-42", all_firms=False),
}
ALL_PAUSED = PAUSED | {"paused": PausedShape(since=NOW, by="user:lee", reason="INC-42", all_firms=True)}
BOTH = DecidingShape(
    deciding="ok", workers=2, partitions_without_worker=[], undecided={}, partitions_standing_still=[]
)


def test_a_table_is_in_columns() -> None:
    """Under its headings, however long an id is; what is not there is a dash."""
    never = FirmConnectionShape(status="never_connected", realm_id=None, since=None, reauthorise_since=None)
    new = FIRM.model_copy(update={"firm": "f-2-long", "connection": never, "last_decision": None})
    heading, first, second = firm_table([FIRM.model_copy(update=ALL_PAUSED), new])

    assert heading.split("  ")[0] == "FIRM"
    assert first.index("connected") == second.index("never connected") == heading.index("CONNECTION")
    assert first.index("user:lee (all firms)") == heading.index("PAUSED BY")
    assert second.split() == ["f-2-long", "never", "connected", "-", "0", "-", "-", "-"]


def test_a_firm_is_told_in_lines() -> None:
    """Connection, pause with its person and reason, what waits, last decision."""
    _, lines = firm_said(FIRM.model_copy(update=PAUSED))

    assert lines == (
        "Firm f-1: connected with company 91, since 2026-11-24 09:00:00.",
        "  Requests of the firm are paused since 2026-11-24 09:00:00 by user:lee: “INC-42”.",
        "  3 clients and customers wait, the oldest since 2026-11-24 09:00:00.",
        "  Last decision: 2026-11-24 09:00:00.",
    )
    shut = CONNECTED.model_copy(update={"reauthorise_since": NOW})
    _, lines = firm_said(FIRM.model_copy(update={"connection": shut}))
    assert lines[0].startswith("Firm f-1: reauthorize with company 91")


def test_who_decides_is_told_as_it_is() -> None:
    """All of them, some, nobody; what waits and moves is no finding, what stands still is one."""
    some = BOTH.model_copy(update={"deciding": "some", "workers": 1, "partitions_without_worker": [1]})
    nobody = BOTH.model_copy(update={"deciding": "nobody", "workers": 0, "partitions_without_worker": [0, 1]})
    moving = BOTH.model_copy(update={"undecided": {1: 3}})
    still = BOTH.model_copy(update={"undecided": {0: 1, 1: 3}, "partitions_standing_still": [1]})

    fine = [is_fine(Status(deciding=each, firms=())) for each in (BOTH, moving, some, nobody, still)]
    assert fine == [True, True, False, False, False]
    paused = FIRM.model_copy(update=PAUSED)
    assert not is_fine(Status(deciding=BOTH, firms=(FIRM, paused)))
    said = [deciding_said(each) for each in (BOTH, some, nobody)]
    assert [facts["deciding"] for facts, _ in said] == ["ok", "some", "nobody"]
    assert said[0][1] == ("2 workers decide.", "No input waits undecided.")
    assert said[1][1][0] == "Nobody decides in partition 1."
    assert said[2][1][0].startswith("Nobody decides: no worker runs")
    assert deciding_said(moving)[1][1] == "3 inputs wait undecided in partition 1; they are being decided."
    assert deciding_said(still)[1][1] == (
        "4 inputs wait undecided in partitions 0, 1; none was decided meanwhile in partition 1."
    )
