"""Which act a line of the timeline follows from: what was done because of an act is told below it.

A line follows from the one that planned the work that it ends, or that it puts off; so nothing is guessed by time.
"""

from collections.abc import Mapping, Sequence

from adapters.store.views import HistoryLine
from domain.codes import is_work
from domain.effects import Write
from domain.ids import OURSELVES, EffectId
from domain.rows import LinkRow


def acts_behind(lines: Sequence[HistoryLine]) -> Mapping[int, int]:
    """Give, by place in `lines`, the newest first, the place of the act that a line follows from in the end.

    A line that is news of its own, or whose act stands further down, is not among them.
    """
    planned: dict[EffectId, int] = {}
    behind: dict[int, int] = {}
    told_of: int | None = None
    before: LinkRow | None = None
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        cause = _planner(line, before, planned)
        if cause is None and _is_echo(line):
            cause = told_of
        for effect in line.row.pending:
            planned.setdefault(effect.id, at)
        if cause is not None and not _is_news(line, before):
            behind[at] = behind.get(cause, cause)
            if line.code == "client_saved":
                told_of = behind[at]
        before = line.row
    return behind


def raises_a_question(line: HistoryLine, before: LinkRow | None) -> bool:
    """Say whether a line left a question open that was not there before."""
    asked = line.row.problem
    return asked is not None and (before is None or before.problem is None or before.problem.id != asked.id)


def _planner(line: HistoryLine, before: LinkRow | None, planned: Mapping[EffectId, int]) -> int | None:
    """Find who planned the work that a line is about: a write that it ended or put off, or else what it looked up."""
    if before is None or not (is_work(line.code) or _is_echo(line)):
        return None
    still = {effect.id for effect in line.row.pending}
    ended = [effect for effect in before.pending if effect.id not in still]
    about = sorted(ended or before.pending, key=lambda effect: not isinstance(effect, Write))
    return next((planned[effect.id] for effect in about if effect.id in planned), None)


def _is_news(line: HistoryLine, before: LinkRow | None) -> bool:
    """Say whether a line tells what its act did not bring about: another one's edit, or a question."""
    return any(change.what == "seen" for change in line.changes) or raises_a_question(line, before)


def _is_echo(line: HistoryLine) -> bool:
    """Say whether Canopy tells of a write of ours, for the first time or again."""
    return line.code in ("client_edited", "already_known") and line.actor == OURSELVES
