"""What may stand in the way of work outside. Closed: each has its own sentence, and mypy lists who must say it."""

from enum import StrEnum
from typing import Self


class Obstacle(StrEnum):
    """Why something that is due is not done yet.

    The first eight are answers, or the lack of one. `not_yet_known`: a stopped write is looked for. `our_error`:
    a bug of ours. `no_such_address`: nobody there speaks that side's language. `behind`: the other side shows an older record than we hold. `no_progress`: the same was asked for
    before, and nothing came of it. `other`: what a version before or after this one has written.
    """

    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    UNREACHABLE = "unreachable"
    NO_ANSWER = "no_answer"
    UNREADABLE = "unreadable"
    REFUSED = "refused"
    NOT_AUTHORISED = "not_authorised"
    SUBSCRIPTION_ENDED = "subscription_ended"
    NOT_YET_KNOWN = "not_yet_known"
    OUR_ERROR = "our_error"
    NO_SUCH_ADDRESS = "no_such_address"
    BEHIND = "behind"
    NO_PROGRESS = "no_progress"
    OTHER = "other"

    @classmethod
    def _missing_(cls, value: object) -> Self:
        """Read what the log holds from before this type: a refusal stood there with the other side's code."""
        if isinstance(value, str) and value.startswith("rejected_"):
            return cls("refused")
        return cls({"reauthorise": "not_authorised", "bug": "our_error"}.get(str(value), "other"))


SHUT = (Obstacle.NOT_AUTHORISED, Obstacle.SUBSCRIPTION_ENDED)
"""Those that a whole company's requests meet, until a person does something about them at the other side."""
