"""What Canopy may not be able to do, off one by one: our contract asks for all of it, and no public page promises any.

Each is a switch: the engine may then do less, and has to say so; it must not do wrong. `docs/canopy.md` lists them.
"""

from dataclasses import dataclass, field

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from deploy.sandbox.reception import CALL


class Abilities(BaseModel):
    """Which it has now.

    `versions`: a change as of an older version is refused (`If-Match`); else it is made, over whatever stands there. `causes`: an event names the
    `Idempotency-Key` of the request that led to it. `idempotency`: a request that is repeated under its key is answered, not done again.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    versions: bool = True
    causes: bool = True
    idempotency: bool = True


@dataclass(slots=True)
class Able:
    """Holds them, for all who ask."""

    now: Abilities = field(default_factory=Abilities)

    def routes(self) -> list[web.RouteDef]:
        """Make the routes."""

        async def show(_: web.Request) -> web.Response:
            return web.json_response(self.now.model_dump())

        async def choose(request: web.Request) -> web.Response:
            self.now = Abilities.model_validate_json(request[CALL].body)
            return await show(request)

        return [web.get("/_control/abilities", show), web.post("/_control/abilities", choose)]
