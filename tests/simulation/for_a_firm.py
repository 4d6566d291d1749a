"""Managers and operators: what is asked for a whole firm."""

from dataclasses import replace
from functools import partial

from domain import inputs
from domain.firm_rows import FirmRow
from domain.ids import ALL_FIRMS, firm_key
from domain.settings import Actions, ConflictPolicy, Settings
from tests.simulation.acting import Acting
from tests.simulation.intents import intent


def connect(acting: Acting) -> None:
    """Connect the company in which the firm's people work."""
    acting = acting.in_named_firm()
    intent(acting, inputs.Connect, realm_id=acting.books.realm)


def connect_other(acting: Acting) -> None:
    """Connect another company than before, knowing that it is another one."""
    row = acting.company.judge.rows.get(firm_key(acting.firm))
    connection = row.connection if isinstance(row, FirmRow) else None
    if connection is not None and connection.asleep_since is not None:
        acting.company.take_other_books(acting.firm)
        intent(acting, inputs.Connect, realm_id=acting.books.realm, replaces=True)


def disconnect(acting: Acting) -> None:
    """Disconnect it."""
    intent(acting, inputs.Disconnect)


def change_company_in_haste(acting: Acting) -> None:
    """A manager takes another company, and turns back and forth before all links with the first are let go."""
    last = acting.one_of("in the end", (connect, connect_other))
    seconds = 0.0
    for n, do in enumerate((disconnect, connect_other, disconnect, last)):
        seconds += 0.3 + 3 * acting.chance(f"haste {n}")
        again = replace(acting, act=replace(acting.act, name=f"{acting.act.name}/{n}"))
        acting.later(seconds, partial(do, again))


def pause_requests(acting: Acting) -> None:
    """An operator pauses requests, of the firm or of all."""
    intent(acting, inputs.Pause, firm=ALL_FIRMS if acting.chance("all") < 0.3 else None)


def resume_requests(acting: Acting) -> None:
    """An operator lets them go on."""
    acting = acting.in_named_firm()
    everybody = acting.act.name.endswith("/all") or acting.chance("all") < 0.3
    intent(acting, inputs.Resume, firm=ALL_FIRMS if everybody else None)


def release_held(acting: Acting) -> None:
    """A manager sends all that is held."""
    intent(acting, inputs.ReleaseHeld)


def settings(acting: Acting) -> None:
    """A manager turns a switch, or chooses another policy."""
    row = acting.company.judge.rows.get(firm_key(acting.firm))
    before = row.settings if isinstance(row, FirmRow) else Settings()
    which, on = acting.one_of("switch", range(5)), acting.chance("on") < 0.6

    def actions(old: Actions, first: int) -> Actions:
        return Actions(
            creating=on if which == first else old.creating,
            editing=on if which == first + 1 else old.editing,
        )

    chosen = Settings(
        actions_from_canopy=actions(before.actions_from_canopy, 0),
        actions_from_qbo=actions(before.actions_from_qbo, 2),
        conflicts=acting.one_of("policy", tuple(ConflictPolicy)) if which == 4 else before.conflicts,
    )
    intent(acting, inputs.ChangeSettings, settings=chosen)
