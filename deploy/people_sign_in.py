"""How people sign in, as the settings say: at an issuer, or as one of the sandbox's three."""

import time

import aiohttp

from adapters.oidc.claims import ClaimRules
from adapters.oidc.issuer import Issuer, OidcApp
from adapters.oidc.sign_in import OidcSignIn
from adapters.store.database import Database
from adapters.store.used_sign_ins import UsedSignIns
from adapters.web.auth.people import Role, SandboxSignIn, SignIn
from deploy.settings import Settings, pairs
from domain.ids import FirmId


def peoples_sign_in(database: Database, session: aiohttp.ClientSession, settings: Settings) -> SignIn:
    """Give the sign-in. Outside the sandbox there is an issuer (`needed_settings.py`)."""
    if settings.sandbox and not settings.oidc_issuer:
        return SandboxSignIn(settings.http_port)
    app = OidcApp(
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        redirect_uri=settings.sign_in_redirect_uri,
    )
    return OidcSignIn(
        Issuer(session, settings.oidc_issuer, time.monotonic),
        app,
        claim_rules(settings),
        UsedSignIns(database),
        settings.oidc_audience or None,
    )


def claim_rules(settings: Settings) -> ClaimRules:
    """Give the rules by which claims make a person."""
    return ClaimRules(
        person=settings.oidc_person_claim,
        role=settings.oidc_role_claim,
        firms=settings.oidc_firms_claim,
        roles={value: Role[role.upper()] for value, role in pairs(settings.oidc_roles)},
        named_firms={value: FirmId(firm) for value, firm in pairs(settings.oidc_firms)},
    )
