"""What operators' commands ask, whichever way it is answered: from Kafka and the database, or by a gateway.

Both ways give the API's own shapes, and raise the same: `SaidNoError` where something is not there or refused, with the API's
sentence. What goes wrong on the way is each way's own: see `deploy.terminal.done`.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from adapters.web.api.batch_shapes import BatchAnswer, BatchProgress, BatchShape, RevertPreview
from adapters.web.api.firm_shapes import FirmShape
from adapters.web.api.letter_shapes import DeadLetterShape, GroupShape, LetterAnswer, SettledAnswer
from adapters.web.api.past_shapes import PastAnswer, PastListAnswer
from adapters.web.api.replay_shapes import ReplayAnswer, ReplayShape
from adapters.web.api.restore_shapes import RestorePreviewAnswer
from adapters.web.api.settings_shapes import PutBackPreview, SettingsChangeShape, SettingsShape
from adapters.web.api.status_shapes import DecidingShape
from adapters.web.api.suggestion_shapes import SuggestionsAnswer
from adapters.web.api.timeline_shapes import LineShape
from adapters.web.api.undo_shapes import UndoLeaveBothPreviewAnswer, UndoPreviewAnswer
from adapters.web.api.why_shapes import WhyAnswer
from deploy.operators.decided import Decided, Erased, Waits
from domain.acts import ActFilter
from domain.ids import ClientId, FirmId, RealmId
from domain.letters import LetterPlace, State
from domain.replays import ReplayKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Who decides, and the firms that were asked about."""

    deciding: DecidingShape
    firms: Sequence[FirmShape]


class Firms(Protocol):
    """Firms, and what was decided in one."""

    async def all(self) -> Sequence[FirmShape]:
        """List them by id."""
        ...

    async def status(self, firm: FirmId | None) -> Status:
        """Look at one firm and its partition; None: at all of both."""
        ...

    def stood(self, firm: FirmId, as_of: str, since: str | None) -> AsyncIterator[PastListAnswer]:
        """Say page by page how a firm's clients stood; with `since`, those about which something was decided in between."""
        ...

    def audit(self, firm: FirmId, client: ClientId | None) -> AsyncIterator[str]:
        """Give each decision as a line of JSON, the oldest first."""
        ...

    async def settings(self, firm: FirmId) -> SettingsShape:
        """Say what happens by itself in a firm."""
        ...

    async def settings_changes(self, firm: FirmId, most: int) -> Sequence[SettingsChangeShape]:
        """List how that was changed, the newest first."""
        ...

    async def put_back_preview(self, firm: FirmId, change: str) -> PutBackPreview:
        """Look at what putting settings back to before a change would do; nothing is asked for."""
        ...


class Clients(Protocol):
    """One client."""

    async def why(self, firm: FirmId, client: ClientId) -> WhyAnswer:
        """Say why it is or is not syncing."""
        ...

    async def timeline(self, firm: FirmId, client: ClientId) -> Sequence[LineShape]:
        """List all that was decided about it, the oldest first."""
        ...

    async def suggestions(self, firm: FirmId, client: ClientId) -> SuggestionsAnswer:
        """Give the customers that it may be, the best first."""
        ...

    async def stood(self, firm: FirmId, client: ClientId, as_of: str, since: str | None) -> PastAnswer:
        """Say how it stood, and what is different since."""
        ...

    async def restore_preview(
        self, firm: FirmId, client: ClientId, version: int | None
    ) -> RestorePreviewAnswer:
        """Look at what a restore would do; nothing is asked for."""
        ...

    async def undo_preview(self, firm: FirmId, client: ClientId, answer: int | None) -> UndoPreviewAnswer:
        """Look at what taking an answer back would do, the last one or that which left a version; nothing is asked for."""
        ...

    async def undo_leave_both_preview(
        self, firm: FirmId, client: ClientId, left: int | None
    ) -> UndoLeaveBothPreviewAnswer:
        """Look at what would be held again, of the last time that both sides were left or of a version; nothing is asked for."""
        ...


