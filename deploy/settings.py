"""All settings, from the environment, `.env` or, secrets, files; prefix `CLIENT_SYNC_`. What a command needs: `needed_settings.py`.

What is not shown where settings are printed (`repr=False`) is a secret, and may lie in a file (`given_settings.py`).

The sandbox's secrets and addresses stand in here, for anybody to read: so they are defaults in the sandbox alone.
"""

import re
from dataclasses import replace
from datetime import timedelta
from importlib import metadata
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from deploy.database_address import database_address
from deploy.given_settings import ENV_FILE, PREFIX, SecretFiles
from domain.bounds import ENGINE, FIRM
from domain.ids import ALL_FIRMS, EngineVersion
from domain.rate import QUICKBOOKS_RATE, QUICKBOOKS_TOGETHER, QUICKBOOKS_TOGETHER_AS_ONE, Rate
from domain.read_budget import ReadBudget, SaveReads

LOCAL = Path(".local")
LOOPBACK = "127.0.0.1"
SEVERAL = re.compile(r"[,\n]")
TOKEN = re.compile(r"[!-~]{0,16384}")
ROLES = ("viewer", "manager", "operator")
EVERY_ADDRESS = ("0.0.0.0", "::")
Port = Annotated[int, Field(ge=1, le=65535)]

SANDBOX_SECRETS = {
    "qbo_access_token": "sandbox-access-token",
    "canopy_token": "sandbox-canopy-token",
    "qbo_webhook_verifiers": "sandbox-verifier",
    "qbo_client_id": "sandbox-app",
    "qbo_client_secret": "sandbox-app-secret",
    "vault_keys": "sandbox:c2FuZGJveC1zYW5kYm94LXNhbmRib3gtc2FuZGJveC0=",
}

SANDBOX_ISSUER_APP = {
    "oidc_client_id": "sandbox-console",
    "oidc_client_secret": "sandbox-console-secret",
    "oidc_audience": "sandbox-api",
}
"""What we are at the issuer's stand-in, where SANDBOX_ISSUER is set."""


