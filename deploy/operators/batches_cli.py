"""`client-sync batches`: what was asked for in bulk; how far it is, stopping it, and taking it back."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from deploy.asked_first import Yes, ask_first
from deploy.needed_settings import Runs
from deploy.operators import ways
from deploy.operators.options import Firm, PerhapsReason, Preview, bounded, wants_a_reason
from deploy.terminal import Exit, Json, done, end, say
from domain.bounds import BATCH
from domain.ids import FirmId

batches = typer.Typer(
    no_args_is_help=True, help="What was asked for in bulk: how far it is, stopping it, and taking it back."
)


def _batch(text: str) -> str:
    return bounded(BATCH, text)


Batch = Annotated[
    str, typer.Argument(metavar="BATCH", parser=_batch, help="its number in the firm, such as 7, or its id")
]
PutValuesBack = Annotated[
    bool, typer.Option("--put-values-back", help="give QuickBooks what the matches replaced, where it can be")
]
Seen = Annotated[
    str | None,
    typer.Option(
        "--seen", metavar="TEXT", help="as --preview gave it: refused if anything has changed since"
    ),
]


@batches.command("list")
def list_(firm: Firm, as_json: Json = False) -> None:
    """List a firm's batches, the newest first. Example: client-sync batches list f-1."""
    from deploy.operators import reverting
    from deploy.operators.batch_words import list_line

    settings = ways.way_or_exit(Runs.DATABASE)
    found = done(settings, reverting.listed(settings, FirmId(firm)))
    if not found and not as_json:
        say({}, as_json, "This firm has no batch yet.")
    for each in found:
        facts, lines = list_line(each)
        say(facts, as_json, *lines)


@batches.command("show")
def show(firm: Firm, batch: Batch, as_json: Json = False) -> None:
    """Show a batch, and what came of each row. Example: client-sync batches show f-1 7."""
    from deploy.operators import reverting
    from deploy.operators.batch_words import batch_lines

    settings = ways.way_or_exit(Runs.DATABASE)
    for facts, lines in batch_lines(done(settings, reverting.show(settings, FirmId(firm), batch))):
        say(facts, as_json, *lines)


@batches.command("stop")
def stop(firm: Firm, batch: Batch, as_json: Json = False) -> None:
    """Ask for nothing more of a batch. What is asked for by now is carried out, and what is done stays done.

    Example: client-sync batches stop f-1 7.
    """
    from deploy.operators import reverting
    from deploy.operators.batch_words import head_line

    settings = ways.way_or_exit(Runs.DATABASE)
    facts, lines = head_line(done(settings, reverting.stop(settings, FirmId(firm), batch)))
    say(facts, as_json, *lines)


@batches.command("revert")
def revert(
    firm: Firm,
    batch: Batch,
    reason: PerhapsReason = None,
    put_values_back: PutValuesBack = False,
    seen: Seen = None,
    preview: Preview = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Take a batch back, by another one, and tell how each row has ended; or only say what that would do.

    What it matched is unmatched, what it unmatched is restored. A row that changes before the answer is left as it is, and named.
    Killed, it goes on.
    Example: client-sync batches revert f-1 7 --put-values-back --reason "the wrong company".
    """
    from deploy.operators import reverting
    from deploy.operators.batch_words import (
        batch_lines,
        is_done,
        revert_lines,
        seen_in,
        to_revert,
        what_is_done,
    )

    if not preview and reason is None:
        wants_a_reason()
    settings, whose = ways.way_or_exit(Runs.DATABASE), FirmId(firm)
    head, told = done(settings, reverting.preview(settings, whose, batch))
    if preview or reason is None:
        for facts, lines in revert_lines(head, told, put_values_back=put_values_back):
            say(facts, as_json, *lines)
    if told.refused is not None:
        end(told.refused.text, Exit.REFUSED)
    if preview or reason is None:
        if not as_json:
            say({}, as_json, to_revert(whose, head, told, put_values_back=put_values_back))
        return
    if seen not in (None, seen_in(told)):
        end("Something has changed since that preview. Look at it again, by --preview.", Exit.REFUSED)
    ask_first(f"{what_is_done(head, told, put_values_back=put_values_back)} Revert it?", yes)
    asked = reverting.revert(settings, whose, batch, reason, told, _progress, put_values_back=put_values_back)
    shown = done(settings, asked)
    for facts, lines in batch_lines(shown):
        say(facts, as_json, *lines)
    raise typer.Exit(Exit.DONE if is_done(shown) else Exit.REFUSED)


def _progress(over: int, asked: int) -> None:
    typer.echo(f"{datetime.now(UTC):%H:%M:%S}  {over} of {asked} done", err=True)
