"""Puts a firm's settings back to what they were before a change, after a page that says what follows."""

import secrets
import shlex

from aiohttp import web
from pydantic import ValidationError

from adapters.web.api.intents import ask
from adapters.web.api.settings import put_back_preview
from adapters.web.api.settings_shapes import PutBackPreview, SettingsShape, settings_in
from adapters.web.console.asking import call_by, form_of, led_on
from adapters.web.console.frame import frame
from adapters.web.console.visit import Visit
from adapters.web.problems import Problem
from domain.bounds import ID
from domain.inputs import ChangeSettings, ReleaseHeld
from domain.points import point_named


async def show_settings_put_back(visit: Visit) -> web.StreamResponse:
    """Say, setting by setting, what would be so from then on."""
    preview = await _preview(visit)
    change = preview.change
    return visit.render(
        "settings_put_back.html",
        frame=await frame(visit),
        preview=preview,
        seen=preview.now.model_dump_json(),
        key=secrets.token_urlsafe(16),
        command=_command(visit, change.position) if visit.is_operator else None,
        place="activity",
    )


async def put_settings_back(visit: Visit) -> web.StreamResponse:
    """Ask the engine for it, as the page said it: refused if the settings have changed since."""
    form = await form_of(visit)
    key, preview = form.get("key", ""), await _preview(visit)
    call = call_by(visit, key)
    intent = ChangeSettings(
        firm_id=visit.firm,
        intent_id=call.intent_id,
        settings=settings_in(preview.then),
        seen=settings_in(_seen(key, form.get("seen", ""))),
    )
    ended = await ask(call, intent)
    if form.get("send"):
        sending = call_by(visit, f"{key}.send")
        ended = await ask(sending, ReleaseHeld(firm_id=visit.firm, intent_id=sending.intent_id))
    return led_on(f"{visit.home}/settings", ended)


async def _preview(visit: Visit) -> PutBackPreview:
    change = visit.request.query.get("change", "")
    try:
        point_named(change)
    except ValueError:
        raise Problem(400, "wrong_query", "It is not said which change. Open it from Activity.") from None
    return await put_back_preview(visit.parts.read_model, visit.firm, change)


def _seen(key: str, text: str) -> SettingsShape:
    try:
        seen = SettingsShape.model_validate_json(text)
    except ValidationError:
        seen = None
    if seen is None or not ID.holds(key):
        raise Problem(400, "bad_form", "Expected the form of the page before.")
    return seen


def _command(visit: Visit, position: str) -> str:
    """Write the command that does the same."""
    return shlex.join(["client-sync", "firm-settings", "put-back", visit.firm, position]) + ' --reason "…"'
