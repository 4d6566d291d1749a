"""How many reads of QuickBooks a company has had this month, and how far those of all companies go."""

from dataclasses import dataclass

from adapters.web.parts import Parts
from domain.ids import RealmId
from domain.read_budget import BudgetState, month_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadsSoFar:
    """`answered` and `unanswered`: of the company. `used`: of all companies, both kinds. `budget`: what a month has."""

    month: str
    answered: int
    unanswered: int
    used: int
    budget: int
    state: BudgetState
    saving: bool


async def reads_so_far(parts: Parts, realm: RealmId) -> ReadsSoFar:
    """Look.

    Raises:
        StoreAwayError: the database does not answer.
    """
    reads, month = parts.metered_reads, month_of(parts.now())
    own, everybody = await reads.of_month(month, realm), await reads.of_month(month)
    return ReadsSoFar(
        month=month,
        answered=own.answered,
        unanswered=own.unanswered,
        used=everybody.used,
        budget=reads.budget.reads_a_month,
        state=reads.budget.state(everybody.used),
        saving=reads.budget.saves(everybody.used),
    )
