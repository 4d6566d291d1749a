"""Tables to take along, as CSV, written while they are read: the memory that it takes does not grow with the table."""

import csv
from collections.abc import AsyncIterator, Sequence
from io import StringIO

from aiohttp import web

from adapters.web.console.visit import Visit

Cells = Sequence[object]

FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r")
BLANKS = " \n\u00a0\u200b\ufeff"
"""A spreadsheet computes what begins so, and a client's name may be anybody's text."""


async def csv_answer(
    visit: Visit, name: str, headings: Cells, parts: AsyncIterator[Sequence[Cells]]
) -> web.StreamResponse:
    """Answer with a table; `parts`: its rows, some at a time. The first part is read before the answer begins, so that what fails at once is said."""
    first = await anext(parts, ())
    answer = web.StreamResponse(
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}.csv"',
            "Cache-Control": "no-store",
        }
    )
    await answer.prepare(visit.request)
    await answer.write(written([headings, *first]))
    async for some in parts:
        await answer.write(written(some))
    await answer.write_eof()
    return answer


def written(rows: Sequence[Cells]) -> bytes:
    """Write rows; what a spreadsheet would compute has an apostrophe before it."""
    text = StringIO()
    csv.writer(text).writerows([_cell(each) for each in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    # Blanks before it are no help: some programs leave them out.
    return f"'{text}" if text.lstrip(BLANKS).startswith(FORMULA) or text.startswith(FORMULA) else text
