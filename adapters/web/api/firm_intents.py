"""What a person can ask for about a whole firm: each is an intent, and answered alike."""

from collections.abc import Callable

from pydantic import BaseModel

from adapters.web.api.intents import Done, answered, ask
from adapters.web.api.operations import Answer, Call, Nothing, Operation
from adapters.web.api.pending import PATH as PENDING_PATH
from adapters.web.auth.people import Role
from domain.inputs import FirmIntent


class Asked(BaseModel):
    """Taken in. `decided` False (202): it will be, and the log will say so."""

    decided: bool


def firm_intent(
    method: str,
    path: str,
    summary: str,
    build: Callable[[Call], FirmIntent],
    body: type[BaseModel] = Nothing,
    *,
    all_firms: bool = False,
) -> Operation:
    """Give the operation that asks for what `build` makes of a call."""

    async def handle(call: Call) -> Answer:
        ended = await ask(call, build(call))
        return answered(ended, Asked(decided=isinstance(ended, Done)), PENDING_PATH.format(firm=call.firm))

    return Operation(
        method=method,
        path=path,
        summary=summary,
        handle=handle,
        answer=Asked,
        role=Role.MANAGER,
        body=body,
        all_firms=all_firms,
    )
