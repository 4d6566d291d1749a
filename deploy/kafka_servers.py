"""Kafka as the settings say that it is reached: in plain words of theirs, or by TLS, a login, or both."""

import ssl

from deploy.settings import Settings
from streams.kafka.servers import Login, SecuredServers, Servers


class WrongKafkaFilesError(Exception):
    """A certificate or key that can't be used. Says which, and nothing of what it holds."""

    def __init__(self, field: str, fault: str) -> None:
        super().__init__(fault)
        self.field = field


def kafka_servers(settings: Settings) -> Servers:
    """Give what every client of ours is opened with.

    Raises:
        WrongKafkaFilesError: not at a start that `needed_settings.py` let through, unless a file has changed since.
    """
    protocol = settings.kafka_security_protocol
    if protocol == "PLAINTEXT":
        return settings.bootstrap
    login = (
        Login(settings.kafka_username, settings.kafka_password, settings.kafka_sasl_mechanism)
        if protocol.startswith("SASL_")
        else None
    )
    return SecuredServers(settings.bootstrap, _tls(settings) if protocol.endswith("SSL") else None, login)


def _tls(settings: Settings) -> ssl.SSLContext:
    """Compare Kafka's certificate with the authorities and its name; show ours where one is set."""
    authorities, certificate = settings.kafka_ca_file, settings.kafka_cert_file
    try:
        context = ssl.create_default_context(cafile=authorities)
    except (OSError, ValueError) as error:
        raise WrongKafkaFilesError("kafka_ca_file", _fault("certificates of authorities", error)) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate is not None:
        try:
            # Without a password: a key that asks for one would wait for somebody at a terminal.
            context.load_cert_chain(certificate, settings.kafka_key_file, password=lambda: b"")
        except (OSError, ValueError) as error:
            raise WrongKafkaFilesError(
                "kafka_cert_file",
                _fault("a certificate, and KAFKA_KEY_FILE its key without a password", error),
            ) from None
    return context


def _fault(expected: str, error: Exception) -> str:
    return f"expected a file in PEM with {expected}; it can't be used ({type(error).__name__})"
