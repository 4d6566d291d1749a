"""The answer to who has a display name that a client can't have, and which names are free.

A name that nobody has is tried again, once: QuickBooks may refuse it for a holder that no look-up finds.
"""

from domain.apply.customers import read_at_once
from domain.apply.name_rings import with_way_made
from domain.apply.perhaps_ours import asks_whose_it_is
from domain.apply.taken_names import display_name_of, holders_of, is_on_its_way, known_holders
from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.effects import FindHolder
from domain.fields import Field
from domain.firm_rows import FirmRow
from domain.ids import CustomerId
from domain.limits import as_written
from domain.link.transitions import without_question
from domain.names import folded
from domain.outcomes import Failed, HoldersFound, Result
from domain.plan import plan
from domain.problem import Problem
from domain.replacing import replace
from domain.rows import LinkRow


def holder_found(draft: Draft, firm: FirmRow, link: LinkRow, effect: FindHolder, result: Result) -> Decision:
    """Put into the question who has the name, and of the proposals those that are free."""
    if isinstance(result, Failed):
        result = HoldersFound(holders=(), unknown=effect.names)  # the question can be answered without
    if not isinstance(result, HoldersFound):
        return draft.decide(Verdict.SKIPPED, "no_such_answer", link)
    link = replace(link, pending=tuple(each for each in link.pending if each.id != effect.id))
    problem = link.problem
    name = effect.names[0]
    if problem is not None and problem.taken == name:
        if _is_called_otherwise(draft, link, problem):
            link = without_question(link)
        else:
            link = _with_holders(draft, firm, link, problem, name, result)
    plan(draft, link)
    return draft.decide(Verdict.APPLIED, result.kind, link)


def _with_holders(
    draft: Draft, firm: FirmRow, link: LinkRow, problem: Problem, name: str, result: HoldersFound
) -> LinkRow:
    taken = {folded(holder.name) for holder in result.holders}
    unsure = {folded(each) for each in result.unknown}
    found = tuple(h for h in result.holders if folded(h.name) == folded(name))
    # Asked for a name, QuickBooks does not find who has one that only looks the same.
    known = (holders_of if problem.resume == "creating" else known_holders)(draft, link, name)
    asked_for = {(holder.kind, holder.id) for holder in found}
    question = replace(
        problem,
        looked_up_at=draft.now,
        holders=(*found, *(h for h in known if (h.kind, h.id) not in asked_for)),
        free=tuple(each for each in problem.free if folded(each) not in taken | unsure),
    )
    # Who has it by now may give it up as well: then it is worth another try.
    link = replace(link, problem=question, found_free=None if question.holders else link.found_free)
    for holder in question.holders or ():
        if holder.kind == "customer":
            # To be offered for a match it must be known as it is now.
            read_at_once(draft, firm, CustomerId(holder.id))
    if not question.holders and folded(name) not in unsure and not is_on_its_way(draft, link, name):
        link = _tried_again(link, name)
    return with_way_made(draft, firm, link)


def _is_called_otherwise(draft: Draft, link: LinkRow, problem: Problem) -> bool:
    """Say whether a client that is to get a customer has another name by now, and need no longer be asked whose it is."""
    if problem.resume != "creating" or link.client is None or asks_whose_it_is(draft, link):
        return False
    name = as_written("quickbooks", {Field.DISPLAY_NAME: display_name_of(link.client.values)})
    return folded(name[Field.DISPLAY_NAME]) != folded(problem.taken)


def _tried_again(link: LinkRow, name: str) -> LinkRow:
    """Lift the question, unless that was done for this name and QuickBooks refused it all the same."""
    if link.problem is None or link.found_free == name:
        return link
    return replace(without_question(link), found_free=name)
