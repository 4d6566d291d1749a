"""What operators are told about all firms, in a table and in sentences, and the same as facts for jq."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from adapters.store.views import FirmView
from adapters.web.api.firms import FirmShape
from deploy.operators.fleet import WhoDecides
from deploy.operators.words import Said

HEADINGS = ("FIRM", "CONNECTION", "SINCE", "PENDING", "OLDEST WAIT", "PAUSED BY", "LAST DECISION")
NOTHING = "-"


def firm_facts(view: FirmView) -> dict[str, object]:
    """Give a firm as the API does."""
    return FirmShape.of(view).model_dump(mode="json")


def firm_table(firms: Sequence[FirmView]) -> Iterator[str]:
    """Lay firms out in columns, under their headings."""
    rows = [HEADINGS, *(_columns(view) for view in firms)]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def firm_said(view: FirmView) -> Said:
    """Tell of one firm in a few lines."""
    company = f" with company {view.realm_id}" if view.realm_id else ""
    since = f", since {_time(view.since)}" if view.since else ""
    lines = [f"Firm {view.firm_id}: {_connection(view)}{company}{since}."]
    if view.paused is not None:
        whose = "all firms" if view.paused_with_all else "the firm"
        reason = f": “{view.paused.reason}”" if view.paused.reason else ""
        lines.append(
            f"  Requests of {whose} are paused since {_time(view.paused.since)} "
            f"by {view.paused.by or 'nobody named'}{reason}."
        )
    oldest = f", the oldest since {_time(view.oldest_wait)}" if view.oldest_wait else ""
    lines.append(
        f"  {view.pending} clients and customers wait{oldest}." if view.pending else "  Nothing waits."
    )
    lines.append(f"  Last decision: {_time(view.last_decision)}.")
    return firm_facts(view), tuple(lines)


def deciding_said(deciding: WhoDecides) -> Said:
    """Tell whether anybody decides, and what waits undecided."""
    waiting, without = deciding.undecided, deciding.without_worker
    facts: dict[str, object] = {
        "deciding": "ok" if not without else "nobody" if len(without) == len(deciding.partitions) else "some",
        "workers": deciding.workers.number,
        "partitions_without_worker": list(without),
        "undecided": {str(number): count for number, count in waiting.items()},
        "partitions_standing_still": list(deciding.standing_still),
    }
    return facts, (_who(deciding), _undecided(deciding))


def _who(deciding: WhoDecides) -> str:
    without = deciding.without_worker
    if not without:
        number = deciding.workers.number
        return f"{number} {'worker decides' if number == 1 else 'workers decide'}."
    if len(without) == len(deciding.partitions):
        return "Nobody decides: no worker runs, or none has been given these partitions. What is asked is kept until one does."
    return f"Nobody decides in {_partitions(without)}."


def _undecided(deciding: WhoDecides) -> str:
    waiting = deciding.undecided
    if not waiting:
        return "No input waits undecided."
    number = sum(waiting.values())
    said = f"{number} {'input waits' if number == 1 else 'inputs wait'} undecided in {_partitions(tuple(waiting))}"
    still = deciding.standing_still
    return (
        f"{said}; none was decided meanwhile in {_partitions(still)}."
        if still
        else f"{said}; they are being decided."
    )


def _partitions(numbers: Sequence[int]) -> str:
    return f"{'partition' if len(numbers) == 1 else 'partitions'} {', '.join(map(str, numbers))}"


def _columns(view: FirmView) -> tuple[str, ...]:
    paused = (view.paused.by or "nobody named") if view.paused else NOTHING
    return (
        view.firm_id,
        _connection(view),
        _time(view.since),
        str(view.pending),
        _time(view.oldest_wait),
        f"{paused} (all firms)" if view.paused_with_all else paused,
        _time(view.last_decision),
    )


def _connection(view: FirmView) -> str:
    return "reauthorize" if view.reauthorise_since else view.status.replace("_", " ")


def _time(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}" if time else NOTHING