class Acts(Protocol):
    """What the engine is asked for. Each raises `NotDecidedError` where nobody has decided it within some seconds."""

    async def pause(self, firm: FirmId, reason: str) -> Sequence[Decided]:
        """Start no new request of a firm, or of all: the decision of each partition."""
        ...

    async def resume(self, firm: FirmId, reason: str) -> Sequence[Decided]:
        """Let requests go on."""
        ...

    async def waits(self, firm: FirmId, decided: Sequence[Decided]) -> Waits:
        """Read what is pending, as of a decision where the read model gets there soon."""
        ...

    async def restore(self, firm: FirmId, client: ClientId, reason: str, version: int | None) -> Decided:
        """Undo an unmatch, or return the link to what it was at a version."""
        ...

    async def undo_answer(self, firm: FirmId, client: ClientId, reason: str, answer: int | None) -> Decided:
        """Take an answer back, the last one or that which left the link at a version."""
        ...

    async def undo_leave_both(self, firm: FirmId, client: ClientId, reason: str, left: int | None) -> Decided:
        """Hold again what was held before both sides were left, the last time or that which left the link at a version."""
        ...

    async def unmatch(self, firm: FirmId, client: ClientId, reason: str) -> Decided:
        """Take a link apart."""
        ...

    async def change_settings(
        self, firm: FirmId, wanted: SettingsShape, seen: SettingsShape, reason: str
    ) -> Decided:
        """Say what happens by itself in a firm, unless it is no longer as it was `seen`."""
        ...

    async def disconnect(self, firm: FirmId) -> Decided:
        """End a firm's connection."""
        ...

    async def erase(self, firm: FirmId, client: ClientId, reason: str) -> Erased:
        """Erase a person, and wait a little for what follows the log."""
        ...


class Replays(Protocol):
    """Replays."""

    async def plan(self, firm: FirmId, kind: ReplayKind, wanted: ActFilter) -> ReplayAnswer:
        """Make a plan and keep it; gives all of its rows. Nothing else is changed."""
        ...

    async def listed(self, most: int) -> Sequence[ReplayShape]:
        """List the newest of all firms."""
        ...

    async def head(self, id_: str) -> ReplayShape:
        """Say how far one is."""
        ...

    async def whole(self, id_: str) -> ReplayAnswer:
        """Show one with all of its rows."""
        ...

    async def apply(self, id_: str, reason: str, count: int | None) -> None:
        """Let it be carried out as it stands."""
        ...

    async def cancel(self, id_: str) -> None:
        """Let nothing more be asked for."""
        ...


class Batches(Protocol):
    """Batches of a firm. `name`: its id, or its number in the firm."""

    async def listed(self, firm: FirmId, most: int) -> Sequence[BatchShape]:
        """List the newest."""
        ...

    async def head(self, firm: FirmId, name: str) -> BatchProgress:
        """Say how far one is."""
        ...

    async def whole(self, firm: FirmId, name: str) -> BatchAnswer:
        """Show one with all of its rows."""
        ...

    async def stop(self, firm: FirmId, name: str) -> BatchProgress:
        """Let nothing more of it be asked for; says how far it is then."""
        ...

    async def revert_preview(self, firm: FirmId, name: str) -> RevertPreview:
        """Say of all rows what taking it back would do; nothing is asked for."""
        ...

    async def revert(
        self, firm: FirmId, name: str, reason: str, seen: Sequence[str], *, put_values_back: bool
    ) -> str:
        """Let it be taken back, row by row if it is as it was `seen`; gives the id of the batch that does so."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLetters:
    """What waits by its reason, and letters one by one."""

    groups: Sequence[GroupShape]
    letters: Sequence[DeadLetterShape]


class Letters(Protocol):
    """Dead letters."""

    async def listed(
        self,
        *,
        reason: str | None,
        firm: FirmId | None,
        realm: RealmId | None,
        state: State | None,
        most: int,
    ) -> ListedLetters:
        """List them, the newest first."""
        ...

    async def show(self, place: LetterPlace, *, values: bool) -> LetterAnswer:
        """Show one. With `values` it is logged who asked."""
        ...

    async def redrive(self, place: LetterPlace, reason: str) -> SettledAnswer:
        """Send its bytes again."""
        ...

    async def plan_edited(self, place: LetterPlace, event: str) -> SettledAnswer:
        """Say what would come of sending a new message in its place."""
        ...

    async def edit(self, place: LetterPlace, event: str, reason: str) -> SettledAnswer:
        """Send it."""
        ...

    async def discard(self, place: LetterPlace, reason: str) -> SettledAnswer:
        """Let it be, for good."""
        ...
