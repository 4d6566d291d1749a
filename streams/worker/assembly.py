"""Puts a worker together from its ports: in production, in the bench and in tests alike."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.ids import EngineVersion
from domain.ports import DeadLetters
from streams.wire.inputs import ReadClient
from streams.worker.deciders import Deciders
from streams.worker.deciding import Deciding
from streams.worker.engine import Engine
from streams.worker.lanes import Lanes
from streams.worker.log_table import LogTable
from streams.worker.partition_context import Outside
from streams.worker.ports import AnswersAhead, Appends, Checkpoints, Continuity, Feed, Log

Assignment = Callable[[], tuple[int, frozenset[int]]]
"""Names the generation of the group, and the partitions that are ours in it, as they are right now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """All that a worker stands on. `read_client`: reads a client out of an event of Canopy's."""

    log: Log
    appends: Appends
    checkpoints: Checkpoints
    dead_letters: DeadLetters
    continuity: Continuity
    answers_ahead: AnswersAhead
    read_client: ReadClient
    outside: Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """A worker's parts. `table`: the rows of its partitions. `deciders`: where its inputs go in."""

    engine: Engine
    lanes: Lanes
    table: LogTable
    deciders: Deciders


def assemble(
    ports: Ports,
    *,
    partitions: int,
    assignment: Assignment,
    feed: Feed,
    lease_seconds: float,
    engine_version: EngineVersion,
    fatal: Callable[[BaseException], None],
    table_kind: type[LogTable] = LogTable,
    engine_kind: type[Engine] = Engine,
) -> Assembled:
    """Put a worker together.

    `partitions`: how many each topic has. `feed`: where inputs come from. `lease_seconds`: how old our last look at the log may be for a partition to
    count as ours, half a session of the group. `engine_version`: of the program that this is, as its decisions say. `fatal` ends the
    process where it can't go on. The kinds: a bench's own, which also measure.
    """
    outside = ports.outside
    lanes = Lanes(outside, lease_seconds, fatal)
    table = table_kind(
        ports.log, ports.appends, ports.checkpoints, lanes.folded, outside.clock, engine_version
    )
    deciding = Deciding(
        table, lanes, ports.dead_letters, ports.read_client, partitions, outside.clock, outside.spans
    )
    engine = engine_kind(table, lanes, deciding, ports.continuity, ports.answers_ahead, assignment)
    deciders = Deciders(engine, feed, fatal)
    return Assembled(engine=engine, lanes=lanes, table=table, deciders=deciders)
