"""All settings, from the environment or `.env`, prefix `CLIENT_SYNC_`. A wrong one is named before anything starts."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from deploy.database_address import database_address

PREFIX = "CLIENT_SYNC_"
LOCAL = Path(".local")
Port = Annotated[int, Field(ge=1, le=65535)]


class Settings(BaseSettings):
    """What a process needs to know. The defaults run everything on this machine, against the stand-ins."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    kafka_bootstrap: str | None = Field(
        None, description="host:port of a Kafka cluster; absent: our local broker"
    )
    kafka_port: Port = 19092
    http_port: Port = Field(8080, description="console and API")
    qbo_port: Port = Field(8081, description="the QuickBooks stand-in")
    canopy_port: Port = Field(8082, description="the Canopy stand-in")
    partitions: Annotated[int, Field(ge=1, le=1024)] = 8
    history_days: Annotated[int, Field(ge=1)] = 35
    replication: Annotated[int, Field(ge=1, le=9)] = 1
    group: str = Field("client-sync", description="the workers' consumer group")
    session_timeout_seconds: Annotated[float, Field(ge=1)] = 45.0
    watchdog_seconds: Annotated[float, Field(ge=5)] = 60.0

    sandbox: bool = Field(
        True, description="the stand-ins, and sign-in by fixed tokens on the loopback address"
    )
    data_folder: Path = LOCAL
    database_url: str = Field(
        "", description="postgresql://USER:PASSWORD@HOST/DATABASE; absent: SQLite beside the other local data"
    )
    qbo_base_url: str = ""
    qbo_access_token: str = Field("sandbox-access-token", description="until firms sign in by OAuth")
    qbo_webhook_verifiers: Annotated[tuple[str, ...], NoDecode] = ("sandbox-verifier",)
    canopy_base_url: str = ""
    canopy_token: str = "sandbox-canopy-token"  # noqa: S105  (the stand-in's, on the loopback address)
    metrics_port: Port | None = Field(
        None, description="where a worker shows its metrics; absent: nowhere. A gateway's are on HTTP_PORT"
    )
    metrics_host: str = Field("127.0.0.1", description="the address that METRICS_PORT is opened on")
    log_format: Literal["logfmt", "json"] = "logfmt"
    traces: str = Field("", description="the address of an OTLP/HTTP receiver; absent: no traces")
    webhook_time_scale: Annotated[float, Field(gt=0)] = 0.05

    @field_validator("kafka_bootstrap")
    @classmethod
    def _has_a_port(cls, value: str | None) -> str | None:
        for server in (value or "").split(",") if value else ():
            host, _, port = server.strip().rpartition(":")
            if not host or not port.isdigit():
                raise ValueError(f"expected host:port, several separated by commas, got {server.strip()!r}")
        return value

    @field_validator("qbo_base_url", "canopy_base_url", "traces")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("expected an address that starts with http:// or https://")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, value: str) -> str:
        return database_address(value) if value else value

    @field_validator("qbo_webhook_verifiers", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            value = tuple(token.strip() for token in value.split(",") if token.strip())
        if not value:
            raise ValueError("expected the verifier token of the webhooks, or several separated by commas")
        return value

    @property
    def bootstrap(self) -> str:
        """Where Kafka is: the cluster that was named, or the local broker."""
        return self.kafka_bootstrap or f"127.0.0.1:{self.kafka_port}"

    @property
    def database(self) -> str:
        """The read model's database; by default a file beside the other local data."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_folder / 'client-sync.sqlite'}"

    @property
    def quickbooks_url(self) -> str:
        """Where QuickBooks answers; by default the stand-in."""
        return self.qbo_base_url or f"http://127.0.0.1:{self.qbo_port}"

    @property
    def canopy_url(self) -> str:
        """Where Canopy answers; by default the stand-in."""
        return self.canopy_base_url or f"http://127.0.0.1:{self.canopy_port}"


class WrongSettingsError(Exception):
    """Names each setting that is wrong or missing, and what was expected."""


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        WrongSettingsError: one line a setting, by its name in the environment, without its value.
    """
    try:
        return Settings()
    except ValidationError as wrong:
        lines = [
            f"{PREFIX}{'_'.join(str(part) for part in error['loc'][:1]).upper()}: "
            f"{error['msg'].removeprefix('Value error, ')}"
            for error in wrong.errors()
        ]
        raise WrongSettingsError("\n".join(lines)) from None