class Settings(BaseSettings):
    """What a process needs to know. In the sandbox the defaults run everything on this machine, with stand-ins."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=ENV_FILE, extra="ignore", frozen=True)

    # First, since the defaults of others depend on it.
    sandbox: bool = Field(
        True,
        description="`true`: stand-ins for both outsides, published secrets, and sign-in without a password from this "
        "machine only. `false`: no secret and no address of an outside has a default",
    )

    sandbox_issuer: bool = Field(
        False,
        description="`true`, in the sandbox alone: people sign in as outside of it, at a stand-in of an issuer on which they choose whom "
        "to be; the other OIDC settings are then the stand-in's",
    )
    oidc_port: Port = Field(8083, description="the issuer's stand-in, on the loopback address")

    kafka_bootstrap: str | None = Field(
        None,
        description="`host:port` of a Kafka cluster, several separated by commas; absent: our local broker",
    )
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT",
        description="how Kafka is reached: `SSL` and `SASL_SSL` by TLS, `SASL_PLAINTEXT` and `SASL_SSL` with a login",
    )
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "SCRAM-SHA-512", description="how the login is shown; `PLAIN` by TLS only"
    )
    kafka_username: str = Field("", description="our login at Kafka")
    kafka_password: str = Field("", description="its password", repr=False)
    kafka_ca_file: Path | None = Field(
        None,
        description="certificates of the authorities that Kafka's is signed by, in PEM; absent: those of the system",
    )
    kafka_cert_file: Path | None = Field(
        None, description="our certificate, in PEM, where Kafka asks clients for one"
    )
    kafka_key_file: Path | None = Field(
        None, description="its key, in PEM without a password; absent: it stands in KAFKA_CERT_FILE"
    )
    kafka_port: Port = Field(19092, description="our local broker, on the loopback address")
    http_host: str = Field(
        LOOPBACK, description="the address that HTTP_PORT is opened on; in the sandbox a loopback address"
    )
    http_port: Port = Field(8080, description="console and API, and webhooks unless WEBHOOK_PORT is set")
    webhook_port: Port | None = Field(
        None,
        description="where a gateway takes webhooks, and nothing else than these and `/healthz`; absent: on HTTP_PORT",
    )
    webhook_host: str | None = Field(
        None,
        description="the address that WEBHOOK_PORT is opened on, in the sandbox a loopback address; absent: HTTP_HOST",
    )
    qbo_port: Port = Field(8081, description="the QuickBooks stand-in, on the loopback address")
    canopy_port: Port = Field(8082, description="the Canopy stand-in, on the loopback address")
    partitions: Annotated[int, Field(ge=1, le=1024)] = Field(
        8, description="partitions of each topic; fixed for life"
    )
    history_days: Annotated[int, Field(ge=1)] = Field(
        35,
        description="days that sync.log keeps every decision, before compaction keeps the last of each row",
    )
    replication: Annotated[int, Field(ge=1, le=9)] = Field(
        1, description="copies of each partition that new topics get, and that others must have"
    )
    group: str = Field("client-sync", description="the workers' consumer group")
    session_timeout_seconds: Annotated[float, Field(ge=1)] = Field(
        45.0, description="after so long without a sign of life a worker's partitions go to others"
    )
    watchdog_seconds: Annotated[float, Field(ge=5)] = Field(
        60.0, description="a worker that has inputs and decides none for so long ends itself"
    )

    version: str = Field(
        "",
        description="the version of the program that runs here, as each decision names it in the log, such as a tag or a commit: "
        "whatever is different from one deploy to the next. Absent: the package's, as `client-sync --version` says",
    )

    data_folder: Path = Field(
        LOCAL,
        description="local data: SQLite, checkpoints, our broker's data, logs of `up`; for its owner only",
    )
    database_url: str = Field(
        "",
        description="`postgresql://USER:PASSWORD@HOST/DATABASE?sslmode=verify-full&sslrootcert=FILE`, with libpq's options; outside the "
        "sandbox sslmode is said outright, unless the server is on this machine. Absent: SQLite in DATA_FOLDER",
        repr=False,
    )
    qbo_base_url: str = Field("", description="where QuickBooks answers; https outside the sandbox")
    qbo_access_token: str = Field(
        "",
        description="what the stand-in takes for any company that nobody has signed in to; in the sandbox alone",
        repr=False,
        validate_default=True,
    )
    qbo_discovery_url: str = Field(
        "", description="where Intuit names the addresses of its sign-in; https outside the sandbox"
    )
    qbo_client_id: str = Field(
        "", description="our app's client id at Intuit", repr=False, validate_default=True
    )
    qbo_client_secret: str = Field(
        "", description="our app's client secret at Intuit", repr=False, validate_default=True
    )
    qbo_reads_a_month: Annotated[int, Field(ge=1)] = Field(
        500_000,
        description="reads of QuickBooks (CorePlus) that our tier at Intuit has in a month, for all companies; at 80 % of them a warning",
    )
    qbo_sweep_minutes: Annotated[int, Field(ge=15, le=1440)] = Field(
        120,
        description="from one search for changes in QuickBooks that no webhook told of to the next, at most, while none is found; after one it is 15, and doubles",
    )
    qbo_save_reads: SaveReads = Field(
        SaveReads.WHEN_SHORT,
        description="when sweeps are six times as rare: `when_short` (from 80 % of the month's reads on), `always` or `never`",
    )
    qbo_batch_items_count: bool = Field(
        True,
        description="whether each change in a batch counts as a request of the 500 that Intuit allows a company in a minute, which no page of "
        "Intuit's settles; `false` for those who know that a batch is one: many changes are sent twice as fast then",
    )
    public_url: str = Field(
        "",
        description="where people's browsers reach the console; Intuit leads them back to it. Absent, in the sandbox: "
        "HTTP_HOST and HTTP_PORT",
    )
    oidc_issuer: str = Field(
        "",
        description="the OpenID Connect issuer that people sign in at, exactly as its discovery document and tokens write it; https "
        "outside the sandbox. Set in the sandbox, it takes the place of the sandbox's own sign-in",
        validate_default=True,
    )
    oidc_client_id: str = Field("", description="our client id at the issuer", validate_default=True)
    oidc_client_secret: str = Field(
        "", description="our client secret at the issuer", repr=False, validate_default=True
    )
    oidc_audience: str = Field(
        "",
        description="what tokens of the issuer that programs bring to the API call us; not the client id. Absent: programs bring none",
        validate_default=True,
    )
    oidc_person_claim: str = Field(
        "sub",
        description="the claim that names a person in the log for good: one that the issuer never gives to anybody else",
    )
    oidc_role_claim: str = Field(
        "role", description="the claim with the role, or a list of them, of which the highest counts"
    )
    oidc_roles: str = Field(
        "viewer=viewer; manager=manager; operator=operator",
        description="what its values mean: `VALUE=viewer`, `VALUE=manager` or `VALUE=operator`, several separated by semicolons",
    )
    oidc_firms_claim: str = Field("firms", description="the claim with the firm, or a list of them")
    oidc_firms: str = Field(
        "",
        description="what its values mean: `VALUE=FIRM`, several separated by semicolons; absent: they are firms' ids. The firm `*` is "
        "all of them",
    )
    vault_keys: str = Field(
        "",
        description="the keys of the vault, `NAME:KEY`, several separated by commas or lines: the first one seals, all of "
        "them open. `client-sync vault new-key` makes one",
        repr=False,
        validate_default=True,
    )
    qbo_webhook_verifiers: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="the verifier token that Intuit signs webhooks with, or several separated by commas or lines",
        repr=False,
        validate_default=True,
    )
    canopy_base_url: str = Field("", description="where Canopy answers; https outside the sandbox")
    canopy_token: str = Field("", description="our token at Canopy", repr=False, validate_default=True)
    canopy_keeps_keys: bool = Field(
        True,
        description="`true`: Canopy does once what it is asked for twice under one `Idempotency-Key`. `false`: a new client whose answer was lost is "
        "not asked for again; a person looks whether it is there",
    )
    metrics_port: Port | None = Field(
        None,
        description="where a worker, and outside the sandbox a gateway, shows its metrics; absent: nowhere",
    )
    metrics_host: str = Field(LOOPBACK, description="the address that METRICS_PORT is opened on")
    api: str = Field(
        "",
        description="the address of a gateway that operators' commands ask instead of Kafka and the database; https, unless it is this "
        "machine. Absent: they ask these themselves",
    )
    token: str = Field(
        "", description="the bearer token that names you there, as it is sent to the API", repr=False
    )
    api_ca_file: Path | None = Field(
        None,
        description="certificates of the authorities that the gateway's is signed by, in PEM; absent: those of the system",
    )
    log_format: Literal["logfmt", "json"] = Field("logfmt", description="how log lines are written")
    traces: str = Field("", description="the address of an OTLP/HTTP receiver; absent: no traces")
    webhook_time_scale: Annotated[float, Field(gt=0)] = Field(
        0.05,
        description="the QuickBooks stand-in waits this part of the time that Intuit takes to send a webhook",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  (a folder of files; ours are named one by one)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read secrets that lie in files too."""
        return init_settings, SecretFiles(settings_cls), env_settings, dotenv_settings

    @field_validator("kafka_bootstrap")
    @classmethod
    def _has_a_port(cls, value: str | None) -> str | None:
        for server in (value or "").split(",") if value else ():
            host, _, port = server.strip().rpartition(":")
            if not host or not port.isdigit():
                raise ValueError(f"expected host:port, several separated by commas, got {server.strip()!r}")
        return value

    @field_validator("version")
    @classmethod
    def _is_a_version(cls, value: str) -> str:
        if value and not ENGINE.holds(value):
            raise ValueError(f"expected {ENGINE.expected}")
        return value

    @field_validator("qbo_base_url", "qbo_discovery_url", "public_url", "canopy_base_url", "traces")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("expected an address that starts with http:// or https://")
        return value.rstrip("/")

    @field_validator("public_url")
    @classmethod
    def _is_no_page(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.path or parts.query or parts.fragment or parts.username or not parts.hostname):
            raise ValueError(
                "expected the address without a path, since the console's addresses begin at its root"
            )
        return value

    @field_validator("api")
    @classmethod
    def _is_a_safe_address(cls, value: str) -> str:
        parts = urlsplit(value)
        in_clear = parts.scheme == "http" and is_loopback(parts.hostname or "")
        if value and (
            not parts.hostname
            or parts.path not in ("", "/")
            or parts.query
            or parts.fragment
            or parts.username is not None
            or parts.port == 0
            or not (parts.scheme == "https" or in_clear)
        ):
            raise ValueError(
                "expected https://HOST without a path, or http:// of this machine: a token is sent unencrypted nowhere else"
            )
        return value.rstrip("/")

    @field_validator("token")
    @classmethod
    def _is_a_token(cls, value: str) -> str:
        if not TOKEN.fullmatch(value):
            raise ValueError(
                "expected a token as it is sent to the API: visible characters of ASCII, no blank"
            )
        return value

    @field_validator("sandbox_issuer")
    @classmethod
    def _is_a_part_of_the_sandbox(cls, value: bool, others: ValidationInfo) -> bool:
        # Where SANDBOX itself can't be read, that is said, and nothing begins.
        if value and not others.data.get("sandbox", True):
            raise ValueError(
                "expected false, since the issuer's stand-in is a part of the sandbox and lets in anybody"
            )
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _or_the_stand_in(cls, value: str, others: ValidationInfo) -> str:
        if not others.data.get("sandbox_issuer"):
            return value
        stand_in = f"http://{LOOPBACK}:{others.data.get('oidc_port')}"
        if value not in ("", stand_in):
            raise ValueError(f"expected none, since {PREFIX}SANDBOX_ISSUER is true; or set that to false")
        return stand_in

    @field_validator("oidc_client_id", "oidc_client_secret", "oidc_audience")
    @classmethod
    def _or_of_the_stand_in(cls, value: str, others: ValidationInfo) -> str:
        if not value and others.data.get("sandbox_issuer"):
            return SANDBOX_ISSUER_APP[str(others.field_name)]
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _is_an_issuer(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (
            parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment
        ):
            raise ValueError("expected an address that starts with https://, as the issuer's tokens write it")
        return value

    @field_validator("oidc_roles")
    @classmethod
    def _are_roles(cls, value: str) -> str:
        for said, role in pairs(value):
            if not said or role not in ROLES:
                raise ValueError(f"expected VALUE={'|'.join(ROLES)}, several separated by semicolons")
        return value

    @field_validator("oidc_firms")
    @classmethod
    def _are_firms(cls, value: str) -> str:
        for said, firm in pairs(value):
            if not said or not (FIRM.holds(firm) or firm == ALL_FIRMS):
                raise ValueError("expected VALUE=FIRM, several separated by semicolons")
        return value

    @field_validator("http_host", "webhook_host")
    @classmethod
    def _is_not_open_to_others(cls, value: str | None, others: ValidationInfo) -> str | None:
        if value is not None and others.data.get("sandbox") and not is_loopback(value):
            raise ValueError(
                "in the sandbox people sign in without a password, and webhooks are signed with a published word, so expected a loopback address such as "
                f"{LOOPBACK}; or set {PREFIX}SANDBOX=false"
            )
        return value

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, value: str) -> str:
        return database_address(value) if value else value

    @field_validator("qbo_webhook_verifiers", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        tokens = tuple(token.strip() for token in SEVERAL.split(value) if token.strip())
        if not tokens:
            raise ValueError("expected the verifier token of the webhooks, or several separated by commas")
        return tokens

    @field_validator("qbo_webhook_verifiers")
    @classmethod
    def _or_the_sandboxs_verifier(cls, value: tuple[str, ...], others: ValidationInfo) -> tuple[str, ...]:
        if not value and others.data.get("sandbox"):
            return (SANDBOX_SECRETS["qbo_webhook_verifiers"],)
        return value

    @field_validator("qbo_access_token", "qbo_client_id", "qbo_client_secret", "canopy_token", "vault_keys")
    @classmethod
    def _or_the_sandboxs_token(cls, value: str, others: ValidationInfo) -> str:
        if not value.strip() and others.data.get("sandbox"):
            return SANDBOX_SECRETS[str(others.field_name)]
        return value

    @property
    def engine_version(self) -> EngineVersion:
        """What decisions that are made here name as the version of the program."""
        return EngineVersion(self.version or metadata.version("client-sync"))

    @property
    def discovery_url(self) -> str:
        """Where Intuit's sign-in is described; in the sandbox by default the stand-in's."""
        if self.qbo_discovery_url or not self.sandbox:
            return self.qbo_discovery_url
        return f"{self._stand_in(self.qbo_port)}/.well-known/openid_sandbox_configuration"

    @property
    def quickbooks_rate(self) -> Rate:
        """How fast a company is asked."""
        together = QUICKBOOKS_TOGETHER if self.qbo_batch_items_count else QUICKBOOKS_TOGETHER_AS_ONE
        return replace(QUICKBOOKS_RATE, together=together)

    @property
    def longest_between_sweeps(self) -> timedelta:
        """From one sweep of a company to the next, where nothing was missed."""
        return timedelta(minutes=self.qbo_sweep_minutes)

    @property
    def read_budget(self) -> ReadBudget:
        """How many reads of QuickBooks a month has."""
        return ReadBudget(reads_a_month=self.qbo_reads_a_month, save=self.qbo_save_reads)

    @property
    def peoples_url(self) -> str:
        """Where people's browsers reach the console."""
        return self.public_url or self.http_url

    @property
    def redirect_uri(self) -> str:
        """Where Intuit leads people back to; registered there character by character."""
        return f"{self.peoples_url}/quickbooks/callback"

    @property
    def sign_in_redirect_uri(self) -> str:
        """Where the issuer leads people back to; registered there character by character."""
        return f"{self.peoples_url}/sign-in/callback"

    @property
    def bootstrap(self) -> str:
        """Where Kafka is: the cluster that was named, or the local broker."""
        return self.kafka_bootstrap or f"{LOOPBACK}:{self.kafka_port}"

    @property
    def database(self) -> str:
        """The read model's database; by default a file beside the other local data."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_folder / 'client-sync.sqlite'}"

    @property
    def http_url(self) -> str:
        """Where this machine reaches the gateway."""
        return _url(self.http_host, self.http_port)

    @property
    def webhook_url(self) -> str:
        """Where this machine reaches what takes webhooks."""
        if self.webhook_port is None:
            return self.http_url
        return _url(self.webhook_host or self.http_host, self.webhook_port)

    @property
    def quickbooks_url(self) -> str:
        """Where QuickBooks answers; in the sandbox by default the stand-in."""
        return self.qbo_base_url or self._stand_in(self.qbo_port)

    @property
    def canopy_url(self) -> str:
        """Where Canopy answers; in the sandbox by default the stand-in."""
        return self.canopy_base_url or self._stand_in(self.canopy_port)

    def _stand_in(self, port: int) -> str:
        return f"http://{LOOPBACK}:{port}" if self.sandbox else ""


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Take `VALUE=NAME; …` apart. A value may hold equals signs and commas, as names of groups do."""
    found = (each.rpartition("=") for each in text.split(";") if each.strip())
    return tuple((value.strip(), name.strip()) for value, _, name in found)


def _url(host: str, port: int) -> str:
    reached = LOOPBACK if host in EVERY_ADDRESS else host
    return f"http://{f'[{reached}]' if ':' in reached else reached}:{port}"


def is_loopback(host: str) -> bool:
    """Say whether an address is one that only this machine reaches."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
