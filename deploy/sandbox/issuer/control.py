"""Control requests: change keys, people and behavior."""

from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from deploy.sandbox.issuer.issuer import Issuer


class Rotation(BaseModel):
    """A change of keys; `keep`: how many of those before are still published."""

    model_config = ConfigDict(extra="forbid")

    keep: Annotated[int, Field(ge=0, le=10)] = 1


class Somebody(BaseModel):
    """A person of the page; any other claims may stand beside."""

    model_config = ConfigDict(extra="allow")

    sub: Annotated[str, Field(min_length=1)]


class Habits(BaseModel):
    """How it behaves from now on, as `Issuer` has it."""

    model_config = ConfigDict(extra="forbid")

    says: dict[str, Any] = {}
    document: dict[str, Any] = {}
    down: bool = False


def control_routes(issuer: Issuer) -> list[web.RouteDef]:
    """Make them; each answers how things stand then."""

    def _now() -> web.Response:
        habits = {"says": issuer.says, "document": issuer.document, "down": issuer.down}
        kids = [key.kid for key in issuer.keys]
        return web.json_response({"people": issuer.people, "keys": kids, "habits": habits})

    async def state(_: web.Request) -> web.Response:
        return _now()

    async def rotate(request: web.Request) -> web.Response:
        issuer.rotate(keep=Rotation.model_validate_json(await request.read() or b"{}").keep)
        return _now()

    async def add_person(request: web.Request) -> web.Response:
        added = Somebody.model_validate_json(await request.read()).model_dump()
        issuer.people = [*(each for each in issuer.people if each.get("sub") != added["sub"]), added]
        return _now()

    async def behave(request: web.Request) -> web.Response:
        wanted = Habits.model_validate_json(await request.read())
        issuer.says, issuer.document, issuer.down = wanted.says, wanted.document, wanted.down
        return _now()

    async def start_again(_: web.Request) -> web.Response:
        issuer.start_again()
        return _now()

    return [
        web.get("/_control/issuer", state),
        web.post("/_control/keys", rotate),
        web.post("/_control/people", add_person),
        web.post("/_control/habits", behave),
        web.post("/_control/reset", start_again),
    ]
