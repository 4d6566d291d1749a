"""People sign in at the issuer, and programs bring its tokens: who they are, or why they are nobody here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from urllib.parse import urlencode, urlsplit

import structlog

from adapters.oidc.attempt import LASTS, Attempt, begin, of_cookie
from adapters.oidc.claims import ClaimRules, NotAdmitted, person_in
from adapters.oidc.issuer import CodeRefusedError, Issuer, IssuerAwayError, OidcApp
from adapters.oidc.not_signed_in import NotSignedIn, NotSignedInError
from adapters.oidc.tokens import TokenRefusedError, key_id_of, read_id_token, read_token
from adapters.store.sessions import SessionOf
from adapters.store.used_sign_ins import UsedSignIns
from adapters.web.auth.people import CantTellError, Person, Role, Sender
from domain.ids import FirmId

SCOPE = "openid profile"
LONGEST_CODE = 4000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CameBack:
    """Who is back from the issuer, and the page of ours that they wanted; empty if none."""

    person: Person
    next: str


class OidcSignIn:
    """The sign-in of one issuer. `audience`: of the tokens that programs bring; None: they bring none."""

    def __init__(
        self,
        issuer: Issuer,
        app: OidcApp,
        rules: ClaimRules,
        used: UsedSignIns,
        audience: str | None = None,
    ) -> None:
        self._issuer = issuer
        self._app = app
        self._rules = rules
        self._used = used
        self._audience = audience

    async def leave(self, next_page: str, now: datetime) -> tuple[Attempt, str]:
        """Begin a sign-in: gives what the browser keeps of it, and the address that it goes to.

        Raises:
            NotSignedInError: the issuer's address can't be learned.
        """
        try:
            known = await self._issuer.known()
        except IssuerAwayError:
            raise NotSignedInError(NotSignedIn.AWAY) from None
        attempt = begin(next_page, now)
        asked = {
            "response_type": "code",
            "client_id": self._app.client_id,
            "redirect_uri": self._app.redirect_uri,
            "scope": SCOPE,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        joint = "&" if urlsplit(known.authorization).query else "?"
        return attempt, f"{known.authorization}{joint}{urlencode(asked)}"

    async def come_back(self, cookie: str, said: Mapping[str, str], now: datetime) -> CameBack:
        """Take the browser that the issuer leads back, once; `said`: what stands in the address.

        Raises:
            NotSignedInError: nobody is signed in by it.
            StoreAwayError: it can't be told whether it was used before.
        """
        attempt = of_cookie(cookie, now)
        state, code = said.get("state", ""), said.get("code", "")
        if attempt is None or not compare_digest(state.encode(errors="replace"), attempt.state.encode()):
            raise NotSignedInError(NotSignedIn.NOT_THE_SAME)
        # Another issuer's answer (RFC 9207).
        if said.get("iss", self._issuer.address) != self._issuer.address:
            raise NotSignedInError(NotSignedIn.NOT_TAKEN, "other_issuer")
        if "error" in said:
            denied = said["error"] == "access_denied"
            raise NotSignedInError(NotSignedIn.DENIED if denied else NotSignedIn.NOT_TAKEN, "error_of_issuer")
        if not 0 < len(code) <= LONGEST_CODE:
            raise NotSignedInError(NotSignedIn.NOT_TAKEN, "no_code")
        person = await self._person_of_code(code, attempt)
        if not await self._used.use(attempt.state, now, now + LASTS):
            raise NotSignedInError(NotSignedIn.NOT_THE_SAME, "used_before")
        return CameBack(person, attempt.next)

    async def person(self, token: str) -> Person | None:
        """Name whom a program's token is about; it must be made for us.

        Raises:
            CantTellError: the issuer does not answer, and its keys are not known.
        """
        if self._audience is None:
            return None
        try:
            keys = await self._issuer.keys(key_id_of(token))
            claims = read_token(token, keys, self._issuer.address, self._audience)
        except TokenRefusedError as refused:
            log.info("token_refused", reason=refused.why)
            return None
        except IssuerAwayError:
            raise CantTellError from None
        found = person_in(claims, self._rules)
        if isinstance(found, NotAdmitted):
            log.info("token_refused", reason=found)
            return None
        return found

    def of_session(self, session: SessionOf) -> Person | None:
        """Name who began a session, as the issuer named them then; one that the sandbox began is nobody's here."""
        match session.told:
            case {"name": str(name), "role": str(role), "firms": list() | None as firms} if role in _ROLES:
                theirs = None if firms is None else frozenset(FirmId(str(firm)) for firm in firms)
                return Person(id=session.person_id, name=name, role=_ROLES[role], firms=theirs)
            case _:
                return None

    def takes_from(self, sender: Sender) -> bool:  # noqa: ARG002
        """It makes no difference: who has a session or a token has shown who they are."""
        return True

    async def _person_of_code(self, code: str, attempt: Attempt) -> Person:
        try:
            token = await self._issuer.exchange(code, attempt.verifier, self._app)
            keys = await self._issuer.keys(key_id_of(token))
            claims = read_id_token(token, keys, self._issuer.address, self._app.client_id, attempt.nonce)
        except CodeRefusedError:
            raise NotSignedInError(NotSignedIn.NOT_TAKEN, "code_refused") from None
        except TokenRefusedError as refused:
            raise NotSignedInError(NotSignedIn.NOT_TAKEN, refused.why) from None
        except IssuerAwayError:
            raise NotSignedInError(NotSignedIn.AWAY) from None
        found = person_in(claims, self._rules)
        if isinstance(found, NotAdmitted):
            raise NotSignedInError(NotSignedIn(found.value))
        return found


_ROLES = {role.name.lower(): role for role in Role}


def session_of(person: Person) -> SessionOf:
    """Give what is kept of who signed in here: the issuer is not asked again as long as the session lasts."""
    told = {
        "name": person.name,
        "role": person.role.name.lower(),
        "firms": None if person.firms is None else sorted(person.firms),
    }
    return SessionOf(person.id, told)
