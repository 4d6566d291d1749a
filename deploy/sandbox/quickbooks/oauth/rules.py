"""How tokens live, and where Intuit's own pages leave it open, which way it goes; `docs/quickbooks.md` lists these."""

import time
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

DAY = 86_400.0

ACCESS_SECONDS = 3600
IDLE_SECONDS = 8_726_400
"""101 days: what `x_refresh_token_expires_in` says in Intuit's samples; each use begins it anew."""
HARD_SECONDS = int(5 * 365.25 * DAY)
"""Five years after the sign-in (Intuit blog, Important changes to refresh token policy, 2025-11-12)."""


class Rules(BaseModel):
    """What no page of Intuit's settles, as switches.

    `rotates_after_seconds`: a refresh answers with another refresh token once the last one is that old.
    `previous_lives_seconds`: for so long the one before still works; 0: not at all. `code_seconds`: the life of an
    authorization code. `wrong_client_status`: what a wrong client secret is answered with.
    `newer_sign_in_ends_older`: a second sign-in to one company ends the tokens of the first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rotates_after_seconds: Annotated[float, Field(ge=0)] = DAY
    previous_lives_seconds: Annotated[float, Field(ge=0)] = DAY
    code_seconds: Annotated[float, Field(gt=0)] = 600.0
    wrong_client_status: Literal[400, 401] = 401
    newer_sign_in_ends_older: bool = False


class Ahead(BaseModel):
    """How far the clock of the tokens is ahead of the machine's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seconds: Annotated[float, Field(ge=0, le=100 * 365 * DAY)]


class Rights(BaseModel):
    """What every request of a company is refused with, whatever its token; None: nothing.

    `3100`: the app lost its access. `120`: who signed in lost the rights. `3200`: no token is taken.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    refuses: Literal["3100", "120", "3200"] | None = None


@dataclass(slots=True)
class TokenClock:
    """The time that tokens live by, which a test may set ahead."""

    ahead: float = 0.0

    def now(self) -> float:
        """Give it as seconds since 1970."""
        return time.time() + self.ahead
