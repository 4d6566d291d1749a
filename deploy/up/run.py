"""`client-sync up`."""

import asyncio
import fcntl
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from functools import partial
from pathlib import Path

import aiohttp
from aiokafka.errors import KafkaError
from rich.console import Console

from adapters.safe_text import safe
from deploy.given_settings import PREFIX
from deploy.kafka.ports import PortInUseError, free_port, require_free
from deploy.kafka.ready import has_registered_broker
from deploy.own_topics import create_missing_topics, differing_topics
from deploy.private_files import open_data_folder
from deploy.settings import LOOPBACK, Settings
from deploy.terminal import Exit, kafka_away, say_once_what_kafka_says_often
from deploy.up.process import Kept
from deploy.up.sample import FIRM, load_sample

READY_SECONDS = 60.0
KAFKA_SECONDS = 150.0
"""The first start fetches Kafka itself."""
LOOK_SECONDS = 0.1
console = Console(highlight=False)


class NotStartedError(Exception):
    """Says what is in the way, and what to do about it."""

    code = Exit.REFUSED


class AwayError(NotStartedError):
    """Kafka is."""

    code = Exit.AWAY


def run_all(settings: Settings) -> int:
    """Run everything until Ctrl-C; gives the exit code."""
    say_once_what_kafka_says_often()
    try:
        return asyncio.run(_run(settings))
    except NotStartedError as wrong:
        console.print("[bold red]Not started.[/]", end=" ")
        console.out(*map(safe, str(wrong).split("\n")), sep="\n", highlight=False)
        return wrong.code


