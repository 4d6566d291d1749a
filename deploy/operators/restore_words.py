"""What a restore would do, in lines for people, and the same as facts for jq."""

from adapters.web.api.restore_shapes import RestorePreviewAnswer
from deploy.operators.words import Said, text_of


def foreseen(seen: RestorePreviewAnswer) -> Said:
    """Tell what a restore would do, field by field."""
    lines = [seen.text]
    for each in seen.fields:
        lines += [
            f"  {each.field.value}: {text_of(side.now)} → {text_of(side.after)} in {title}"
            for title, side in (("Canopy", each.canopy), ("QuickBooks", each.quickbooks))
            if side.now != side.after
        ]
        if each.fate in ("asked", "held"):
            lines.append(
                f"  {each.field.value}: {each.fate}: {text_of(each.canopy.now)} in Canopy, {text_of(each.quickbooks.now)} in QuickBooks"
            )
    if seen.being_read:
        lines.append(
            "  QuickBooks has told of a change of this customer that is not read yet; look again in a moment."
        )
    return seen.model_dump(mode="json"), tuple(lines)
