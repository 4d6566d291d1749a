"""Why nobody is signed in by what came back from the issuer."""

from enum import StrEnum


class NotSignedIn(StrEnum):
    """Why a sign-in came to nothing. What the issuer itself says is shown to nobody."""

    NOT_THE_SAME = "not_the_same"
    DENIED = "denied"
    NOT_TAKEN = "not_taken"
    AWAY = "away"
    NO_ID = "no_id"
    NO_ROLE = "no_role"
    NO_FIRM = "no_firm"


class NotSignedInError(Exception):
    """Nobody is signed in by this. `reason`: the finer one, of ours, for the security log."""

    def __init__(self, why: NotSignedIn, reason: str | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.reason = reason or str(why)
