"""Who has a display name that QuickBooks would not give to a client, and which names are free.

A name that nobody has is tried again, once: QuickBooks may refuse it for a holder that no look-up finds.
"""

from dataclasses import replace

from domain.apply.arrivals import without_question
from domain.apply.customers import read_at_once
from domain.apply.name_rings import with_way_made
from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.effects import FindHolder
from domain.fields import Field, Value
from domain.ids import CustomerId
from domain.limits import as_written
from domain.names import folded, free_names
from domain.outcomes import Failed, HoldersFound, Result
from domain.plan import plan
from domain.rows import FirmRow, LinkRow


def ask_for_holder(draft: Draft, link: LinkRow, taken: Value) -> LinkRow:
    """Let QuickBooks say who has the name, and which of our proposals are taken too."""
    problem, client = link.problem, link.client
    if problem is None or client is None or not isinstance(taken, str):
        return link
    # QuickBooks was asked for the name as it writes names, so its holder has it written so.
    taken = str(as_written("quickbooks", {Field.DISPLAY_NAME: taken})[Field.DISPLAY_NAME])
    free = free_names(client, lambda name: bool(draft.customers_named(link.firm_id, name)))
    look_up = FindHolder(id=draft.effect_id(link.key, "find_holder"), names=(taken, *free))
    others = tuple(effect for effect in link.pending if not isinstance(effect, FindHolder))
    return replace(link, problem=replace(problem, taken=taken, free=free), pending=(look_up, *others))


def holder_found(draft: Draft, firm: FirmRow, link: LinkRow, effect: FindHolder, result: Result) -> Decision:
    """Put into the question who has the name, and of the proposals those that are free."""
    if isinstance(result, Failed):
        result = HoldersFound(holders=(), unknown=effect.names)  # the question can be answered without
    if not isinstance(result, HoldersFound):
        return draft.decide(Verdict.SKIPPED, "no_such_answer", link)
    link = replace(link, pending=tuple(each for each in link.pending if each.id != effect.id))
    problem = link.problem
    if problem is not None and problem.taken == effect.names[0]:
        taken = {folded(holder.name) for holder in result.holders}
        unsure = {folded(name) for name in result.unknown}
        question = replace(
            problem,
            looked_up_at=draft.now,
            holders=tuple(h for h in result.holders if folded(h.name) == folded(problem.taken)),
            free=tuple(name for name in problem.free if folded(name) not in taken | unsure),
        )
        link = replace(link, problem=question)
        for holder in question.holders or ():
            if holder.kind == "customer":
                # To be offered for a match it must be known as it is now.
                read_at_once(draft, firm, CustomerId(holder.id))
        if not question.holders and folded(problem.taken) not in unsure:
            link = _tried_again(link, problem.taken)
        link = with_way_made(draft, firm, link)
    return draft.decide(Verdict.APPLIED, result.kind, plan(draft, link))


def _tried_again(link: LinkRow, name: str) -> LinkRow:
    """Lift the question, unless that was done for this name and QuickBooks refused it all the same."""
    if link.problem is None or link.found_free == name:
        return link
    return replace(without_question(link), found_free=name)
