"""What a command needs of the settings, named all at once before anything starts.

Outside the sandbox nothing that is secret or leads outside has a default: who forgets one would let anybody sign
webhooks as Intuit, or send a firm's values to a stand-in.
"""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from enum import StrEnum

from pydantic import ValidationError

from deploy.given_settings import OF_A_FILE, PREFIX, given, secret_files, secrets_of
from deploy.settings import SANDBOX_ISSUER_APP, SANDBOX_SECRETS, SEVERAL, Settings


class Runs(StrEnum):
    """What a command runs or speaks to."""

    EVERYTHING = "everything"
    WORKER = "worker"
    GATEWAY = "gateway"
    STAND_IN = "stand-in"
    ISSUER = "issuer"
    KAFKA = "kafka"
    DATABASE = "database"
    VAULT = "vault"
    API = "api"


_CANOPY = ("canopy_base_url", "canopy_token")
_SIGN_IN = ("qbo_base_url", "qbo_discovery_url", "qbo_client_id", "qbo_client_secret", "vault_keys")
_PEOPLE = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
_GATEWAY = ("kafka_bootstrap", "qbo_webhook_verifiers", *_SIGN_IN, "public_url", *_PEOPLE, *_CANOPY)
_WORKER = ("kafka_bootstrap", *_SIGN_IN, *_CANOPY)

NEEDED: Mapping[Runs, tuple[str, ...]] = {
    Runs.EVERYTHING: tuple(dict.fromkeys((*_GATEWAY, *_WORKER))),
    Runs.WORKER: _WORKER,
    Runs.GATEWAY: _GATEWAY,
    Runs.STAND_IN: (),
    Runs.ISSUER: (),
    Runs.KAFKA: ("kafka_bootstrap",),
    Runs.DATABASE: (),
    Runs.VAULT: ("vault_keys",),
    Runs.API: ("token",),
}

EXPECTED: Mapping[str, str] = {
    "kafka_bootstrap": "expected host:port of the Kafka cluster",
    "qbo_base_url": "expected QuickBooks' address, such as https://quickbooks.api.intuit.com",
    "qbo_discovery_url": "expected Intuit's discovery document, such as "
    "https://developer.api.intuit.com/.well-known/openid_configuration",
    "qbo_client_id": "expected the client id of our app, from Intuit's developer portal",
    "qbo_client_secret": "expected the client secret of our app, from Intuit's developer portal",
    "vault_keys": "expected the keys of the vault, NAME:KEY, which `client-sync vault new-key` makes",
    "oidc_issuer": "expected the address of the issuer that people sign in at, which starts with https://",
    "oidc_client_id": "expected our client id at the issuer",
    "oidc_client_secret": "expected our client secret at the issuer",
    "public_url": "expected the console's address for people's browsers, which starts with https://",
    "qbo_webhook_verifiers": "expected the webhooks' verifier token, from Intuit's developer portal",
    "canopy_base_url": "expected Canopy's address, which starts with https://",
    "canopy_token": "expected our token at Canopy",
    "token": "expected the token that names you at the gateway",
}

PUBLISHED: Mapping[str, str] = {
    **SANDBOX_SECRETS,
    "oidc_client_secret": SANDBOX_ISSUER_APP["oidc_client_secret"],
}
"""What anybody can read here."""

OF_TESTS = frozenset({"TEST_DATABASE_URL", "TEST_CONTAINERS"})
"""Read by the tests alone, from the same environment (docs/operations.md)."""

NOT_SUPPORTED = frozenset(
    {
        *("QBO_AUTH_URL", "VAULT_URL", "LOG_LEVEL"),
    }
)
"""Names that are set aside for what does not exist yet. Ignored in silence they would promise it."""


class WrongSettingsError(Exception):
    """Names each setting that is wrong, missing or unknown, and what was expected."""


