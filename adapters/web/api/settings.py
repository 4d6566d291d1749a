"""A firm's settings: what happens by itself, how that was changed, and what putting them back would do."""

from typing import Annotated

from pydantic import BaseModel, StringConstraints

from adapters.store.read_model import ReadModel
from adapters.store.settings_changes import SettingsChange
from adapters.web.api.intents import answered, ask
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation, PageQuery
from adapters.web.api.refusals import refused
from adapters.web.api.settings_shapes import (
    PutBackPreview,
    SettingDifference,
    SettingsBody,
    SettingsChangesAnswer,
    SettingsChangeShape,
    SettingsShape,
    settings_in,
    settings_shape,
)
from adapters.web.auth.people import Role
from adapters.web.problems import Problem
from adapters.web.texts.settings import (
    Difference,
    differences,
    policy_meaning,
    sends_what_was_held,
    what_follows,
)
from domain.ids import FirmId
from domain.inputs import ChangeSettings
from domain.points import Place, point_named
from domain.reasons import cleaned
from domain.refusals import Refusal
from domain.settings import Settings

PATH = FIRM_PATH + "/settings"


PlaceText = Annotated[str, StringConstraints(pattern=r"^p[0-9]{1,9}:-?[0-9]{1,18}$")]


class ChangeQuery(BaseModel):
    """`change`: the place of a change in the log, such as p3:1289."""

    change: PlaceText


async def _settings(call: Call) -> Answer:
    row = await call.parts.read_model.firms.row(call.firm)
    return Answer(body=settings_shape(row.settings))


async def _change_settings(call: Call) -> Answer:
    wanted = call.body_as(SettingsBody)
    intent = ChangeSettings(
        firm_id=call.firm,
        intent_id=call.intent_id,
        settings=settings_in(wanted),
        seen=settings_in(wanted.seen) if wanted.seen is not None else None,
        reason=cleaned(wanted.reason),
    )
    ended = await ask(call, intent)
    return answered(ended, settings_shape(intent.settings), PATH.format(firm=call.firm))


async def _changes(call: Call) -> Answer:
    asked = call.query_as(PageQuery)
    return Answer(body=await settings_changes(call.parts.read_model, call.firm, asked.cursor, asked.limit))


async def settings_changes(
    reads: ReadModel, firm: FirmId, cursor: str | None, limit: int
) -> SettingsChangesAnswer:
    """List how a firm's settings were changed.

    Raises:
        Problem: 404, no company was ever connected for such a firm.
    """
    if (await reads.firms.row(firm)).connection is None:
        raise refused(404, Refusal("never_connected"))
    page = await reads.settings.page(firm, cursor=cursor, limit=limit)
    return SettingsChangesAnswer(changes=[_shape(each) for each in page.changes], cursor=page.cursor)


async def _preview(call: Call) -> Answer:
    asked = call.query_as(ChangeQuery).change
    return Answer(body=await put_back_preview(call.parts.read_model, call.firm, asked))


async def put_back_preview(reads: ReadModel, firm: FirmId, change: str) -> PutBackPreview:
    """Say what putting settings back to what they were before a change would do. `change`: its place in the log.

    Raises:
        Problem: 404, the firm's settings were not changed there.
    """
    place = point_named(change)
    found = await reads.settings.one(firm, place) if isinstance(place, Place) else None
    if found is None:
        raise Problem(
            404, "change_unknown", "The firm's settings were not changed there. Look which changes there are."
        )
    now, then = (await reads.firms.row(firm)).settings, found.before
    counts = (await reads.links.page(firm, limit=1)).counts
    synced = counts["synced"] + counts["waiting"]
    held = (await reads.held.page(firm, limit=1)).total if sends_what_was_held(now, then) else 0
    return PutBackPreview(
        change=_shape(found),
        now=settings_shape(now),
        then=settings_shape(then),
        differences=[_difference(each, then, synced) for each in differences(now, then)],
        held=held,
    )


def _shape(change: SettingsChange) -> SettingsChangeShape:
    act = change.act
    return SettingsChangeShape(
        position=f"p{act.partition}:{act.offset}",
        time=act.time,
        actor=act.actor,
        reason=act.reason,
        before=settings_shape(change.before),
        after=settings_shape(change.after),
    )


def _difference(difference: Difference, then: Settings, synced: int) -> SettingDifference:
    switch = difference.switch
    if switch is None:
        follows = policy_meaning(then.conflicts)
    else:
        follows = what_follows(switch, on=then.is_on(switch), synced=synced)
    return SettingDifference(
        setting=switch or "conflicts",
        label=difference.label,
        now=difference.before,
        then=difference.after,
        follows=follows,
    )


SETTINGS = (
    Operation(
        method="GET",
        path=PATH,
        summary="What happens by itself",
        handle=_settings,
        answer=SettingsShape,
    ),
    Operation(
        method="PUT",
        path=PATH,
        summary="Say what happens by itself",
        handle=_change_settings,
        answer=SettingsShape,
        role=Role.MANAGER,
        body=SettingsBody,
    ),
    Operation(
        method="GET",
        path=PATH + "/changes",
        summary="How that was changed",
        handle=_changes,
        answer=SettingsChangesAnswer,
        query=PageQuery,
    ),
    Operation(
        method="GET",
        path=PATH + "/put-back-preview",
        summary="What putting it back to before a change would do",
        handle=_preview,
        answer=PutBackPreview,
        query=ChangeQuery,
    ),
)
