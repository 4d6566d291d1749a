"""What operators are told of replays, in lines, and the same as facts for jq."""

from collections.abc import Iterator

from adapters.web.api.replay_shapes import ReplayAnswer, ReplayShape, RowShape
from deploy.operators.words import Said, who, would_be_written
from domain.replays import CARRIED_OUT


def replay_lines(shown: ReplayAnswer) -> Iterator[Said]:
    """Tell a replay: first its head, then a row each."""
    yield shown.replay.model_dump(mode="json"), tuple(_head(shown.replay))
    for row in shown.rows:
        yield row.model_dump(mode="json"), tuple(_row(row))


def list_line(shape: ReplayShape) -> Said:
    """Tell a replay in one line."""
    why = f"  “{shape.reason}”" if shape.reason else ""
    line = (
        f"{shape.plan}  {shape.made_at:%Y-%m-%d %H:%M}  {shape.firm}  {shape.kind}  {shape.rows} rows  {shape.state}  "
        f"by {who(shape.applied_by or shape.made_by)}{why}"
    )
    return shape.model_dump(mode="json"), (line,)


def ended(shown: ReplayAnswer) -> bool:
    """Say whether each row has ended as planned."""
    return all(
        row.end.state == "as_planned" if row.end is not None else row.outcome not in CARRIED_OUT
        for row in shown.rows
    )


def _head(shape: ReplayShape) -> Iterator[str]:
    counts = ", ".join(f"{number} {outcome.replace('_', ' ')}" for outcome, number in shape.outcomes.items())
    yield f"Plan {shape.plan} for firm {shape.firm}: {shape.rows} clients ({counts or 'none found'})."
    yield f"  {shape.requests} requests, {shape.reads} reads, about {shape.minutes} minutes at the firm's pace."
    if shape.state == "planned" and shape.asked:
        count = f" --confirm {shape.confirm}" if shape.confirm is not None else ""
        yield f"  Nothing has been changed. To apply it: client-sync replay apply {shape.plan} --reason TEXT{count}"
    elif shape.state != "planned":
        yield f"  {shape.state}, {shape.decided} of {shape.asked} decided, for the reason “{shape.reason or ''}”"


def _row(row: RowShape) -> Iterator[str]:
    name = f" ({row.name})" if row.name is not None else ""
    yield f"{row.client_id}{name}: {row.outcome.replace('_', ' ')}. {row.text}"
    yield from would_be_written(row.writes)
    if row.end is not None:
        yield f"    {row.end.text}"
