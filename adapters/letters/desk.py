"""Where operators look at dead letters, and settle each once."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.letters.decoding import firm_named
from adapters.letters.look import CameOf, Look, Operator
from adapters.letters.people_named import rows_named
from adapters.letters.plan import LetterRefusedError, Plan, plan_of
from adapters.letters.settling import Settling, settled
from adapters.store.dead_letter_list import DeadLetterList, LetterFilter
from adapters.store.erased_people import ErasedPeople
from adapters.store.letter_fates import LetterFates
from adapters.store.views import DeadLetterView, FateView, LetterGroup
from domain.ids import RealmId, RowKey
from domain.letters import Act, Copy, LetterPlace, LetterTopic, NotEditableError, Original, ReadsAgain
from domain.ports import KafkaAwayError
from domain.projection import BeingBuiltError

KNOWN_FOR = timedelta(seconds=5)
"""Which letters Kafka still holds changes once in a while: the first ones of a partition go."""


class LetterDesk:
    """`now`: what time it is."""

    def __init__(
        self,
        letters: DeadLetterList,
        fates: LetterFates,
        erased: ErasedPeople,
        topic: LetterTopic,
        reads: ReadsAgain,
        now: Callable[[], datetime],
    ) -> None:
        self._letters = letters
        self._fates = fates
        self._erased = erased
        self._topic = topic
        self._reads = reads
        self._now = now
        self._settling = Settling(fates, topic, now)
        self._first: tuple[datetime, Mapping[int, int]] | None = None

    async def first_offsets(self) -> Mapping[int, int]:
        """Name the first letter of each partition that Kafka still holds; while it is away, what was known last."""
        now = self._now()
        if self._first is None or now - self._first[0] > KNOWN_FOR:
            try:
                self._first = now, await self._topic.first_offsets()
            except KafkaAwayError:
                self._first = now, self._first[1] if self._first else {}
        return self._first[1]

    async def waiting_of(self, realm: RealmId) -> int | None:
        """Count the letters that wait for a company; None: the list is not complete, so nobody can say."""
        try:
            return await self._letters.of_company(realm, await self.first_offsets())
        except BeingBuiltError:
            return None

    async def groups(self) -> tuple[LetterGroup, ...]:
        """Count all letters that wait, by their reason.

        Raises:
            BeingBuiltError: the list is not complete.
        """
        return await self._letters.groups(LetterFilter(first=await self.first_offsets()))

    async def look(self, place: LetterPlace, who: Operator) -> Look:
        """Show a letter, with what would come of sending it again as it is.

        Raises:
            LetterRefusedError: there is none, or it is not theirs.
        """
        view, original = await self._found(place, who)
        fate = view.fate
        done = fate if fate is not None and fate.done_at is not None else None
        plan = None if original is None or done is not None else await self._plan(view, original)
        came_of = await self._came_of(done) if done is not None and done.sent else None
        editable = plan is not None and original is not None and self._reads.is_editable(original)
        return Look(view=view, original=original, plan=plan, came_of=came_of, editable=editable)

    async def plan_edited(self, place: LetterPlace, event: str, who: Operator) -> Plan:
        """Say what would come of sending it in another form.

        Raises:
            LetterRefusedError: it can't be edited.
        """
        view, original = await self._whole(place, who)
        return await self._plan_edited(view, original, event, who)

    async def redrive(self, place: LetterPlace, who: Operator, reason: str) -> FateView:
        """Send the original bytes again.

        Raises:
            LetterRefusedError: it would come to nothing, or somebody else has settled it.
        """
        view, original = await self._whole(place, who)
        plan = await self._plan(view, original)
        return await self._settle(view, original, "redriven", plan, who, reason)

    async def edit(self, place: LetterPlace, event: str, who: Operator, reason: str) -> FateView:
        """Send a new message in its place, which names it.

        Raises:
            LetterRefusedError: it would come to nothing, or somebody else has settled it.
        """
        view, original = await self._whole(place, who)
        plan = await self._plan_edited(view, original, event, who)
        return await self._settle(view, original, "edited", plan, who, reason)

    async def discard(self, place: LetterPlace, who: Operator, reason: str) -> FateView:
        """Let it be, for good; also one that is gone.

        Raises:
            LetterRefusedError: somebody else has settled it.
        """
        view, original = await self._found(place, who)
        return await self._settle(view, original, "discarded", None, who, reason)

    # ---- finding

    async def _found(self, place: LetterPlace, who: Operator) -> tuple[DeadLetterView, Original | None]:
        view = await self._letters.one(place, await self.first_offsets())
        if view is None:
            raise LetterRefusedError("letter_unknown")
        _refuse_others(who, view.key)
        original = await self._topic.original(place)
        # Of a topic that was made anew another letter lies there.
        if original is not None and original.time != view.time:
            original = None
        about = firm_named(original.value) if original is not None else None
        if about is not None:
            _refuse_others(who, about)
        if original is not None and await self._is_erased(original, view):
            original = (
                None  # its bytes leave Kafka with their time, and are nobody's to see or send until then
            )
        if original is None and view.state == "waiting":
            view = replace(view, state="gone")
        return view, original

    async def _is_erased(self, original: Original, view: DeadLetterView) -> bool:
        return await self._erased.any_since(rows_named(original.value, view.key), view.time)

    async def _whole(self, place: LetterPlace, who: Operator) -> tuple[DeadLetterView, Original]:
        view, original = await self._found(place, who)
        if view.fate is not None and view.fate.done_at is not None:
            raise settled(view.fate)
        if original is None:
            raise LetterRefusedError("letter_gone")
        return view, original

    async def _plan(self, view: DeadLetterView, original: Original) -> Plan:
        reading = await self._reads.read(original, self._now())
        before = reading.once and await self._fates.was_decided(reading.copies[0])
        return plan_of(reading, view.reason, decided_before=before)

    async def _plan_edited(self, view: DeadLetterView, original: Original, event: str, who: Operator) -> Plan:
        try:
            reading = await self._reads.read_edited(original, event, who.actor, self._now())
        except NotEditableError:
            raise LetterRefusedError("not_editable") from None
        plan = plan_of(reading, view.reason, decided_before=False)
        for copy in plan.copies:
            _refuse_others(who, copy.firm)
        return plan

    # ---- settling

    async def _settle(
        self,
        view: DeadLetterView,
        original: Original | None,
        act: Act,
        plan: Plan | None,
        who: Operator,
        reason: str,
    ) -> FateView:
        copies: tuple[Copy, ...] = ()
        if plan is not None:
            plan.refuse()
            copies = plan.copies
            for copy in copies:
                _refuse_others(who, copy.firm)
        about = None
        if original is not None:
            named = [
                rows_named(original.value, view.key),
                *(rows_named(each.value, each.firm) for each in copies),
            ]
            about = frozenset[RowKey]().union(*named)
        return await self._settling.settle(view, act, copies, who, reason, about)

    async def _came_of(self, fate: FateView) -> CameOf:
        sources = [f"{each.topic}/{each.partition}/{each.offset}" for each in fate.sent]
        letters = await self._letters.parked_from(sources)
        decided = await self._fates.decided(fate)
        verdict, code, at = decided or (None, None, None)
        return CameOf(verdict=verdict, code=code, at=at, letters=letters)


def _refuse_others(who: Operator, firm: str | None) -> None:
    """Refuse what is not of their firms; what names none is nobody's who is bound to some."""
    if who.firms is not None and firm not in who.firms:
        raise LetterRefusedError("other_firm")
