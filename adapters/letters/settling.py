"""Settles a letter once, however many ask, and whoever dies in between.

A letter is claimed in SQL before anything is sent, and what is sent names it: so who takes over finds what was sent already.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from adapters.letters.look import Operator
from adapters.letters.plan import LetterRefusedError
from adapters.store.letter_fates import Claim, Held, LetterFates
from adapters.store.views import DeadLetterView, FateView
from domain.ids import RowKey
from domain.letters import Act, Copy, LetterTopic, Sent

FEW = 64
"""So many messages are sent together, in less time than a claim holds; before each such group it is renewed."""


class Settling:
    """`now`: what time it is."""

    def __init__(self, fates: LetterFates, topic: LetterTopic, now: Callable[[], datetime]) -> None:
        self._fates = fates
        self._topic = topic
        self._now = now

    async def settle(
        self,
        view: DeadLetterView,
        act: Act,
        copies: Sequence[Copy],
        who: Operator,
        reason: str,
        about: frozenset[RowKey] | None,
    ) -> FateView:
        """Claim it, send the copies, and say that it is done. `about`: the rows of the people that it names; None: its bytes are gone.

        Raises:
            LetterRefusedError: somebody else has settled it, or is at it.
        """
        since = await self._topic.ends(copies)
        claim = await self._fates.claim(view, act, who.actor, reason, since, self._now(), about)
        match claim:
            case Held(fate=fate) if fate.done_at is not None:
                raise settled(fate)
            case Held(fate=fate, until=until):
                raise LetterRefusedError(
                    "letter_under_way", {"actor": fate.actor, "until": until.isoformat(timespec="seconds")}
                )
            case Claim():
                # From here on to the end, also where who asked has gone: else it would wait for the claim to run out.
                return await asyncio.shield(self._carry_out(view, claim, act, copies, who, reason))

    async def _carry_out(
        self,
        view: DeadLetterView,
        claim: Claim,
        act: Act,
        copies: Sequence[Copy],
        who: Operator,
        reason: str,
    ) -> FateView:
        named = _by_name(copies)
        sent: dict[str, Sent] = {}
        if claim.taken_over:
            sent = await self._sent_before(view, claim, act, named)
            since = await self._topic.ends(copies)
            if sent:
                begun = await self._fates.go_on(view, claim, {**since, **claim.since})
            else:
                begun = await self._fates.begin_again(view, claim, act, who.actor, reason, since, self._now())
            if not begun:
                raise _lost()
        missing = [name for name in named if name not in sent]
        for begin in range(0, len(missing), FEW):
            # Who stood still for longer than a claim holds may have been followed by somebody else.
            if not await self._fates.renew(view, claim, self._now()):
                raise _lost()
            few = {name: named[name] for name in missing[begin : begin + FEW]}
            sent |= await self._topic.send(view.place, few, len(named))
        return await self._done(view, claim, sent)

    async def _sent_before(
        self, view: DeadLetterView, claim: Claim, act: Act, named: Mapping[str, Copy]
    ) -> dict[str, Sent]:
        """Find what whoever was cut off had sent: nothing, or a part of what is to be sent now too."""
        before = await self._topic.sent_since(view.place, claim.since)
        sent = dict(before.sent)
        whole = before.whole if claim.act != act else sent.keys() >= named.keys()
        if sent and whole:
            # They had done it; what they had not is to say so.
            raise settled(await self._done(view, claim, sent))
        if sent and claim.act != act:
            await self._fates.let_go(view, claim, self._now())
            raise LetterRefusedError("sent_in_part")
        return sent

    async def _done(self, view: DeadLetterView, claim: Claim, sent: Mapping[str, Sent]) -> FateView:
        fate = await self._fates.settle(view, claim, list(sent.values()), self._now())
        if fate is None:
            raise _lost()
        return fate


def settled(fate: FateView) -> LetterRefusedError:
    """Say who has settled it."""
    at = fate.done_at or fate.asked_at
    facts = {"act": fate.act, "actor": fate.actor, "at": at.isoformat(timespec="seconds")}
    return LetterRefusedError("letter_settled", facts)


def _lost() -> LetterRefusedError:
    """Somebody has taken the claim over since; who, was not asked."""
    return LetterRefusedError("letter_under_way", {"actor": "", "until": ""})


def _by_name(copies: Sequence[Copy]) -> dict[str, Copy]:
    """Name copies by their own ids, whatever else is read beside them; several of one id are told apart."""
    seen: Counter[str] = Counter()
    named: dict[str, Copy] = {}
    for copy in copies:
        seen[copy.id] += 1
        named[copy.id if seen[copy.id] == 1 else f"{copy.id} {seen[copy.id]}"] = copy
    return named
