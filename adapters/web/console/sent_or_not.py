"""What became of the write that a line of the timeline planned: nothing is called sent before the other side said that it saved it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from adapters.store.views import HistoryLine
from domain.ids import EffectId


class Sent(StrEnum):
    """`due`: it is still to be sent. `withdrawn`: it was not done, and something else came of it."""

    DUE = "due"
    SAVED = "saved"
    UNCONFIRMED = "unconfirmed"
    WITHDRAWN = "withdrawn"


_BY_CODE = {"customer_saved": Sent.SAVED, "client_saved": Sent.SAVED, "unconfirmed": Sent.UNCONFIRMED}


def what_became_of_writes(lines: Iterable[HistoryLine]) -> Mapping[EffectId, Sent]:
    """Tell of each write that a line left pending. `lines`: the newest first, none left out."""
    ends: dict[EffectId, Sent] = {}
    newer: HistoryLine | None = None
    for line in lines:
        write = line.row.write
        if write is not None and write.id not in ends:
            ends[write.id] = Sent.DUE if newer is None else _BY_CODE.get(newer.code, Sent.WITHDRAWN)
        newer = line
    return ends
