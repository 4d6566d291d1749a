"""Every client of Kafka is opened with what the settings say: TLS, a login, or both."""

import re
import ssl
from pathlib import Path
from typing import Any

import faust
import pytest

from deploy.kafka_servers import kafka_servers
from deploy.settings import Settings
from streams.kafka.faust_shell import ShellSettings, faust_app
from streams.kafka.servers import SecuredServers, reached
from tests.certificates import Authority

ROOT = Path(__file__).parents[2]
OPENED = re.compile(r"AIOKafka(?:Consumer|Producer|AdminClient)\((?!\))\s*(.{12})")
STARTED = re.compile(r"await (?:self\.)?_?\w+\.start\(\)|\bopened\(\w+\)")
PASSWORD = "of-our-login"


def settings(folder: Path, protocol: str) -> Settings:
    """Give settings that name a certificate and a login, in a folder."""
    authority = Authority(folder)
    certificate, key = authority.issue("client")
    return Settings.model_validate(
        {
            "kafka_bootstrap": "kafka-1:9093,kafka-2:9093",
            "kafka_security_protocol": protocol,
            "kafka_username": "sync",
            "kafka_password": PASSWORD,
            "kafka_ca_file": authority.file,
            "kafka_cert_file": certificate,
            "kafka_key_file": key,
        }
    )


def test_no_client_is_opened_otherwise() -> None:
    """One that names the servers by itself would reach no Kafka that asks for a login, and be found out there only."""
    opened = [
        (str(file.relative_to(ROOT)), found)
        for folder in ("streams", "adapters", "deploy")
        for file in sorted((ROOT / folder).rglob("*.py"))
        if "sandbox" not in file.parts  # Canopy's stand-in is an outside, and has a way of its own
        for found in OPENED.findall(file.read_text())
    ]

    assert len(opened) >= 19
    assert [each for each in opened if not each[1].startswith("**reached(")] == []


def test_no_client_is_started_otherwise() -> None:
    """One that starts it by itself leaves a connection behind where it is told to end meanwhile (`streams/kafka/opening.py`).

    Nor is one made before the block that holds it open: where another of that block finds Kafka away, nobody closes it.
    """
    by_itself = [
        str(file.relative_to(ROOT))
        for folder in ("streams", "adapters", "deploy")
        for file in sorted((ROOT / folder).rglob("*.py"))
        if "sandbox" not in file.parts
        if OPENED.search(file.read_text()) and STARTED.search(file.read_text())
    ]

    assert by_itself == []


@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"])
def test_each_way_is_told_to_every_client_and_to_faust(protocol: str, tmp_path: Path) -> None:
    """The same; and the password stands nowhere that is printed."""
    servers = kafka_servers(settings(tmp_path, protocol))
    told = reached(servers)
    shell = ShellSettings(bootstrap=servers, group="g", session_timeout_seconds=6, folder=tmp_path)
    credentials: Any = faust_app(shell, print).conf.broker_credentials

    assert str(servers) == told["bootstrap_servers"] == "kafka-1:9093,kafka-2:9093"
    assert told.get("security_protocol", "PLAINTEXT") == protocol
    assert ("sasl_plain_password" in told) == protocol.startswith("SASL")
    if protocol.startswith("SASL"):
        assert (credentials.username, credentials.password, credentials.mechanism.value) == (
            "sync",
            PASSWORD,
            "SCRAM-SHA-512",
        )
        assert credentials.ssl_context is told.get("ssl_context")
    if protocol == "SSL":
        assert isinstance(credentials, faust.SSLCredentials)
        assert credentials.context is told["ssl_context"]
    if protocol.endswith("SSL"):
        context = told["ssl_context"]
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
        assert [
            dict(each[0] for each in cert["subject"])["commonName"] for cert in context.get_ca_certs()
        ] == ["authority"]
    assert PASSWORD not in repr(servers)
    assert isinstance(servers, SecuredServers) or protocol == "PLAINTEXT"
