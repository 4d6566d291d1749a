"""A client's timeline as a page shows it: the newest first, by day, with the Undo that still applies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from markupsafe import Markup

from adapters.store.views import HistoryLine
from adapters.web.console.caused_by import acts_behind, raises_a_question
from adapters.web.console.clock import Clock
from adapters.web.console.line_changes import FieldChange, field_changes
from adapters.web.console.line_offers import LineOffers
from adapters.web.console.saved_in_words import saved_in_words
from adapters.web.console.sent_or_not import Sent, what_became_of_writes
from adapters.web.console.sentences import Kind, sentence
from adapters.web.texts.problems import problem_text
from domain.codes import IntentCode, WorkCode
from domain.decision import Verdict
from domain.ids import EffectId
from domain.rows import LinkRow, LinkStatus


class Show(StrEnum):
    """Of whom lines are shown."""

    ALL = "all"
    PEOPLE = "people"
    SYNC = "sync"
    PROBLEMS = "problems"


PUTS_TOGETHER = ("match", "restore", "answer")
CREATED: IntentCode = "create"
MAKES: tuple[WorkCode, ...] = ("customer_saved", "client_added")
"""What is told when a customer was created for a client, or a client for a customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line. `undo`: it can still be undone, however long ago it was. `reason`: its person's words.

    `restore`: the link can return to what it was then. `unmatch`: it is what put the link together that holds now.
    `undo_answer`: it is an answer that can be taken back. `held_again`: what it left on both sides can be held again.
    `asks`: the question that it left open. `steps`: what followed from it, the newest first; `saved`: where, and how soon.
    """

    id: str
    kind: Kind
    text: Markup
    time: datetime
    changes: list[FieldChange]
    undo: bool
    restore: bool
    unmatch: bool
    undo_answer: bool
    held_again: bool
    position: str
    version: int
    code: str
    engine: str | None
    request: EffectId | None
    reason: str | None
    asks: str | None
    steps: list["Told"] = field(default_factory=list)
    saved: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Lines that follow each other. `folded`: messages that changed nothing, shown to who asks for them."""

    folded: bool
    lines: list[Told]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The lines of one day."""

    name: str
    runs: list[Run]


def told_by_day(
    lines: tuple[HistoryLine, ...],
    link: LinkRow,
    clock: Clock,
    offers: LineOffers | None = None,
    show: Show = Show.ALL,
) -> list[Day]:
    """Tell the lines, which are the newest first, under their days, with what followed from each below it.

    `link`: as it stands now; `offers`: what can be done; `show`: of whom only.
    """
    older = [line.row for line in lines[1:]]
    ends = what_became_of_writes(lines)
    pairs = list(zip(lines, [*older, None], strict=True))
    holds = _what_holds(pairs, link)
    told = [_told(line, before, link, clock, ends, offers, holds) for line, before in pairs]
    acts = [each for each in _with_steps(lines, told) if _is_shown(each, show)]
    days = groupby(acts, key=lambda line: clock.day(line.time))
    return [Day(name=name, runs=_runs(group)) for name, group in days]


def _with_steps(lines: Sequence[HistoryLine], told: Sequence[Told]) -> list[Told]:
    """Put below each act what followed from it. What went wrong stands by itself, too: nobody has to open it."""
    behind = {at: act for at, act in acts_behind(lines).items() if told[at].kind != "problem"}
    steps: dict[int, list[int]] = {}
    for at, act in behind.items():
        steps.setdefault(act, []).append(at)
    return [
        _followed(each, lines[at], [(told[step], lines[step]) for step in sorted(steps[at])])
        if at in steps
        else each
        for at, each in enumerate(told)
        if at not in behind
    ]


def _followed(told: Told, act: HistoryLine, steps: Sequence[tuple[Told, HistoryLine]]) -> Told:
    saved = saved_in_words(act, [line for _, line in steps])
    return replace(told, steps=[step for step, _ in steps], saved=saved)


def _is_shown(told: Told, show: Show) -> bool:
    match show:
        case Show.ALL:
            return True
        case Show.PEOPLE:
            return told.kind == "person"
        case Show.SYNC:
            return told.kind in ("sync", "quiet", "idle")
        case Show.PROBLEMS:
            return told.kind == "problem" or told.asks is not None


def _runs(lines: Iterable[Told]) -> list[Run]:
    runs = groupby(lines, key=lambda line: line.kind == "idle" and not line.changes)
    return [_run(list(group), idle=idle) for idle, group in runs]


def _run(lines: list[Told], *, idle: bool) -> Run:
    return Run(folded=idle and len(lines) > 1, lines=lines)


def _told(
    line: HistoryLine,
    before: LinkRow | None,
    link: LinkRow,
    clock: Clock,
    ends: Mapping[EffectId, Sent],
    offers: LineOffers | None,
    holds: HistoryLine | None,
) -> Told:
    kind, text = sentence(line, before if line.version > 1 else None, clock)
    write = line.row.write
    asked = line.row.problem if raises_a_question(line, before) else None
    asks = problem_text(asked) if asked is not None else None
    changes = field_changes(line, ends[write.id] if write is not None else Sent.WITHDRAWN, offers)
    return Told(
        id=f"line-{line.partition}-{line.offset}",
        kind="quiet" if kind == "sync" and not changes and asks is None else kind,
        text=text,
        time=line.time,
        changes=changes,
        undo=_can_be_undone(line, link),
        restore=offers is not None and offers.restore(line),
        unmatch=line is holds,
        undo_answer=offers is not None and offers.undo_answer(line),
        held_again=offers is not None and offers.hold_again(line),
        position=f"p{line.partition}:{line.offset}",
        version=line.version,
        code=line.code,
        engine=line.engine,
        request=write.id if write is not None else None,
        reason=line.reason,
        asks=asks,
    )


def _what_holds(pairs: Sequence[tuple[HistoryLine, LinkRow | None]], link: LinkRow) -> HistoryLine | None:
    """Find the act by which the client has the customer that it has, or is getting one; None: none, or it stands further down."""
    if link.customer_id is None:
        return _what_creates(pairs, link)
    for at, (line, before) in enumerate(pairs):
        had = before.customer_id if before is not None else None
        if line.verdict is not Verdict.APPLIED or not line.row.customer_id == link.customer_id != had:
            continue
        if line.code in PUTS_TOGETHER:
            return line
        if line.code in MAKES:
            act = acts_behind([line for line, _ in pairs]).get(at)
            return pairs[act][0] if act is not None and pairs[act][0].code == CREATED else line
    return None


def _what_creates(pairs: Sequence[tuple[HistoryLine, LinkRow | None]], link: LinkRow) -> HistoryLine | None:
    """Find by which act a customer is being created."""
    if link.status is not LinkStatus.CREATING:
        return None
    return next((line for line, _ in pairs if line.code == CREATED and line.verdict is Verdict.APPLIED), None)


def _can_be_undone(line: HistoryLine, link: LinkRow) -> bool:
    """Say whether this line is the unmatch that holds now, or is under way."""
    if line.code != "unmatch":
        return False
    if link.status is LinkStatus.UNMATCHING:
        return line.time == link.since
    former = link.former
    return link.status is LinkStatus.NOT_SYNCED and former is not None and former.unmatched_at == line.time
