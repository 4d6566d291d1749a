"""What stands for a look at what taking a batch back would do: so short that it is sent back with the act.

It is of what was shown of a row, and of the version of its link that counts for decisions. What changes neither, such as a change
of a customer in a field that the row is not about, leaves it as it was.
"""

from collections.abc import Iterable
from hashlib import sha256

import orjson

from domain.reverting import RevertedRow

ROW_SEEN = 12
"""Characters of what stands for one row: of 5,000 rows, one that has changed is taken for one that was seen once in 5 * 10^10 times."""
LOOK_SEEN = 16
"""Characters of what stands for all rows; a person may type them."""

_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_SORT_KEYS


def row_seen(row: RevertedRow) -> str:
    """Shorten what is shown of a row: another text, another outcome, other values, or another state of its link."""
    told = (
        row.number,
        row.do,
        row.client_id,
        row.customer_id,
        row.outcome,
        row.decided_version,
        {field: [before, written] for field, (before, written) in row.replaced.items()},
        dict(row.values_back),
        [row.kept_for.code, dict(row.kept_for.facts)] if row.kept_for is not None else None,
        row.code,
        {side: dict(values) for side, values in row.writes.items()},
        [dict(row.planned.facts), row.planned.asked] if row.planned is not None else None,
    )
    return sha256(orjson.dumps(told, option=_OPTIONS)).hexdigest()[:ROW_SEEN]


def look_seen(rows: Iterable[str]) -> str:
    """Shorten what stands for all rows, each by its `row_seen`, to one word: who has that can tell only whether all is as it was."""
    return sha256(" ".join(rows).encode()).hexdigest()[:LOOK_SEEN]