async def _run(settings: Settings) -> int:
    begun = time.monotonic()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        stack.enter_context(_only_one(settings.data_folder))
        starting = asyncio.create_task(_start(settings, stack))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
        else:
            starting.result()
            console.print(
                f"\n[bold]The console is at {settings.http_url}/[/]  "
                f"(ready in {time.monotonic() - begun:.1f} s; sample firm {FIRM}; Ctrl-C stops everything)"
            )
            await stop.wait()
        stopping.cancel()
        console.print("\nStopping …")
    console.print("Stopped: no process and no lock is left.")
    return 0


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Hold the data folder, so that a second `up` does not start on the same data."""
    open_data_folder(folder)
    path = folder / "up.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotStartedError(
                f"It already runs on {folder}. Stop that one first, or name another folder by {PREFIX}DATA_FOLDER."
            ) from None
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


async def _start(settings: Settings, stack: AsyncExitStack) -> None:
    _refuse_used_ports(settings)
    logs = settings.data_folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)

    # On one machine a worker that was killed should be missed soon; across a network that would be hasty.
    metrics_port = settings.metrics_port or free_port()
    gateways_metrics = settings.http_port if settings.sandbox else free_port()
    chosen = {f"{PREFIX}METRICS_PORT": str(metrics_port)}
    if "session_timeout_seconds" not in settings.model_fields_set:
        chosen[f"{PREFIX}SESSION_TIMEOUT_SECONDS"] = "10"

    async def keep(name: str, *arguments: str, **other: int) -> Kept:
        changed = {f"{PREFIX}{setting}": str(value) for setting, value in other.items()}
        kept = Kept(name, arguments, logs / f"{name}.log", chosen | changed, _say)
        stack.push_async_callback(kept.stop)
        await kept.start()
        return kept

    if settings.kafka_bootstrap is None:
        async with _step("Kafka (the first time it is fetched, which takes a minute)", KAFKA_SECONDS):
            folder = settings.data_folder / "kafka"
            kafka = await keep(
                *(
                    "kafka",
                    "-m",
                    "deploy.kafka",
                    "--folder",
                    str(folder / "data"),
                    "--jars",
                    str(folder / "jars"),
                ),
                *("--port", str(settings.kafka_port)),
            )
            await _until(lambda: has_registered_broker("127.0.0.1", settings.kafka_port), kafka)
    async with _step("Topics", READY_SECONDS):
        await _topics(settings)
    if settings.sandbox:
        async with _step("Stand-ins for QuickBooks and Canopy", READY_SECONDS):
            for name, url in (("quickbooks", settings.quickbooks_url), ("canopy", settings.canopy_url)):
                stand_in = await keep(name, "-m", "deploy", "sandbox", name)
                await _until(partial(_answers, f"{url}/_control/ledger?since=999999999"), stand_in)
    if settings.sandbox_issuer:
        async with _step("Stand-in for an issuer", READY_SECONDS):
            issuer = await keep("issuer", "-m", "deploy", "sandbox", "issuer")
            await _until(lambda: _answers(f"{settings.oidc_issuer}/_control/issuer"), issuer)
    async with _step("Gateway and worker", READY_SECONDS):
        gateway = await keep("gateway", "-m", "deploy", "gateway", METRICS_PORT=gateways_metrics)
        await keep("worker", "-m", "deploy", "worker")
        await _until(lambda: _answers(f"{settings.http_url}/readyz"), gateway)
    if settings.webhook_port is not None:
        console.print(f"[dim]  Webhooks: {settings.webhook_url}, and not on the console's port[/]")
    console.print(
        f"[dim]  Metrics: {settings.metrics_host}:{metrics_port}/metrics (worker), "
        f"{LOOPBACK if settings.sandbox else settings.metrics_host}:{gateways_metrics}/metrics (gateway)[/]"
    )
    if settings.sandbox and settings.oidc_issuer and not settings.sandbox_issuer:
        console.print(
            "  No sample firm: it is loaded by a manager, and your issuer gives us no token of one."
        )
    elif settings.sandbox:
        async with _step("Sample firm", READY_SECONDS):
            await load_sample(settings)


def _say(text: str) -> None:
    """Say what has happened; lines of logs may hold what looks like markup."""
    console.print(text, markup=False)


@asynccontextmanager
async def _step(what: str, seconds: float) -> AsyncIterator[None]:
    """Show what is being waited for, and for how long it took."""
    begun = time.monotonic()
    try:
        with console.status(f"{what} …"):
            async with asyncio.timeout(seconds):
                yield
    except TimeoutError:
        raise NotStartedError(
            f"{what}: not ready after {seconds:.0f} s. See the logs folder beside the data."
        ) from None
    console.print(f"[green]✓[/] {what.split(' (', maxsplit=1)[0]} [dim]{time.monotonic() - begun:.1f} s[/]")


async def _until(ready: Callable[[], Awaitable[bool]], kept: Kept) -> None:
    while not await ready():
        if kept.process is not None and kept.process.returncode is not None:
            raise NotStartedError(f"{kept.name} ended at its start:\n{kept.last_lines(12)}")
        await asyncio.sleep(LOOK_SECONDS)


async def _answers(url: str) -> bool:
    with suppress(aiohttp.ClientError, OSError, TimeoutError):
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session,
            session.get(url) as answer,
        ):
            return answer.ok
    return False


async def _topics(settings: Settings) -> None:
    try:
        await create_missing_topics(settings)
        wrong = await differing_topics(settings)
    except (KafkaError, OSError) as away:
        raise AwayError(kafka_away(settings, away)) from away
    if wrong:
        lines = "\n".join(f"  {difference}" for difference in wrong)
        raise NotStartedError(f"Kafka's topics are not as they must be:\n{lines}")


def _refuse_used_ports(settings: Settings) -> None:
    wanted = {"HTTP_PORT": settings.http_port}
    if settings.kafka_bootstrap is None:
        wanted["KAFKA_PORT"] = settings.kafka_port
    if settings.webhook_port is not None:
        wanted["WEBHOOK_PORT"] = settings.webhook_port
    if settings.metrics_port is not None:
        wanted["METRICS_PORT"] = settings.metrics_port
    if settings.sandbox:
        wanted |= {"QBO_PORT": settings.qbo_port, "CANOPY_PORT": settings.canopy_port}
    if settings.sandbox_issuer:
        wanted["OIDC_PORT"] = settings.oidc_port
    for setting, port in wanted.items():
        try:
            require_free(port)
        except PortInUseError:
            raise NotStartedError(
                f"Port {port} is in use. Stop what uses it, or choose another by {PREFIX}{setting}."
            ) from None
