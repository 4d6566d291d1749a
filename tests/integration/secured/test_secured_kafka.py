"""All that speaks to Kafka does so by TLS, with a certificate and a login, where the settings say so."""

from pathlib import Path

from deploy.kafka.ports import free_port
from tests.certificates import Authority
from tests.chaos.processes import environment
from tests.integration.secured.broker import PASSWORD, SecuredKafka, secured_kafka
from tests.integration.secured.running import running_system, types


async def _system(settings: dict[str, str], folder: Path, url: str) -> None:
    """Run worker and gateway, and have something decided."""
    async with running_system(settings, settings, folder, url):
        for words in (("resume", "--all", "--reason", "a test"), ("verify", "--json"), ("status",)):
            code, said = await types(settings, *words)
            assert code == 0, said


async def _strangers(kafka: SecuredKafka, settings: dict[str, str]) -> None:
    """Whoever lacks one of the three is not let in, and is told where in a sentence, without the password."""
    others = (
        {"CLIENT_SYNC_KAFKA_PASSWORD": "wrong-password"},
        {"CLIENT_SYNC_KAFKA_CA_FILE": str(kafka.stranger.file)},
        _certificate_of(kafka.stranger),
    )
    for other in others:
        changed = settings | other
        if "CLIENT_SYNC_KAFKA_PASSWORD" in other:
            del changed["CLIENT_SYNC_KAFKA_PASSWORD_FILE"]
        code, said = await types(changed, "topics", "check")
        assert (code, f"Kafka does not answer at {kafka.bootstrap}" in said) == (4, True), (other, said)
        assert "Traceback" not in said
        assert "wrong-password" not in said
        assert PASSWORD not in said


def _certificate_of(authority: Authority) -> dict[str, str]:
    certificate, key = authority.issue("somebody")
    return {"CLIENT_SYNC_KAFKA_CERT_FILE": str(certificate), "CLIENT_SYNC_KAFKA_KEY_FILE": str(key)}


async def test_the_whole_engine_runs_on_a_secured_kafka(tmp_path: Path) -> None:
    """Topics, worker, gateway and commands, by SCRAM and by PLAIN; and nobody without all that Kafka asks for."""
    async with secured_kafka(tmp_path) as kafka:
        http = free_port()
        settings = environment(tmp_path, kafka.bootstrap, free_port(), free_port(), http) | kafka.settings
        code, said = await types(settings, "topics", "create")
        assert code == 0, said
        await _system(settings, tmp_path, f"http://127.0.0.1:{http}")
        code, said = await types(settings | {"CLIENT_SYNC_KAFKA_SASL_MECHANISM": "PLAIN"}, "topics", "check")
        assert code == 0, said
        await _strangers(kafka, settings)
