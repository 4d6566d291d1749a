"""Tells a story step by step: what is done, what everybody holds then, and whether that is what was said."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from adapters.safe_text import safe
from deploy.demo.firm import Firm
from deploy.demo.three_sides import Json, WentWrongError
from deploy.demo.waiting import WITHIN_SECONDS, until

Values = Mapping[str, object]
EMPTY = "(empty)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `who` it is about; the rest is what must hold afterwards, by the words of the story.

    `shown`: what the step itself has seen, such as search results.
    """

    says: str
    does: Callable[[Firm], Awaitable[None]]
    who: str
    canopy: Values = field(default_factory=dict)
    quickbooks: Values = field(default_factory=dict)
    link: Values = field(default_factory=dict)
    shown: Values = field(default_factory=dict)


async def tell(story: Sequence[Step], firm: Firm, console: Console) -> bool:
    """Tell it to its end, or to the first step that differs from what it says; True: all was as said."""
    begun = time.monotonic()
    for number, step in enumerate(story, 1):
        console.print(f"\n[bold]{number}. {step.says}[/]")
        try:
            right = await _take(step, firm, console)
        except WentWrongError as wrong:
            console.print(f"[red]✗ {safe(escape(str(wrong)))}[/]")
            right = False
        if not right:
            console.print(f"\n[bold red]Step {number} is not as it says.[/]")
            return False
    console.print(
        f"\n[bold green]All {len(story)} steps are as they say[/], in {time.monotonic() - begun:.1f} s."
    )
    return True


async def _take(step: Step, firm: Firm, console: Console) -> bool:
    firm.seen.clear()
    await step.does(firm)
    found: dict[str, Json] = {}

    async def as_said() -> bool:
        found.update(await _found(step, firm))
        return all(_holds(found[where], wanted) for where, wanted in _wanted(step).items())

    right = await until(as_said, WITHIN_SECONDS)
    console.print(_table(step, found))
    return right


def _wanted(step: Step) -> dict[str, Values]:
    places = {"Canopy": step.canopy, "QuickBooks": step.quickbooks, "Link": step.link, "Shown": step.shown}
    return {where: wanted for where, wanted in places.items() if wanted}


async def _found(step: Step, firm: Firm) -> dict[str, Json]:
    link = await firm.link(step.who) if step.who in firm.clients else {}
    problem = link.get("problem")
    return {
        "Canopy": await firm.in_canopy(step.who),
        "QuickBooks": await firm.in_quickbooks(step.who),
        "Link": link | {"question": problem["code"] if problem else None},
        "Shown": dict(firm.seen),
    }


def _holds(found: Json, wanted: Values) -> bool:
    return all(found.get(name) == value for name, value in wanted.items())


def _table(step: Step, found: Mapping[str, Json]) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 3))
    for where, wanted in _wanted(step).items():
        for number, (name, value) in enumerate(wanted.items()):
            is_so = found.get(where, {}).get(name)
            mark = "[green]✓[/]" if is_so == value else f"[red]✗ expected {_text(value)}[/]"
            table.add_row(f"[dim]{where if number == 0 else ''}[/]", name, _text(is_so), mark)
    return table


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value)) or EMPTY
    return EMPTY if value is None else safe(escape(str(value)))