def settings_for(runs: Runs) -> Settings:
    """Read the settings.

    Raises:
        WrongSettingsError: one line a setting, by its name in the environment, without its value.
    """
    settings, wrong = _read()
    wrong = {**_wrong_keys(settings), **wrong, **_wrong_files()}
    wrong = {**_wrong_kafka(settings), **_wrong_database(settings), **wrong}
    lines = [
        *_unknown(given()),
        *wrong.values(),
        *_missing(settings, runs, wrong),
        *_contradictions(settings, runs),
    ]
    if lines:
        raise WrongSettingsError("\n".join(lines))
    return settings


def _read() -> tuple[Settings, Mapping[str, str]]:
    """Read what can be read; what can't is told by field, and its default stands in for it."""
    try:
        return Settings(), {}
    except ValidationError as refused:
        wrong = {
            str(
                error["loc"][0]
            ): f"{_named(str(error['loc'][0]))}: {error['msg'].removeprefix('Value error, ')}"
            for error in refused.errors()
        }
    defaults = {name: Settings.model_fields[name].default for name in wrong}
    return Settings(**defaults), wrong


def _wrong_keys(settings: Settings) -> Mapping[str, str]:
    """Say what is wrong with the keys of the vault, wherever they stand; none at all is another matter."""
    if not settings.vault_keys.strip():
        return {}
    from adapters.vault.keys import WrongKeysError, read_keys

    try:
        read_keys(settings.vault_keys)
    except WrongKeysError as error:
        return {"vault_keys": f"{_named('vault_keys')}: {error}"}
    return {}


def _wrong_kafka(settings: Settings) -> Mapping[str, str]:
    """Say what is wrong with how Kafka is reached: a login without a name, files that nobody uses or that can't be used."""
    protocol = settings.kafka_security_protocol
    by_login, by_tls = protocol.startswith("SASL_"), protocol.endswith("SSL")
    faults: dict[str, str] = {}
    for name in ("kafka_username", "kafka_password"):
        if by_login and not getattr(settings, name):
            faults[name] = f"expected our login, since {_named('kafka_security_protocol')} is {protocol}"
        elif not by_login and getattr(settings, name):
            faults[name] = _unused(protocol, "SASL_SSL")
    for name in ("kafka_ca_file", "kafka_cert_file", "kafka_key_file"):
        if not by_tls and getattr(settings, name) is not None:
            faults[name] = _unused(protocol, "SSL or SASL_SSL")
    if protocol == "SASL_PLAINTEXT" and settings.kafka_sasl_mechanism == "PLAIN":
        faults["kafka_sasl_mechanism"] = (
            "expected SCRAM-SHA-256 or SCRAM-SHA-512, or the protocol SASL_SSL; PLAIN would send the password unencrypted"
        )
    if settings.kafka_key_file is not None and settings.kafka_cert_file is None:
        faults["kafka_cert_file"] = f"expected our certificate, since {_named('kafka_key_file')} is set"
    if protocol != "PLAINTEXT" and not settings.kafka_bootstrap:
        faults["kafka_bootstrap"] = (
            "expected host:port of the Kafka cluster; our local broker is reached by PLAINTEXT"
        )
    if by_tls and not faults:
        from deploy.kafka_servers import WrongKafkaFilesError, kafka_servers

        try:
            kafka_servers(settings)
        except WrongKafkaFilesError as error:
            faults[error.field] = str(error)
    return {name: f"{_named(name)}: {fault}" for name, fault in faults.items()}


def _wrong_database(settings: Settings) -> Mapping[str, str]:
    """Say what is wrong with the way to a database server."""
    if not settings.database_url:
        return {}
    from deploy.way_to_database import wrong_way

    fault = wrong_way(settings.database_url, sandbox=settings.sandbox)
    return {} if fault is None else {"database_url": f"{_named('database_url')}: {fault}"}


def _unused(protocol: str, other: str) -> str:
    return f"expected none, since {_named('kafka_security_protocol')} is {protocol}; or set that to {other}"


