"""Adding and editing clients: passed on to Canopy, whose event then comes back to the engine."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from pydantic import ConfigDict, Field

from adapters.canopy.answers import ClientRefused
from adapters.web.api.client_shapes import ClientAnswer, client_shape
from adapters.web.api.clients import ONE, PATH, shown_client, where_is
from adapters.web.api.field_values import FieldValues
from adapters.web.api.intents import UnderWay, answered, link_at_rest, wait_until
from adapters.web.api.operations import Answer, Call, Operation
from adapters.web.api.refusals import refused
from adapters.web.auth.people import Role
from adapters.web.problems import Problem
from adapters.web.texts.remarks import remarks
from domain.outcomes import ClientGone, ClientMoved
from domain.ports import TryLater
from domain.projection import Watch
from domain.refusals import Refusal
from domain.rows import LinkRow
from domain.snapshots import Client

_CHANGED = "Somebody else has changed this client since you opened it. Look at both, then save again."


class EditedClient(FieldValues):
    """The fields to change; null clears one, an absent one stays."""

    model_config = ConfigDict(extra="forbid")


class NewClient(EditedClient):
    """A client to add. `sync_client` absent: as the settings say."""

    type: Literal["individual", "business"]
    display_name: str = Field(min_length=1)
    sync_client: bool | None = None


async def _add(call: Call) -> Answer:
    body = call.body_as(NewClient).model_dump(exclude_unset=True)
    _refuse_wrong_fields(body)
    asked_once = not call.parts.canopy_keeps_keys
    if asked_once and call.repeated:
        raise _unsure()
    with call.parts.watcher.watch(call.firm) as watch:
        answer = await call.parts.canopy.create_client(call.firm, body, call.person.actor, call.intent_id)
        if asked_once and isinstance(answer, TryLater) and answer.may_have_happened:
            raise _unsure()
        client = _client(answer)
        return await _seen_by_the_engine(
            call, watch, client, PATH.format(firm=call.firm) + f"/{client.client_id}"
        )


async def _edit(call: Call) -> Answer:
    changes = call.body_as(EditedClient).model_dump(exclude_unset=True)
    if not changes:
        raise Problem(422, "wrong_body", "Name at least one field to change.")
    _refuse_wrong_fields(changes)
    with call.parts.watcher.watch(call.firm) as watch:
        client = _client(
            await call.parts.canopy.edit_client(
                call.firm, call.client, changes, call.person.actor, call.intent_id, call.if_match
            )
        )
        return await _seen_by_the_engine(call, watch, client, where_is(call))


def _unsure() -> Problem:
    """Say that Canopy, which keeps no keys, may have the client already, and is not asked for it again."""
    return Problem(
        503,
        "canopy_unsure",
        "We can't tell whether Canopy has added this client. Look for it in the list of clients before you add it again.",
        advice="Your Canopy keeps no keys, so this request is not passed on a second time. To add the client after all, send it with another Idempotency-Key.",
        final=True,
    )


def _refuse_wrong_fields(body: Mapping[str, object]) -> None:
    """Refuse what Canopy won't keep, field by field.

    Raises:
        Problem: 422 `wrong_fields`; `facts.fields` has a sentence for each.
    """
    found = remarks(body, connected=False)
    if found:
        # As plain texts: orjson takes no member of an enumeration for a key.
        texts = {str(name): remark.text for name, remark in found.items()}
        named = "; ".join(f"{name}: {text}" for name, text in texts.items())
        raise Problem(422, "wrong_fields", named, facts={"fields": texts}, final=True)


async def _seen_by_the_engine(call: Call, watch: Watch, client: Client, location: str) -> Answer:
    """Wait until the engine has seen what Canopy now holds, and is done with what follows from it."""

    def shows_it(link: LinkRow) -> bool:
        known = link.client if link.client_id == client.client_id else None
        return known is not None and known.version >= client.version

    done = await link_at_rest(watch, shows_it, wait_until())
    if done is None:
        return answered(UnderWay(), ClientAnswer(client=client_shape(client), link=None), location)
    # Where a new client is to be found is told also when all is done.
    return replace(answered(done, await shown_client(call.parts, done.link), location), location=location)


def _client(answer: Client | ClientMoved | ClientGone | ClientRefused | TryLater) -> Client:
    match answer:
        case Client():
            return answer
        case ClientMoved():
            now = client_shape(answer.client).model_dump(mode="json")
            raise Problem(412, "client_changed", _CHANGED, facts={"client": now}, final=True)
        case ClientGone():
            raise refused(404, Refusal("client_unknown"))
        case ClientRefused():
            detail = answer.detail or "Canopy would not take this. Correct it and send it again."
            status = answer.status if answer.status in {400, 409, 422} else 422
            facts = {"fields": dict.fromkeys(answer.fields, detail)}
            raise Problem(status, answer.code, detail, facts=facts, final=True)
        case TryLater():
            raise Problem(
                503,
                "canopy_away",
                "Canopy gives no answer right now. Try again in a moment; pressing again never does it twice.",
                advice="Send it again with the same Idempotency-Key: it is not done twice.",
                headers={"Retry-After": str(round(answer.after_seconds or 5))},
            )


CLIENT_WRITES = (
    Operation(
        method="POST",
        path=PATH,
        summary="Add a client in Canopy",
        handle=_add,
        answer=ClientAnswer,
        role=Role.MANAGER,
        body=NewClient,
    ),
    Operation(
        method="PATCH",
        path=ONE,
        summary="Edit a client in Canopy",
        handle=_edit,
        answer=ClientAnswer,
        role=Role.MANAGER,
        body=EditedClient,
    ),
)
