"""What happened in a firm, for its people: who did what to whom, when and why, and what was sent because of it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import get_args
from urllib.parse import urlencode

from aiohttp import web
from markupsafe import Markup

from adapters.store.views import FirmAct
from adapters.web.console.act_sentences import act_sentence, kind_words
from adapters.web.console.csv_answer import Cells, csv_answer
from adapters.web.console.frame import frame
from adapters.web.console.sentences import Kind
from adapters.web.console.settings_lines import UNCHANGED, SettingsLine, settings_lines
from adapters.web.console.visit import Visit
from adapters.web.console.words import name_in
from adapters.web.texts.fields import field_names
from adapters.web.texts.obstacles import side_name
from domain.acts import ActFilter
from domain.bounds import BATCH, CLIENT, EARLIEST, ENGINE, ID, LATEST, Bound
from domain.codes import IntentCode
from domain.ids import ClientId, EngineVersion, Side
from domain.rows import LinkRow

ALL = "all"
EXPORTED = 50_000
EXPORTED_AT_ONCE = 200
CUT = "There is more, which is not in this file: export a day, a person or a kind at a time."
SIDES: tuple[Side, ...] = ("quickbooks", "canopy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address asks for. `kind` empty: what people asked for; `day` as the address has it, or empty."""

    actor: str
    kind: str
    day: str
    batch: str
    engine: str
    client: str
    wanted: ActFilter

    def address(self, path: str, **more: str) -> str:
        """Give the address of this list."""
        own = {"actor": self.actor, "kind": self.kind, "day": self.day, "batch": self.batch}
        own |= {"engine": self.engine, "client": self.client}
        asked = {name: value for name, value in (own | more).items() if value}
        return f"{path}?{urlencode(asked)}" if asked else path

    @property
    def by_people(self) -> bool:
        """Say whether only what people asked for is meant."""
        return not self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One decision. `sent`: which fields it sends where; `request`: the id of that request, and `engine`: the version that decided, for operators, where not all were decided by the same."""

    kind: Kind
    text: Markup
    time: datetime
    name: str | None
    address: str | None
    reason: str | None
    batch: str | None
    engine: str | None
    sent: list[str]
    request: str | None
    settings: SettingsLine


async def show_activity(visit: Visit) -> web.Response:
    """Show it by day, the newest first."""
    asked, cursor = asked_for(visit), visit.request.query.get("cursor")
    activity = visit.parts.read_model.activity
    page = await activity.page(visit.firm, asked.wanted, by_people=asked.by_people, cursor=cursor)
    before = await activity.before(page.acts)
    settings = await settings_lines(visit, page.acts)
    path = f"{visit.home}/activity"
    lines = [
        _line(visit, act, before.get((act.partition, act.offset)), settings.get(act.offset, UNCHANGED))
        for act in page.acts
    ]
    return visit.render(
        "activity.html",
        frame=await frame(visit),
        days=[
            (day, list(group)) for day, group in groupby(lines, key=lambda line: visit.clock.day(line.time))
        ],
        asked=asked,
        kinds=[(each, kind_words(each)) for each in get_args(IntentCode)],
        replay=await _replay(visit, asked.batch),
        several_versions=visit.is_operator and len({act.engine for act in page.acts}) > 1,
        versions=await visit.parts.read_model.versions.of(visit.firm) if visit.is_operator else (),
        of_batch=lambda batch: f"{path}?{urlencode({'batch': batch})}",
        everything=path,
        begin=asked.address(path) if cursor else None,
        more=asked.address(path, cursor=page.cursor) if page.cursor else None,
        export=asked.address(f"{path}.csv"),
        plan=_plan(visit, asked),
        place="activity",
    )


async def export_activity(visit: Visit) -> web.StreamResponse:
    """Answer with the same list, all of it up to 50,000 lines; a last one says if there is more."""
    headings = (
        "time",
        "actor",
        "what",
        "verdict",
        "client_id",
        "name",
        "reason",
        "batch",
        "engine",
        "sent",
        "told",
        "position",
    )
    return await csv_answer(visit, f"activity-{visit.firm}", headings, _parts(visit, asked_for(visit)))


async def _parts(visit: Visit, asked: Asked) -> AsyncIterator[Sequence[Cells]]:
    activity, cursor = visit.parts.read_model.activity, None
    for _ in range(0, EXPORTED, EXPORTED_AT_ONCE):
        page = await activity.page(
            visit.firm, asked.wanted, by_people=asked.by_people, cursor=cursor, limit=EXPORTED_AT_ONCE
        )
        before = await activity.before(page.acts)
        yield [_cells(visit, act, before.get((act.partition, act.offset))) for act in page.acts]
        cursor = page.cursor
        if cursor is None:
            return
    yield [(CUT,)]


def asked_for(visit: Visit) -> Asked:
    """Read the filters. What nobody can have done finds nothing, and is no mistake."""
    given = visit.request.query
    actor = _held(ID, given.get("actor", "").strip())
    batch = _held(BATCH, given.get("batch", "").strip())
    engine = _held(ENGINE, given.get("engine", "").strip())
    client = _held(CLIENT, given.get("client", "").strip())
    kind = given.get("kind", "")
    known = kind in get_args(IntentCode)
    since = _day(visit, given.get("day", ""))
    return Asked(
        actor=actor,
        kind=kind if known or kind == ALL else "",
        day=given.get("day", "") if since is not None else "",
        batch=batch,
        engine=engine,
        client=client,
        wanted=ActFilter(
            since=since,
            until=since + timedelta(days=1) if since is not None else None,
            kind=kind if known else None,
            actor=(actor if ":" in actor else f"user:{actor}") if actor else None,
            batch=batch or None,
            engine=EngineVersion(engine) if engine else None,
            clients=(ClientId(client),) if client else (),
        ),
    )


def _held(bound: Bound, text: str) -> str:
    return text if bound.holds(text) else ""


def _day(visit: Visit, text: str) -> datetime | None:
    """Give when a day begins for who looks."""
    try:
        begins = datetime.combine(date.fromisoformat(text), time(), visit.clock.zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return begins if EARLIEST <= begins < LATEST else None


def _line(visit: Visit, act: FirmAct, before: LinkRow | None, settings: SettingsLine = UNCHANGED) -> Line:
    kind, text = act_sentence(act, before, visit.clock)
    row = act.row
    client = row.client_id if isinstance(row, LinkRow) else None
    return Line(
        kind=kind,
        text=text,
        time=act.time,
        name=_name(row) if isinstance(row, LinkRow) else None,
        address=f"{visit.client_address(client)}#line-{act.partition}-{act.offset}" if client else None,
        reason=act.reason,
        batch=act.batch,
        engine=act.engine,
        sent=_sent(act),
        request=row.write.id if isinstance(row, LinkRow) and row.write is not None else None,
        settings=settings,
    )


def _cells(visit: Visit, act: FirmAct, before: LinkRow | None) -> Cells:
    line = _line(visit, act, before)
    client = act.row.client_id if isinstance(act.row, LinkRow) else ""
    told = line.text.striptags()
    position = f"p{act.partition}:{act.offset}"
    return (
        *(act.time.isoformat(), act.actor, act.code, act.verdict.value, client, line.name),
        *(act.reason, act.batch, act.engine, "; ".join(line.sent), told, position),
    )


def _name(row: LinkRow) -> str:
    return (name_in(row.client.values) if row.client is not None else None) or row.client_id


def _sent(act: FirmAct) -> list[str]:
    """Say which fields a decision sends where; whether they arrived stands on the client's timeline."""
    by_side = {
        side: [each.field for each in act.changes if each.what == "sent" and each.side == side]
        for side in SIDES
    }
    return [f"{field_names(fields)} to {side_name(side)}" for side, fields in by_side.items() if fields]


async def _replay(visit: Visit, batch: str) -> str | None:
    """Give the address of the replay that a batch is, to who may open it."""
    if not batch or not visit.is_operator:
        return None
    found = await visit.parts.replays.one(batch)
    return f"{visit.home}/replays/{batch}" if found is not None and found.firm_id == visit.firm else None


def _plan(visit: Visit, asked: Asked) -> str | None:
    """Give the address of the form that plans to take these acts back, to who may; None: they can't be."""
    if asked.kind not in ("unmatch", "restore") or not visit.is_operator:
        return None
    wanted = asked.wanted
    times: Mapping[str, datetime | None] = {"since": wanted.since, "until": wanted.until}
    said = {name: f"{at:%Y-%m-%dT%H:%M:%SZ}" for name, at in times.items() if at is not None}
    named = {"kind": asked.kind, "actor": wanted.actor, "batch": wanted.batch}
    named |= {"engine": wanted.engine, "ids": asked.client}
    return (
        f"{visit.home}/replays?{urlencode({name: value for name, value in (named | said).items() if value})}"
    )
