"""Writes docs/states.md: a picture, the tables, and what each skip and refusal is for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from tests.states.cells import Cell
from tests.states.given import INPUTS
from tests.states.reasons import WHY
from tests.states.states import GROUPS

INTRO = """\
# States and inputs

Made by `make docs`: each state below is reached as in life, each input is handed to the real `decide`, and what came of it is
written down. A test compares this page with the code, so nothing on it can be out of date.

A **link** is one client and the customer that it is kept in step with. The picture shows its statuses, and what leads from one
to another. The tables show every input in every state. A cell reads: how the input ended, its code, then what is new of the link:
`→` its status and why, `+` the work that is planned, `-` what is done or withdrawn. Nothing behind the code: the link stays as it is.

* **applied**: done. **refused**: a person asked for what can't be done. **skipped**: nothing is to be done about it.
  **superseded**: something newer is known.
* A write that is *under way* in a table is the one that *its write came back* is about; where none is, nobody awaits the answer.
* What a person asks for the firm is shown when it has come round to this link.
* `c-2` is another client, linked with a customer of its own. *Free*: a customer that nobody is linked with.
* Switches are all on, unless the state says otherwise.
"""


def page(cells: Mapping[tuple[str, str], Cell]) -> str:
    """Give the text of the page."""
    return "\n".join([INTRO, *_picture(cells), *_tables(cells), *_codes(cells), ""])


def _picture(cells: Mapping[tuple[str, str], Cell]) -> Iterator[str]:
    ways: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (_, given), cell in cells.items():
        words = ways[cell.before, cell.after]
        if cell.before != cell.after and given not in words:
            words.append(given)
    yield "## The picture\n"
    yield "```mermaid\nstateDiagram-v2"
    for (before, after), words in sorted(ways.items()):
        if before != after:
            yield f"    {before} --> {after} : {'<br/>'.join(word.replace(': ', ' ') for word in words)}"
    yield "```\n"


def _tables(cells: Mapping[tuple[str, str], Cell]) -> Iterator[str]:
    for group, states in GROUPS.items():
        yield f"## {group}\n"
        yield f"| | {' | '.join(states)} |"
        yield "|---" * (len(states) + 1) + "|"
        for sender, inputs in INPUTS.items():
            yield f"| **{sender}** |" + " |" * len(states)
            for given in inputs:
                yield f"| {given} | {' | '.join(_cell(cells[state, given]) for state in states)} |"
        yield ""


def _cell(cell: Cell) -> str:
    words = [f"{cell.verdict} `{cell.code}`"]
    if cell.changed:
        words.append(f"→ **{cell.after}**" + (f" {cell.why}" if cell.why else ""))
    words.extend(f"+ {kind}" for kind in cell.planned)
    words.extend(f"- {kind}" for kind in cell.ended)
    return "<br/>".join(words)


def _codes(cells: Mapping[tuple[str, str], Cell]) -> Iterator[str]:
    seen = {(cell.verdict, cell.code) for cell in cells.values() if cell.verdict != "applied"}
    for verdict, title in (
        ("skipped", "Why inputs are skipped"),
        ("superseded", "Why inputs are superseded"),
        ("refused", "Why intents are refused"),
    ):
        yield f"## {title}\n"
        for code in sorted(code for said, code in seen if said == verdict):
            yield f"* `{code}`: {WHY[code]}"
        yield ""
