"""`client-sync firm-settings`: what happens by itself in a firm; said, changed, and put back."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from deploy.needed_settings import Runs
from deploy.operators import ways
from deploy.operators.options import Firm, PerhapsReason, Preview, Reason, wants_a_reason
from deploy.terminal import Exit, Json, done, end, say
from domain.ids import FirmId
from domain.points import EXPECTED_PLACE, Place, point_named
from domain.settings import ConflictPolicy

if TYPE_CHECKING:
    from adapters.web.api.settings_shapes import ActionsShape, SettingsShape
    from deploy.settings import Settings

MOST_CHANGES = 20

firm_settings = typer.Typer(no_args_is_help=True, help="What happens by itself in a firm.")

OnOrOff = Literal["on", "off"]


def _change(text: str) -> str:
    try:
        named = point_named(text)
    except ValueError:
        named = None
    if not isinstance(named, Place):
        raise typer.BadParameter(f"expected {EXPECTED_PLACE}")
    return text


Change = Annotated[
    str, typer.Argument(metavar="CHANGE", parser=_change, help="its place in the log, as `show` lists it")
]


@firm_settings.command("show")
def show(firm: Firm, as_json: Json = False) -> None:
    """Say what happens by itself, and how that was changed, the newest first. Example: client-sync firm-settings show f-1."""
    from deploy.operators.firm_settings_words import changed, set_so

    settings = ways.way_or_exit(Runs.DATABASE)
    whose = FirmId(firm)
    changes = done(
        settings,
        ways.through(ways.firms(settings), lambda firms: firms.settings_changes(whose, MOST_CHANGES)),
    )
    facts, lines = set_so(_now(settings, whose))
    say(facts, as_json, *lines)
    for each in changes:
        facts, lines = changed(each)
        say(facts, as_json, *lines)


@firm_settings.command("set")
def set_(
    firm: Firm,
    reason: Reason,
    creating_from_canopy: Annotated[
        OnOrOff | None, typer.Option(help="a client added in Canopy becomes a customer")
    ] = None,
    editing_from_canopy: Annotated[
        OnOrOff | None, typer.Option(help="edits in Canopy go to QuickBooks")
    ] = None,
    creating_from_qbo: Annotated[
        OnOrOff | None, typer.Option(help="a customer added in QuickBooks becomes a client")
    ] = None,
    editing_from_qbo: Annotated[OnOrOff | None, typer.Option(help="edits in QuickBooks go to Canopy")] = None,
    conflicts: Annotated[
        ConflictPolicy | None, typer.Option(help="who wins when both sides changed the same field")
    ] = None,
    as_json: Json = False,
) -> None:
    """Change some of it; the rest stays. Example: client-sync firm-settings set f-1 --editing-from-qbo off --reason INC-42."""
    settings = ways.way_or_exit(Runs.KAFKA)
    seen = _now(settings, FirmId(firm))
    wanted = seen.model_copy(
        update={
            "actions_from_canopy": _with(seen.actions_from_canopy, creating_from_canopy, editing_from_canopy),
            "actions_from_qbo": _with(seen.actions_from_qbo, creating_from_qbo, editing_from_qbo),
            "conflicts": conflicts or seen.conflicts,
        }
    )
    if wanted == seen:
        end("The settings are so already: nothing is changed.", Exit.REFUSED)
    _ask(settings, FirmId(firm), wanted, seen, reason, as_json)


@firm_settings.command("put-back")
def put_back(
    firm: Firm,
    change: Change,
    reason: PerhapsReason = None,
    preview: Preview = False,
    as_json: Json = False,
) -> None:
    """Put all of it back to what it was before a change; or only say what that would do.

    Example: client-sync firm-settings put-back f-1 p3:1289 --reason "switched off by mistake".
    """
    from deploy.operators.firm_settings_words import would_be_put_back

    if not preview and reason is None:
        wants_a_reason()
    settings = ways.way_or_exit(Runs.DATABASE if preview else Runs.KAFKA)
    whose = FirmId(firm)
    seen = done(
        settings, ways.through(ways.firms(settings), lambda firms: firms.put_back_preview(whose, change))
    )
    if not seen.differences:
        end("The settings are as they were before that change. There is nothing to put back.", Exit.REFUSED)
    if reason is None or preview:
        facts, lines = would_be_put_back(seen)
        say(facts, as_json, *lines)
        return
    _ask(settings, whose, seen.then, seen.now, reason, as_json)


def _now(settings: "Settings", firm: FirmId) -> "SettingsShape":
    return done(settings, ways.through(ways.firms(settings), lambda firms: firms.settings(firm)))


def _with(actions: "ActionsShape", creating: OnOrOff | None, editing: OnOrOff | None) -> "ActionsShape":
    named = {"creating": creating, "editing": editing}
    return actions.model_copy(update={name: to == "on" for name, to in named.items() if to is not None})


def _ask(
    settings: "Settings",
    firm: FirmId,
    wanted: "SettingsShape",
    seen: "SettingsShape",
    reason: str,
    as_json: bool,
) -> None:
    from deploy.operators.firm_settings_words import set_so
    from deploy.operators.words import outcome

    asked = ways.through(ways.acts(settings), lambda acts: acts.change_settings(firm, wanted, seen, reason))
    decided = done(settings, asked)
    facts, lines = outcome(f"The settings of {firm} are changed.", [decided])
    say(facts, as_json, *lines, *(() if decided.refused else set_so(wanted)[1]))
    raise typer.Exit(Exit.REFUSED if decided.refused else Exit.DONE)
