"""The commands about dead letters, and their words."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.needed_settings import Runs
from deploy.operators import ways
from deploy.operators.options import Reason, clean_reason, firm_id
from deploy.terminal import Exit, Json, complain, done, end, say, settings_or_exit, store_away
from domain.bounds import REALM
from domain.ids import FirmId, RealmId
from domain.letters import LETTER, STATES, LetterPlace, State, place_named

if TYPE_CHECKING:
    from deploy.operators.letter_words import Done

MOST_LISTED = 10_000


def _place(text: str) -> LetterPlace:
    place = place_named(text)
    if place is None:
        raise typer.BadParameter(f"expected {LETTER.expected}")
    return place


def _realm(text: str) -> RealmId:
    if not REALM.holds(text):
        raise typer.BadParameter(f"expected {REALM.expected}")
    return RealmId(text)


def _state(text: str) -> State | None:
    for state in STATES:
        if state == text:
            return state
    if text == "all":
        return None
    raise typer.BadParameter(f"expected one of {', '.join(STATES)} or all")


Letter = Annotated[LetterPlace, typer.Argument(metavar="ID", parser=_place, help="partition-offset")]
Letters = Annotated[
    list[LetterPlace] | None,
    typer.Argument(metavar="ID", parser=_place, help="partition-offset, such as 3-1289"),
]
Plan = Annotated[bool, typer.Option("--plan", help="only say what would happen")]
ReasonUnlessPlanned = Annotated[
    str | None,
    typer.Option("--reason", parser=clean_reason, metavar="TEXT", help="why: it is kept with the letter"),
]
Company = Annotated[
    str | None,
    typer.Option(
        "--company", parser=_realm, metavar="REALM", help="those that wait for this company to be connected"
    ),
]

dead_letters = typer.Typer(
    no_args_is_help=True, help="Messages that could not be used: look, and settle them."
)


@dead_letters.command("list")
def list_letters(
    reason: Annotated[
        str | None, typer.Option("--why", metavar="CODE", help="parked for this reason")
    ] = None,
    firm: Annotated[str | None, typer.Option("--firm", parser=firm_id, metavar="FIRM")] = None,
    company: Company = None,
    state: Annotated[
        str, typer.Option("--state", metavar="STATE", help=f"{', '.join(STATES)} or all")
    ] = "waiting",
    groups: Annotated[bool, typer.Option("--groups", help="only how many wait, by reason")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=MOST_LISTED)] = 50,
    as_json: Json = False,
) -> None:
    """Say how many wait for which reason and how long, and list them, the newest first.

    With --json one letter a line; with --groups one reason a line.

    Example: client-sync dead-letters list --why wrong_partition --json.
    """
    from deploy.operators import letter_words, settling

    settings = ways.way_or_exit(Runs.KAFKA)
    found = done(
        settings,
        settling.listed(
            settings,
            reason=reason,
            firm=FirmId(firm) if firm else None,
            realm=RealmId(company) if company else None,
            state=_state(state),
            limit=limit,
        ),
    )
    now = datetime.now(UTC)
    if groups or not as_json:
        for each in found.groups:
            facts, lines = letter_words.group(each, now)
            say(facts, as_json, *lines)
    if not groups:
        for letter in found.letters:
            facts, lines = letter_words.line(letter)
            say(facts, as_json, *lines)
        if not found.letters and not as_json:
            typer.echo("No dead letter is like that.")
    raise typer.Exit(Exit.REFUSED if found.groups or found.letters else Exit.DONE)


@dead_letters.command("show")
def show(
    letter: Letter,
    values: Annotated[
        bool, typer.Option("--values", help="with what clients' records hold; who asked is logged")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show one: why it was parked, what to do, what it holds, and what would come of sending it again.

    Example: client-sync dead-letters show 3-1289.
    """
    from deploy.operators import letter_words, settling

    settings = ways.way_or_exit(Runs.KAFKA)
    facts, lines = letter_words.whole(done(settings, settling.looked_at(settings, letter, values=values)))
    say(facts, as_json, *lines)