def _wrong_files() -> Mapping[str, str]:
    """Say what is wrong with the files that secrets lie in, by the secret's field."""
    files = secret_files(Settings.model_fields)
    return {
        name: f"{_named(name)}{OF_A_FILE}: {file.fault}"
        for name, file in files.items()
        if file.fault is not None
    }


def _unknown(given: Iterable[str]) -> Iterator[str]:
    known = {name.upper() for name in Settings.model_fields}
    known |= {name.upper() + OF_A_FILE for name in secrets_of(Settings.model_fields)}
    for name in sorted(set(given) - known - OF_TESTS):
        yield f"{PREFIX}{name}: {_about_unknown(name, known)}"


def _about_unknown(name: str, known: Iterable[str]) -> str:
    if name in NOT_SUPPORTED:
        return "this version does not support it"
    if name.endswith(OF_A_FILE) and name.removesuffix(OF_A_FILE) in {*known, *NOT_SUPPORTED}:
        return "this version reads no secret of this name from a file"
    alike = get_close_matches(name, sorted(known), 1)
    return (
        f"there is no such setting; did you mean {PREFIX}{alike[0]}?" if alike else "there is no such setting"
    )


def _missing(settings: Settings, runs: Runs, wrong: Iterable[str]) -> Iterator[str]:
    if runs is Runs.API:
        if not settings.token and "token" not in wrong:
            yield f"{_named('token')}: {EXPECTED['token']}, since {_named('api')} is set"
        return
    if settings.sandbox:
        yield from _missing_of_the_issuer(settings, runs)
        if runs is Runs.ISSUER and not settings.sandbox_issuer and "sandbox_issuer" not in wrong:
            yield f"{_named('sandbox_issuer')}: expected true, for gateways too, or nobody asks the issuer's stand-in"
        if runs in {Runs.STAND_IN, Runs.EVERYTHING} and settings.kafka_security_protocol != "PLAINTEXT":
            yield f"{_named('kafka_security_protocol')}: expected PLAINTEXT, since Canopy's stand-in knows no other way"
        return
    if runs in {Runs.STAND_IN, Runs.ISSUER}:
        yield f"{PREFIX}SANDBOX: expected true, since stand-ins are a part of the sandbox"
    if settings.qbo_access_token and runs in {Runs.WORKER, Runs.EVERYTHING}:
        yield f"{_named('qbo_access_token')}: expected none; outside the sandbox each company is signed in to"
    for name in NEEDED[runs]:
        fault = None if name in wrong else _fault(name, getattr(settings, name))
        if fault is not None:
            yield f"{_named(name)}: {fault}"


def _missing_of_the_issuer(settings: Settings, runs: Runs) -> Iterator[str]:
    """Name what is missing where people sign in at an issuer though the sandbox is on."""
    if settings.oidc_issuer and set(_PEOPLE) <= set(NEEDED[runs]):
        for name in _PEOPLE:
            if not getattr(settings, name):
                yield f"{_named(name)}: {EXPECTED[name]}, since {_named('oidc_issuer')} is set"


def _contradictions(settings: Settings, runs: Runs) -> Iterator[str]:
    if "oidc_issuer" in NEEDED[runs] and settings.oidc_audience == settings.oidc_client_id != "":
        yield (
            f"{_named('oidc_audience')}: expected another name than the client id; else what the issuer gives a person's browser "
            "for a sign-in would open the API"
        )


def _fault(name: str, value: str | tuple[str, ...] | None) -> str | None:
    if not value:
        return f"{EXPECTED[name]}; outside the sandbox it has no default"
    published = PUBLISHED.get(name)
    if published is not None and any(published in _single(each) for each in _texts(value)):
        return f"{EXPECTED[name]}; the sandbox's is published"
    if name.endswith(("_url", "_issuer")) and not str(value).startswith("https://"):
        return f"{EXPECTED[name]}; outside the sandbox nothing is sent unencrypted"
    return None


def _single(text: str) -> list[str]:
    return [each.strip() for each in SEVERAL.split(text)]


def _texts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _named(field: str) -> str:
    return f"{PREFIX}{field.upper()}"
