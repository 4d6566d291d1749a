"""What operators are told of batches, in lines, and the same as facts for jq."""

from collections.abc import Iterator

from adapters.batches.seen import look_seen
from adapters.web.api.batch_shapes import (
    BatchAnswer,
    BatchProgress,
    BatchShape,
    RevertedShape,
    RevertPreview,
    RowShape,
)
from deploy.operators.words import Said, text_of, who, would_be_written
from domain.batches import STATES, RowState
from domain.ids import FirmId

_NOT_DONE: tuple[RowState, ...] = ("refused", "moved_on", "stopped", "not_decided")


def list_line(shape: BatchShape) -> Said:
    """Tell a batch in one line."""
    line = (
        f"{shape.number:>4}  {shape.batch}  {shape.asked_at:%Y-%m-%d %H:%M}  {_many(shape.rows, 'row', 'rows')}  "
        f"{_plain(shape.state)}  by {who(shape.asked_by)}{_why(shape)}"
    )
    return shape.model_dump(mode="json"), (line,)


def batch_lines(shown: BatchAnswer) -> Iterator[Said]:
    """Tell a batch: first its head, then a row each."""
    yield head_line(shown.batch)
    for row in shown.rows:
        yield row.model_dump(mode="json"), (_row(row),)


def head_line(head: BatchProgress) -> Said:
    """Tell how far a batch is."""
    return head.model_dump(mode="json"), tuple(_head(head))


def is_done(shown: BatchAnswer) -> bool:
    """Say whether each row that asks for something was granted."""
    return not any(shown.batch.counts.get(state) for state in _NOT_DONE)


def revert_lines(head: BatchProgress, told: RevertPreview, *, put_values_back: bool) -> Iterator[Said]:
    """Tell what taking a batch back would do: first in all, then a row each."""
    facts = told.model_dump(mode="json", exclude={"rows", "cursor"})
    yield (
        {"batch": head.batch, "number": head.number, "seen": seen_in(told)} | facts,
        (what_is_done(head, told, put_values_back=put_values_back),),
    )
    for row in told.rows:
        yield row.model_dump(mode="json"), tuple(_reverted(row, put_values_back=put_values_back))


def what_is_done(head: BatchProgress, told: RevertPreview, *, put_values_back: bool) -> str:
    """Say in a sentence what taking a batch back does."""
    values = _many(told.with_values_back, "customer", "customers")
    if not told.with_values_back:
        said = ""
    elif put_values_back:
        said = f" QuickBooks gets back what the matches replaced in {values}."
    else:
        said = f" What the matches replaced in {values} can be put back with --put-values-back."
    done = [
        f"{_many(number, 'client is', 'clients are')} {what}"
        for number, what in ((told.unmatched, "unmatched"), (told.restored, "matched again"))
        if number
    ]
    return f"Batch {head.number}: {' and '.join(done) or 'nothing is taken back'}.{said}"


def seen_in(told: RevertPreview) -> str:
    """Give what stands for all that a preview has told."""
    return look_seen(row.seen for row in told.rows)


def to_revert(firm: FirmId, head: BatchProgress, told: RevertPreview, *, put_values_back: bool) -> str:
    """Say how to do just what a preview has told."""
    values = " --put-values-back" if put_values_back else ""
    words = f"client-sync batches revert {firm} {head.number}{values} --seen {seen_in(told)} --reason TEXT"
    return f"Nothing has been changed. To revert it as it is shown here: {words}"


def _head(shape: BatchProgress) -> Iterator[str]:
    counts = ", ".join(f"{number} {_plain(state)}" for state in STATES if (number := shape.counts.get(state)))
    yield f"Batch {shape.number} ({shape.batch}), {_plain(shape.state)}: {_many(shape.rows, 'row', 'rows')} ({counts})."
    yield f"  Asked for {shape.asked_at:%Y-%m-%d %H:%M} by {who(shape.asked_by)}{_why(shape)}"
    if shape.reverts is not None:
        yield f"  It reverts {shape.reverts}."


def _row(row: RowShape) -> str:
    whom = f"client {row.client_id}" if row.client_id is not None else f"customer {row.customer_id}"
    return f"{whom}: {_plain(row.do)}, {_plain(row.state)}. {row.text}".rstrip()


def _reverted(row: RevertedShape, *, put_values_back: bool) -> Iterator[str]:
    yield f"client {row.client_id}: {row.text}"
    for each in row.stays:
        before, written = text_of(each.before), text_of(each.written)
        if put_values_back and each.field in row.values_back:
            yield f"    QuickBooks: {each.field.value}: {written} → {before}"
        else:
            yield f"    QuickBooks: {each.field.value}: {written} stays; before the match: {before}"
    if row.kept_text is not None:
        yield f"    {row.kept_text}"
    yield from would_be_written(row.writes)


def _why(shape: BatchShape) -> str:
    return f"  “{shape.reason}”" if shape.reason else ""


def _many(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _plain(code: str) -> str:
    return code.replace("_", " ")
