"""All that speaks to Kafka does so by TLS, with a certificate and a login, where the settings say so."""

import asyncio
import os
from pathlib import Path

import aiohttp
import orjson

from deploy.kafka.ports import free_port
from tests import commands
from tests.certificates import Authority
from tests.chaos.processes import end, environment, wait_for_answer
from tests.forked import Forked
from tests.integration.secured.broker import PASSWORD, SecuredKafka, secured_kafka
from tests.patience import PATIENCE_SECONDS


async def _types(settings: dict[str, str], *words: str) -> tuple[int, str]:
    done = await asyncio.to_thread(commands.run, words, settings)
    return done.returncode, (done.stdout + done.stderr).decode()


async def _decided(http: aiohttp.ClientSession) -> None:
    """Pause all firms by the API, until somebody has decided it."""
    headers = {"Authorization": "Bearer dev-operator", "Idempotency-Key": os.urandom(8).hex()}
    async with http.post("/api/v1/firms/*/pause", json={"reason": "a test"}, headers=headers) as answer:
        assert answer.status in {200, 202}, await answer.text()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            async with http.get("/readyz") as answer:
                ready = orjson.loads(await answer.read())
            if answer.status == 200 and ready["deciding"] == "ok":
                return
            await asyncio.sleep(0.2)


async def _system(settings: dict[str, str], folder: Path, url: str) -> None:
    """Run worker and gateway, and have something decided."""
    log = folder / "processes.log"
    processes = [Forked(("deploy", name), settings, log) for name in ("worker", "gateway")]
    try:
        await wait_for_answer(processes[1], f"{url}/healthz", log)
        async with aiohttp.ClientSession(url) as http:
            await _decided(http)
        code, said = await _types(settings, "resume", "--all", "--reason", "a test")
        assert code == 0, said
        code, said = await _types(settings, "verify", "--json")
        assert code == 0, said
        code, said = await _types(settings, "status")
        assert code == 0, said
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            end(process)
    assert PASSWORD not in log.read_text()


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
        code, said = await _types(changed, "topics", "check")
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
        code, said = await _types(settings, "topics", "create")
        assert code == 0, said
        await _system(settings, tmp_path, f"http://127.0.0.1:{http}")
        code, said = await _types(settings | {"CLIENT_SYNC_KAFKA_SASL_MECHANISM": "PLAIN"}, "topics", "check")
        assert code == 0, said
        await _strangers(kafka, settings)
