"""Makes a plan: reads what is kept of a firm, decides on a copy of it, and keeps what that comes to.

It can do nothing else. Neither Kafka nor either side can be reached from here, which `make check` holds.
"""

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from adapters.store.engine_versions import VersionSeen
from adapters.store.replay_ground import ReplayGrounds
from adapters.store.replays import Replay, Replays
from domain.acts import ActFilter
from domain.ids import EffectId, EngineVersion, FirmId
from domain.replays import ReplayKind, plan_replay
from domain.table import Table

MOST_ROWS = 20_000
"""More clients than a firm has."""

MOST_NAMED = 10
"""So many of the versions that are known are named, those that decided last."""


class UnknownFirmError(Exception):
    """No firm of this name is known here."""


class UnknownVersionError(Exception):
    """No decision of the firm was made by this version; its text names those that made some."""


class TooManyActsError(Exception):
    """So many clients are no mistake that one plan should take back: name a shorter time."""


class PlannerBusyError(Exception):
    """Other plans are being made for longer than anybody waits."""


class PlanTooSlowError(Exception):
    """It has taken too long, and was given up; nothing is kept of it."""


async def make_plan(
    grounds: ReplayGrounds,
    replays: Replays,
    firm: FirmId,
    kind: ReplayKind,
    wanted: ActFilter,
    *,
    by: str,
    at: datetime,
) -> Replay:
    """Plan to take acts back, and keep the plan.

    Raises:
        UnknownFirmError: there is no such firm.
        UnknownVersionError: the version that is meant has decided nothing in it.
        TooManyActsError: they are too many for one plan.
        BeingBuiltError: the read model does not show all of the log yet.
    """
    ground = await grounds.of(firm, wanted)
    if ground is None:
        raise UnknownFirmError(f"No firm {firm} is known here.")
    if wanted.engine is not None:
        _check_version(firm, wanted.engine, await grounds.versions(firm))
    if len({act.client_id for act in ground.acts}.union(wanted.clients)) > MOST_ROWS:
        raise TooManyActsError(TooManyActsError.__doc__)
    rows = plan_replay(
        ground.table,
        firm,
        kind,
        ground.acts,
        ground.last,
        also=wanted.clients,
        at=at,
        started=_under_way(ground.table),
    )
    id_ = f"r-{secrets.token_hex(8)}"
    await replays.add(
        id_=id_,
        firm=firm,
        kind=kind,
        wanted=_told(wanted),
        at=at,
        by=by,
        ground=ground.digest,
        links=ground.links,
        rows=rows,
    )
    made = await replays.one(id_)
    if made is None:
        raise RuntimeError("a plan that was kept is not there")
    return made


def _check_version(firm: FirmId, wanted: EngineVersion, known: Sequence[VersionSeen]) -> None:
    if any(each.engine == wanted for each in known):
        return
    if not known:
        raise UnknownVersionError(
            f"Of no decision in firm {firm} is it known which version made it, so none can be found by {wanted}. "
            "Find them by time, with --since and --until."
        )
    named = [f"{each.engine} ({_span(each)})" for each in known[:MOST_NAMED]]
    more = f" and {len(known) - MOST_NAMED} before these" if len(known) > MOST_NAMED else ""
    raise UnknownVersionError(
        f"Version {wanted} has decided nothing in firm {firm}. Known there: {', '.join(named)}{more}."
    )


def _span(seen: VersionSeen) -> str:
    first, last = (f"{at.astimezone(UTC):%Y-%m-%d %H:%M}" for at in (seen.first, seen.last))
    return f"{first} to {last} UTC"


def _under_way(table: Table) -> frozenset[EffectId]:
    """Name the effects that a worker may have begun."""
    return frozenset(effect.id for row in table for effect in row.pending)


def _told(wanted: ActFilter) -> dict[str, Any]:
    """Write by what acts were found as JSON, without what was not said."""
    said = {name: value for name, value in asdict(wanted).items() if value not in (None, ())}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in said.items()}
