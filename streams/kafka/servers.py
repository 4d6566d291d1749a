"""Which Kafka, and how it is reached: every client of ours is opened by what this says, and by nothing else."""

from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Any


@dataclass(frozen=True, slots=True)
class Login:
    """How we show Kafka who we are, by SASL. `mechanism`: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512."""

    user: str
    password: str = field(repr=False)
    mechanism: str


@dataclass(frozen=True, slots=True)
class SecuredServers:
    """`host:port`, several separated by commas, behind TLS or a login or both. Written as text it is the servers alone."""

    bootstrap: str
    tls: SSLContext | None
    login: Login | None

    def __str__(self) -> str:
        return self.bootstrap

    @property
    def protocol(self) -> str:
        """Kafka's word for it."""
        return f"{'SASL_' if self.login else ''}{'SSL' if self.tls else 'PLAINTEXT'}"


Servers = str | SecuredServers
"""A text: servers that take everybody, unencrypted."""


def reached(servers: Servers) -> dict[str, Any]:
    """Give what a client of aiokafka is opened with."""
    if isinstance(servers, str):
        return {"bootstrap_servers": servers}
    told: dict[str, Any] = {"bootstrap_servers": servers.bootstrap, "security_protocol": servers.protocol}
    if servers.tls is not None:
        told["ssl_context"] = servers.tls
    if servers.login is not None:
        told |= {
            "sasl_mechanism": servers.login.mechanism,
            "sasl_plain_username": servers.login.user,
            "sasl_plain_password": servers.login.password,
        }
    return told
