"""What a restore would do, in lines for people, and the same as facts for jq."""

from adapters.web.api.restore_preview import RestorePreview, preview_shape
from deploy.operators.words import Said, text_of
from domain.ids import ClientId


def foreseen(client: ClientId, seen: RestorePreview) -> Said:
    """Tell what a restore would do, field by field."""
    shape = preview_shape(client, seen)
    lines = [shape.text]
    for each in seen.told.fields:
        lines += [
            f"  {each.field.value}: {text_of(before)} → {text_of(after)} in {side}"
            for side, before, after in (
                ("Canopy", each.canopy, each.canopy_after),
                ("QuickBooks", each.quickbooks, each.quickbooks_after),
            )
            if before != after
        ]
        if each.fate in ("asked", "held"):
            lines.append(
                f"  {each.field.value}: {each.fate}: {text_of(each.canopy)} in Canopy, {text_of(each.quickbooks)} in QuickBooks"
            )
    if shape.being_read:
        lines.append(
            "  QuickBooks has told of a change of this customer that is not read yet; look again in a moment."
        )
    return shape.model_dump(mode="json"), tuple(lines)
