"""A firm's settings in lines for people, and the same as facts for jq."""

from adapters.web.api.settings_shapes import PutBackPreview, SettingsChangeShape, SettingsShape, settings_in
from adapters.web.texts.settings import differences, policy_name, switch_name
from deploy.operators.words import Said
from domain.settings import SWITCHES


def set_so(shape: SettingsShape) -> Said:
    """Tell them as they are."""
    settings = settings_in(shape)
    switches = [f"{switch_name(each)}: {'on' if settings.is_on(each) else 'off'}" for each in SWITCHES]
    conflicts = f"When both sides changed the same field: {policy_name(settings.conflicts)}"
    return shape.model_dump(mode="json"), (*switches, conflicts)


def changed(change: SettingsChangeShape) -> Said:
    """Tell one change."""
    head = f"{change.position}  {change.time:%Y-%m-%d %H:%M:%S} by {change.actor or 'nobody named'}"
    said = (f"        “{change.reason}”",) if change.reason else ()
    each = differences(settings_in(change.before), settings_in(change.after))
    lines = tuple(f"        {one.label}: {one.before} → {one.after}" for one in each)
    return change.model_dump(mode="json"), (head, *said, *(lines or ("        nothing is different",)))


def would_be_put_back(preview: PutBackPreview) -> Said:
    """Tell what putting settings back would do."""
    lines = [f"{each.label}: {each.now} → {each.then}. {each.follows}" for each in preview.differences]
    if preview.held:
        whose = "1 client has" if preview.held == 1 else f"{preview.held} clients have"
        lines.append(f"{whose} held changes, which stay held until somebody sends them.")
    return preview.model_dump(mode="json"), tuple(lines)
