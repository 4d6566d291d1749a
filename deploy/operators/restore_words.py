"""What a restore, or another undo, would do, in lines for people, and the same as facts for jq."""

from collections.abc import Iterable, Iterator

from adapters.web.api.restore_shapes import RestoredFieldShape, RestorePreviewAnswer
from adapters.web.api.undo_shapes import UndoLeaveBothPreviewAnswer, UndoPreviewAnswer
from deploy.operators.words import Said, text_of


def foreseen(seen: RestorePreviewAnswer) -> Said:
    """Tell what a restore would do, field by field."""
    lines = [seen.text, *_field_lines(seen.fields)]
    if seen.being_read:
        lines.append(
            "  QuickBooks has told of a change of this customer that is not read yet; look again in a moment."
        )
    return seen.model_dump(mode="json"), tuple(lines)


def foreseen_undo(seen: UndoPreviewAnswer | UndoLeaveBothPreviewAnswer) -> Said:
    """Tell what an undo would do, field by field."""
    return seen.model_dump(mode="json"), (seen.text, *_field_lines(seen.fields))


def _field_lines(fields: Iterable[RestoredFieldShape]) -> Iterator[str]:
    for each in fields:
        for title, side in (("Canopy", each.canopy), ("QuickBooks", each.quickbooks)):
            if side.now != side.after:
                yield f"  {each.field.value}: {text_of(side.now)} → {text_of(side.after)} in {title}"
        if each.fate in ("asked", "held"):
            yield (
                f"  {each.field.value}: {each.fate}: {text_of(each.canopy.now)} in Canopy, "
                f"{text_of(each.quickbooks.now)} in QuickBooks"
            )