@dead_letters.command("redrive")
def redrive(
    ids: Letters = None,
    company: Company = None,
    reason: ReasonUnlessPlanned = None,
    plan: Plan = False,
    as_json: Json = False,
) -> None:
    """Send the original bytes of letters again, each once, after what parked them is mended.

    What would be parked again is refused. With --company: all that wait for it.

    Example: client-sync dead-letters redrive 3-1289 --reason "fixed in 1.4.1".
    """
    from deploy.operators import settling

    _expect_reason(reason, plan=plan)
    settings = ways.way_or_exit(Runs.KAFKA)
    places = list(ids or ())
    if company is not None:
        places += done(settings, settling.waiting_of(settings, RealmId(company)))
        if not places:
            typer.echo("No dead letter waits for this company.", err=True)
    elif not places:
        end("Name letters by their ids, or a company by --company.", Exit.WRONG_USE)
    told = _Told(as_json)
    done(settings, settling.redriven(settings, places, None if plan else reason, told))
    raise typer.Exit(told.code)


@dead_letters.command("edit")
def edit(
    letter: Letter,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="the whole event, as JSON; - for stdin")],
    reason: ReasonUnlessPlanned = None,
    plan: Plan = False,
    as_json: Json = False,
) -> None:
    """Send a new message in a letter's place: the event in FILE, which then names the letter.

    Its id becomes edited-ID; what a person asks for is asked for by you, now.

    Example: client-sync dead-letters edit 3-1289 event.json --reason "the client's id was missing".
    """
    from deploy.operators import settling

    _expect_reason(reason, plan=plan)
    settings, told = ways.way_or_exit(Runs.KAFKA), _Told(as_json)
    event = _event(file)
    told(done(settings, settling.edited(settings, letter, event, None if plan else reason)))
    raise typer.Exit(told.code)


@dead_letters.command("discard")
def discard(reason: Reason, ids: Letters = None, as_json: Json = False) -> None:
    """Let letters be, for good; the bytes stay in Kafka as long as it keeps them.

    Example: client-sync dead-letters discard 3-1289 --reason "the producer has sent it anew".
    """
    from deploy.operators import settling

    settings, told = ways.way_or_exit(Runs.KAFKA), _Told(as_json)
    if not ids:
        end("Name letters by their ids.", Exit.WRONG_USE)
    done(settings, settling.discarded(settings, ids, reason, told))
    raise typer.Exit(told.code)


def offer_letters(realms: list[RealmId], as_json: bool) -> None:
    """Say how many letters wait for companies that are being connected; that they are is done in any case."""
    from deploy.operators.direct.letters import count_waiting
    from domain.projection import BeingBuiltError, StoreAwayError

    settings = settings_or_exit(Runs.KAFKA)
    for realm in realms:
        try:
            count = asyncio.run(count_waiting(settings, realm))
        except BeingBuiltError:
            return  # no gateway has listed them yet, as at a first start
        except StoreAwayError as away:
            complain(f"Whether dead letters wait for {realm} can't be told. {store_away(away)}", Exit.AWAY)
            return
        if count:
            say(
                {"realm_id": realm, "letters_waiting": count},
                as_json,
                f"{count} dead {'letter waits' if count == 1 else 'letters wait'} for company {realm}. Once it is connected: "
                f'client-sync dead-letters redrive --company {realm} --reason "connected"',
            )


class _Told:
    """Says what came of each letter. `code`: of the command, when all are through."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self.code = Exit.DONE

    def __call__(self, told: "Done") -> None:
        from deploy.operators import letter_words

        facts, lines = letter_words.done(told)
        say(facts, self._as_json, *lines)
        if not told.is_fine:
            self.code = Exit.REFUSED


def _expect_reason(reason: str | None, *, plan: bool) -> None:
    if plan is (reason is not None):
        end('Say why by --reason "…", or look at what would happen by --plan.', Exit.WRONG_USE)


def _event(file: Path) -> str:
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return raw.decode()
    except OSError as wrong:
        end(f"{file}: {wrong.strerror}", Exit.WRONG_USE)
    except UnicodeDecodeError:
        end(f"{file}: expected an event as JSON, in UTF-8.", Exit.WRONG_USE)
