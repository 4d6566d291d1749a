"""What operators are told about all firms, in a table and in sentences, and the same as facts for jq."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from adapters.web.api.firm_shapes import FirmShape
from adapters.web.api.status_shapes import DecidingShape
from deploy.operators.ports import Status
from deploy.operators.words import Said

HEADINGS = ("FIRM", "CONNECTION", "SINCE", "PENDING", "OLDEST WAIT", "PAUSED BY", "LAST DECISION")
NOTHING = "-"


def is_fine(status: Status) -> bool:
    """Say whether no person has to look."""
    deciding = status.deciding
    decided = not deciding.partitions_without_worker and not deciding.partitions_standing_still
    return decided and not any(needs_a_look(each) for each in status.firms)


def needs_a_look(firm: FirmShape) -> bool:
    """Say whether a person has to look at a firm."""
    return firm.paused is not None or firm.connection.reauthorise_since is not None


def firm_facts(firm: FirmShape) -> dict[str, object]:
    """Give a firm as the API does."""
    return firm.model_dump(mode="json")


def firm_table(firms: Sequence[FirmShape]) -> Iterator[str]:
    """Lay firms out in columns, under their headings."""
    rows = [HEADINGS, *(_columns(firm) for firm in firms)]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def firm_said(firm: FirmShape) -> Said:
    """Tell of one firm in a few lines."""
    connection, paused = firm.connection, firm.paused
    company = f" with company {connection.realm_id}" if connection.realm_id else ""
    since = f", since {_time(connection.since)}" if connection.since else ""
    lines = [f"Firm {firm.firm}: {_connection(firm)}{company}{since}."]
    if paused is not None:
        whose = "all firms" if paused.all_firms else "the firm"
        reason = f": “{paused.reason}”" if paused.reason else ""
        lines.append(
            f"  Requests of {whose} are paused since {_time(paused.since)} by {paused.by or 'nobody named'}{reason}."
        )
    oldest = f", the oldest since {_time(firm.oldest_wait)}" if firm.oldest_wait else ""
    lines.append(
        f"  {firm.pending} clients and customers wait{oldest}." if firm.pending else "  Nothing waits."
    )
    lines.append(f"  Last decision: {_time(firm.last_decision)}.")
    return firm_facts(firm), tuple(lines)


def deciding_said(deciding: DecidingShape) -> Said:
    """Tell whether anybody decides, and what waits undecided."""
    return deciding.model_dump(mode="json"), (_who(deciding), _undecided(deciding))


def _who(deciding: DecidingShape) -> str:
    match deciding.deciding:
        case "ok":
            number = deciding.workers
            return f"{number} {'worker decides' if number == 1 else 'workers decide'}."
        case "nobody":
            return "Nobody decides: no worker runs, or none has been given these partitions. What is asked is kept until one does."
        case "some":
            return f"Nobody decides in {_partitions(deciding.partitions_without_worker)}."


def _undecided(deciding: DecidingShape) -> str:
    waiting = deciding.undecided
    if not waiting:
        return "No input waits undecided."
    number = sum(waiting.values())
    said = f"{number} {'input waits' if number == 1 else 'inputs wait'} undecided in {_partitions(tuple(waiting))}"
    still = deciding.partitions_standing_still
    return (
        f"{said}; none was decided meanwhile in {_partitions(still)}."
        if still
        else f"{said}; they are being decided."
    )


def _partitions(numbers: Sequence[int]) -> str:
    return f"{'partition' if len(numbers) == 1 else 'partitions'} {', '.join(map(str, numbers))}"


def _columns(firm: FirmShape) -> tuple[str, ...]:
    paused = firm.paused
    by = (paused.by or "nobody named") if paused else NOTHING
    return (
        firm.firm,
        _connection(firm),
        _time(firm.connection.since),
        str(firm.pending),
        _time(firm.oldest_wait),
        f"{by} (all firms)" if paused is not None and paused.all_firms else by,
        _time(firm.last_decision),
    )


def _connection(firm: FirmShape) -> str:
    connection = firm.connection
    return "reauthorize" if connection.reauthorise_since else connection.status.replace("_", " ")


def _time(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}" if time else NOTHING
