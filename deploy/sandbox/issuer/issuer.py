"""What the issuer has and says, and how it behaves."""

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from deploy.sandbox.issuer.codes import Codes
from deploy.sandbox.issuer.keys import SigningKey
from deploy.sandbox.issuer.people import Claims, sample_people

TOKENS_LIVE_SECONDS = 300
REMEMBERED = 1000


@dataclass(slots=True, kw_only=True)
class Issuer:
    """One issuer. `address` is what it calls itself. `keys`: the last one signs.

    `says` changes what the tokens of sign-ins say, and `document` what is said of addresses, None leaves something out; `down`: it
    answers nothing but control requests. `asked`: the paths of the last requests.
    """

    address: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uris: set[str]
    people: list[Claims] = field(default_factory=sample_people)
    keys: list[SigningKey] = field(default_factory=lambda: [SigningKey()])
    says: Claims = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    down: bool = False
    asked: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    codes: Codes = field(default_factory=Codes)

    def signed(self, audience: str, person: Claims, said: Claims) -> str:
        """Sign a token about somebody; None in `said` leaves a claim out."""
        now = int(time.time())
        claims = {"iss": self.address, "aud": audience, "iat": now, "exp": now + TOKENS_LIVE_SECONDS}
        claims |= person | said
        return self.keys[-1].sign({name: value for name, value in claims.items() if value is not None})

    def rotate(self, *, keep: int) -> None:
        """Sign with a new key from now on, and go on publishing the last `keep` of those before."""
        self.keys = [*self.keys[len(self.keys) - keep :], SigningKey()] if keep else [SigningKey()]

    def start_again(self) -> None:
        """Be as at the start; keys are new, as after a start."""
        self.people, self.keys = sample_people(), [SigningKey()]
        self.says, self.document, self.down = {}, {}, False
        self.asked.clear()
