"""What `client-sync verify` can find: a closed list of codes, and a sentence for each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """What is not as it must be."""

    RECORD_UNREADABLE = "record_unreadable"
    RECORD_MISPLACED = "record_misplaced"
    VERSION_NOT_NEXT = "version_not_next"
    ROW_HIDDEN = "row_hidden"
    CUSTOMER_LINKED_TWICE = "customer_linked_twice"
    EFFECT_PENDING_TWICE = "effect_pending_twice"
    IMPORT_UNFINISHED = "import_unfinished"
    READ_MODEL_BEHIND = "read_model_behind"
    READ_MODEL_AHEAD = "read_model_ahead"
    ROW_NOT_SHOWN = "row_not_shown"
    ROW_SHOWN_WRONG = "row_shown_wrong"
    ROW_SHOWN_UNKNOWN = "row_shown_unknown"
    HISTORY_LINE_MISSING = "history_line_missing"
    HISTORY_LINE_WRONG = "history_line_wrong"
    HISTORY_LINE_UNKNOWN = "history_line_unknown"
    GROUP_AHEAD = "group_ahead"
    GROUP_BEHIND = "group_behind"
    DECIDED_BEYOND_TOPIC = "decided_beyond_topic"
    SIDES_DIFFER = "sides_differ"
    CLIENT_NOT_THERE = "client_not_there"
    CUSTOMER_NOT_THERE = "customer_not_there"
    SIDE_NOT_READ = "side_not_read"


SENTENCES: Mapping[Code, str] = {
    Code.RECORD_UNREADABLE: "A record of sync.log lies where it claims to, and can't be read: its partition stops there.",
    Code.RECORD_MISPLACED: "A record of sync.log holds another row than its key names, or a row of another partition.",
    Code.VERSION_NOT_NEXT: "A row's version does not follow on the one before: a record is missing, or was written twice.",
    Code.ROW_HIDDEN: "The newest record of a row is one that nobody believes. A worker writes the true row again.",
    Code.CUSTOMER_LINKED_TWICE: "One customer is linked with several clients.",
    Code.EFFECT_PENDING_TWICE: "The same work outside is pending in several rows.",
    Code.IMPORT_UNFINISHED: "An import of sync.log has begun and has not ended. Nobody decides until it is done anew.",
    Code.READ_MODEL_BEHIND: "The read model does not show all of the log. Is a gateway running?",
    Code.READ_MODEL_AHEAD: "The read model shows more than the log holds: they are not of one system, or the log lost records.",
    Code.ROW_NOT_SHOWN: "A row of the log is missing in the read model. `client-sync read-model rebuild` mends it.",
    Code.ROW_SHOWN_WRONG: "The read model shows a row otherwise than the log has it. `client-sync read-model rebuild` mends it.",
    Code.ROW_SHOWN_UNKNOWN: "The read model shows a row that the log does not have. `client-sync read-model rebuild` mends it.",
    Code.HISTORY_LINE_MISSING: "A decision of the log is missing in history. `client-sync read-model rebuild` adds it.",
    Code.HISTORY_LINE_WRONG: "A line of history is not what the log says. Delete it, and `client-sync read-model rebuild` adds it anew.",
    Code.HISTORY_LINE_UNKNOWN: "A line of history has no decision of the log behind it.",
    Code.GROUP_AHEAD: "The group's offset is past inputs that the log does not say are decided. The next worker reads them.",
    Code.GROUP_BEHIND: "The group's offset is before inputs that are decided. The next worker passes over them.",
    Code.DECIDED_BEYOND_TOPIC: "The log says that inputs are decided which their topic does not have yet: new ones would be passed over.",
    Code.SIDES_DIFFER: "A linked client and customer differ in fields, and nothing is pending, held or asked about them.",
    Code.CLIENT_NOT_THERE: "A linked client is not in Canopy.",
    Code.CUSTOMER_NOT_THERE: "A linked customer is not in QuickBooks, or inactive.",
    Code.SIDE_NOT_READ: "A firm's clients or customers could not be read to their end, so its links were not compared.",
}

Fact = str | int | list[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be. `facts`: ids, names of fields and numbers, never a value of a client's."""

    code: Code
    facts: Mapping[str, Fact]

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        return SENTENCES[self.code]


Tell = Callable[[Finding], None]
"""Takes a finding as it is found, so that nobody holds all of them."""
