"""What operators are told of replays, in lines, and the same as facts for jq."""

from collections.abc import Iterator, Sequence

from adapters.replays.desk import Shown, ShownRow
from adapters.store.replays import Replay
from adapters.web.api.replays import ReplayShape, listed_shape, replay_shape, rows_of
from adapters.web.texts.replays import end_text, planned_text
from deploy.operators.words import Said, text_of

_SIDES = (("quickbooks", "QuickBooks"), ("canopy", "Canopy"))


def replay_lines(shown: Shown) -> Iterator[Said]:
    """Tell a replay: first its head, then a row each."""
    shape = replay_shape(shown.replay, shown.decided)
    yield shape.model_dump(mode="json"), tuple(_head(shape))
    shapes = [each.model_dump(mode="json") for each in rows_of(shown)]
    for facts, row in zip(shapes, shown.rows, strict=True):
        yield facts, tuple(_row(row))


def list_line(replay: Replay, decided: int) -> Said:
    """Tell a replay in one line."""
    shape = listed_shape(replay, decided)
    why = f"  “{shape.reason}”" if shape.reason else ""
    line = (
        f"{shape.plan}  {shape.made_at:%Y-%m-%d %H:%M}  {shape.firm}  {shape.kind}  {shape.rows} rows  {shape.state}  "
        f"by {_who(shape.applied_by or shape.made_by)}{why}"
    )
    return shape.model_dump(mode="json"), (line,)


def ended(shown: Shown) -> bool:
    """Say whether each row has ended as planned."""
    return all(row.end is None or row.end.state == "as_planned" for row in shown.rows) and not any(
        row.end is None and row.planned.is_carried_out for row in shown.rows
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


def _row(row: ShownRow) -> Iterator[str]:
    planned = row.planned
    name = f" ({planned.name})" if isinstance(planned.name, str) else ""
    yield f"{planned.client_id}{name}: {planned.outcome.replace('_', ' ')}. {planned_text(planned)}"
    for side, title in _SIDES:
        for field, value in _values(planned.writes, side):
            yield f"    {title}: {field} → {value}"
    if row.end is not None:
        yield f"    {end_text(row.end)}"


def _values(writes: object, side: str) -> Sequence[tuple[str, str]]:
    values = writes.get(side, {}) if isinstance(writes, dict) else {}
    return [(field.value, text_of(value)) for field, value in values.items()]


def _who(actor: str) -> str:
    return actor.removeprefix("user:")
