"""`client-sync verify` and its words."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from deploy.needed_settings import Runs
from deploy.operators.options import OneFirm
from deploy.terminal import Exit, Json, complain, done, end, say, settings_or_exit

if TYPE_CHECKING:
    from deploy.verify.findings import Code, Finding
    from deploy.verify.run import Verified

MOST_SHOWN = 20
"""Of each code a person is shown so many; the rest is counted. jq gets all of them."""

Deep = Annotated[bool, typer.Option("--deep", help="ask QuickBooks and Canopy too, and list what drifted")]
APace = Annotated[
    float,
    typer.Option("--pace", min=0.01, max=8.0, help="with --deep: requests a second to each of the two"),
]
IdsTo = Annotated[
    Path | None,
    typer.Option("--ids-to", metavar="FILE", help="write the clients found, one a line: needs --firm"),
]


def add_verify_command(app: typer.Typer) -> None:
    """Add it to `client-sync`."""
    app.command()(verify)


def verify(
    deep: Deep = False,
    pace: APace = 1.0,
    firm: OneFirm = None,
    ids_to: IdsTo = None,
    as_json: Json = False,
) -> None:
    """Fold the log by itself and compare read model, history, offsets with it. Example: client-sync verify --deep.

    It changes nothing, and may run beside everything else. Ends with 0 where all is well, with 1 where something was found.
    """
    from deploy.verify.asking import verify_system
    from deploy.verify.run import NoLogError

    if ids_to is not None and firm is None:
        end("Name the firm whose clients are to be written, by --firm.", Exit.WRONG_USE)
    settings = settings_or_exit(Runs.WORKER if deep else Runs.KAFKA)
    with _ids_in(ids_to) as ids:
        told = _Told(firm, as_json, ids)
        verified = done(settings, verify_system(settings, told.take, pace if deep else None), NoLogError)
    told.conclude(verified)
    raise typer.Exit(Exit.REFUSED if told.count else Exit.DONE)


@dataclass(slots=True)
class _Told:
    firm: str | None
    as_json: bool
    ids: TextIO | None
    codes: "Counter[Code]" = field(default_factory=Counter)
    clients: set[str] = field(default_factory=set)

    @property
    def count(self) -> int:
        return self.codes.total()

    def take(self, finding: "Finding") -> None:
        facts = finding.facts
        # What names no firm is about a whole partition or table, and so about this one too.
        if self.firm is not None and facts.get("firm", self.firm) != self.firm:
            return
        self.codes[finding.code] += 1
        client = facts.get("client_id")
        if isinstance(client, str) and self.ids is not None and client not in self.clients:
            self.clients.add(client)
            self.ids.write(f"{client}\n")
        if not self.as_json and self.codes[finding.code] > MOST_SHOWN:
            return
        shown = "  ".join(f"{name}={_text(fact)}" for name, fact in facts.items())
        say(
            {"code": finding.code.value, "text": finding.sentence, "facts": dict(facts)},
            self.as_json,
            f"{finding.code.value}: {finding.sentence}",
            f"  {shown}",
        )

    def conclude(self, verified: "Verified") -> None:
        if not self.as_json:
            for code, count in self.codes.items():
                if count > MOST_SHOWN:
                    complain(f"{code.value}: {count} in all, {MOST_SHOWN} are shown. All of them: --json.")
        compared = (
            "" if verified.pairs is None else f" {verified.pairs} linked pairs were read on both sides."
        )
        found = f"{self.count} findings." if self.count else "All of it is as it must be."
        say(
            {
                "records": verified.records,
                "rows": verified.rows,
                "pairs": verified.pairs,
                "rows_with_gaps_in_history": verified.gaps,
                "findings": self.count,
            },
            self.as_json,
            *_gaps(verified.gaps),
            f"{verified.records} records of {verified.rows} rows were folded.{compared} {found}",
        )


def _gaps(rows: int) -> tuple[str, ...]:
    if not rows:
        return ()
    return (
        f"Of {rows} rows history lacks decisions: the log had forgotten them before the database was shown them.",
    )


def _text(fact: str | int | list[str]) -> str:
    return ",".join(fact) if isinstance(fact, list) else str(fact)


@contextmanager
def _ids_in(path: Path | None) -> Iterator[TextIO | None]:
    if path is None:
        yield None
        return
    try:
        file = path.open("w")
    except OSError as wrong:
        end(f"{path} can't be written: {wrong.strerror}", Exit.WRONG_USE)
    with file:
        yield file
