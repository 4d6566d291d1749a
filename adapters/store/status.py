"""Says a link's status in the words that people and the API use."""

from typing import Literal, get_args

from domain.rows import LinkRow, LinkStatus

StatusWord = Literal[
    "not_synced", "matching", "creating", "unmatching", "synced", "waiting", "needs_attention"
]
STATUS_WORDS: tuple[StatusWord, ...] = get_args(StatusWord)


def status_word(link: LinkRow) -> StatusWord:
    """Give the link's status; `waiting` where a write is due that the other side would not take yet.

    An unmatch stays one: it sends nothing, and may still be undone.
    """
    waits = link.waiting is not None and link.pending and link.status is not LinkStatus.UNMATCHING
    return "waiting" if waits else link.status.value
