"""A Kafka that takes nobody but who shows a certificate and a login, by TLS; and, if wanted, lets each do what it is allowed only."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.kafka.broker import LocalBroker
from deploy.kafka.class_archive import options_for
from deploy.kafka.jars import install
from deploy.kafka.java import spawn_java
from deploy.kafka.ports import free_port
from deploy.kafka.settings import HOST, BrokerSettings
from tests.certificates import Authority
from tests.shared_servers import JARS

USER, PASSWORD = "sync", "of-our-login"
MECHANISM = "SCRAM-SHA-512"
_MODULE = "org.apache.kafka.common.security"


AUTHORIZER = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    # Whoever comes by the open port: the broker itself, and a test that allows something.
    "super.users": "User:ANONYMOUS",
}


@dataclass(frozen=True, slots=True)
class SecuredKafka:
    """Where it is, and what it takes us by. `open_bootstrap`: where it takes everybody, for what only an administrator may."""

    bootstrap: str
    open_bootstrap: str
    settings: dict[str, str]
    stranger: Authority

    def settings_as(self, user: str) -> dict[str, str]:
        """Give what another one of its users comes by, who has PLAIN alone."""
        login = {"SASL_MECHANISM": "PLAIN", "USERNAME": user}
        return self.settings | {f"CLIENT_SYNC_KAFKA_{name}": value for name, value in login.items()}


@asynccontextmanager
async def secured_kafka(
    folder: Path, others: Sequence[str] = (), more: Mapping[str, str] | None = None
) -> AsyncIterator[SecuredKafka]:
    """Run one until the end of the block. `others`: users beside ours, of the same password; `more`: properties of the broker."""
    authority = Authority(folder)
    certificate, key = authority.issue("sync")
    open_port, secured, controller = free_port(), free_port(), free_port()
    properties = _properties(authority, open_port, secured, controller, (USER, *others)) | dict(more or {})
    broker = LocalBroker(BrokerSettings(folder / "kafka", JARS, open_port, controller, properties=properties))
    try:
        await broker.start()
        await broker.wait_ready()
        await asyncio.to_thread(_add_login, broker.bootstrap, folder)
        password = folder / "password"
        password.write_text(f"{PASSWORD}\n")
        yield SecuredKafka(
            f"{HOST}:{secured}",
            broker.bootstrap,
            {
                "CLIENT_SYNC_KAFKA_BOOTSTRAP": f"{HOST}:{secured}",
                "CLIENT_SYNC_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
                "CLIENT_SYNC_KAFKA_SASL_MECHANISM": MECHANISM,
                "CLIENT_SYNC_KAFKA_USERNAME": USER,
                "CLIENT_SYNC_KAFKA_PASSWORD_FILE": str(password),
                "CLIENT_SYNC_KAFKA_CA_FILE": str(authority.file),
                "CLIENT_SYNC_KAFKA_CERT_FILE": str(certificate),
                "CLIENT_SYNC_KAFKA_KEY_FILE": str(key),
            },
            Authority(folder, "stranger"),
        )
    finally:
        await broker.stop()


def _properties(
    authority: Authority, open_port: int, secured: int, controller: int, users: Sequence[str]
) -> dict[str, str]:
    plain = " ".join(f'user_{user}="{PASSWORD}"' for user in users)
    certificate, key = (_in_a_line(file) for file in authority.issue("kafka"))
    here = "listener.name.secured"
    return {
        "listeners": f"PLAINTEXT://{HOST}:{open_port},CONTROLLER://{HOST}:{controller},SECURED://{HOST}:{secured}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{open_port},SECURED://{HOST}:{secured}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_SSL",
        f"{here}.ssl.keystore.type": "PEM",
        f"{here}.ssl.keystore.certificate.chain": certificate,
        f"{here}.ssl.keystore.key": key,
        f"{here}.ssl.truststore.type": "PEM",
        f"{here}.ssl.truststore.certificates": _in_a_line(authority.file),
        f"{here}.ssl.client.auth": "required",
        f"{here}.sasl.enabled.mechanisms": f"{MECHANISM},PLAIN",
        f"{here}.{MECHANISM.lower()}.sasl.jaas.config": f"{_MODULE}.scram.ScramLoginModule required;",
        f"{here}.plain.sasl.jaas.config": f"{_MODULE}.plain.PlainLoginModule required {plain};",
    }


def _in_a_line(file: Path) -> str:
    return file.read_text().replace("\n", "\\n")


def _add_login(bootstrap: str, folder: Path) -> None:
    """Let Kafka know the login. Its own tool does it, since no client of ours may."""
    class_path = install(JARS)
    what = ("--alter", "--entity-type", "users", "--entity-name", USER)
    words = ["--bootstrap-server", bootstrap, *what, "--add-config", f"{MECHANISM}=[password={PASSWORD}]"]
    with (folder / "logins.log").open("wb") as output:
        tool = spawn_java(class_path, "kafka.admin.ConfigCommand", words, output, options_for(class_path))
        try:
            code = tool.wait(timeout=60)
        except subprocess.TimeoutExpired:
            tool.kill()
            raise
    assert code == 0, (folder / "logins.log").read_text()[-2000:]
