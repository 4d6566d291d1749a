"""What could not be used, for operators."""

from datetime import datetime

from pydantic import BaseModel

from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation, PageQuery
from adapters.web.auth.people import Role


class DeadLetterShape(BaseModel):
    """A message and why it was parked. `size` in bytes; `source`: topic/partition/offset, or a path of ours."""

    partition: int
    offset: int
    key: str | None
    reason: str
    detail: str
    source: str
    time: datetime
    size: int


class DeadLettersAnswer(BaseModel):
    """Dead letters, the newest first."""

    dead_letters: list[DeadLetterShape]
    cursor: str | None


async def _list(call: Call) -> Answer:
    asked = call.query_as(PageQuery)
    # Without a firm in the path: those of the operator's firms. What names no firm, or none of ours, is seen only by
    # operators of all firms: nobody can say whose it is.
    firms = frozenset({call.firm}) if call.firm else call.person.firms
    page = await call.parts.read_model.dead_letters.page(firms, cursor=asked.cursor, limit=asked.limit)
    letters = [DeadLetterShape.model_validate(letter, from_attributes=True) for letter in page.letters]
    return Answer(body=DeadLettersAnswer(dead_letters=letters, cursor=page.cursor))


DEAD_LETTERS = tuple(
    Operation(
        method="GET",
        path=path,
        summary=summary,
        handle=_list,
        answer=DeadLettersAnswer,
        role=Role.OPERATOR,
        query=PageQuery,
    )
    for path, summary in (
        ("/api/v1/dead-letters", "All dead letters"),
        (FIRM_PATH + "/dead-letters", "Dead letters that name the firm"),
    )
)
