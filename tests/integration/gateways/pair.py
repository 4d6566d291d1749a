"""Two gateways on one database, each a process, and a firm that its people reach by either of them."""

from dataclasses import dataclass, replace
from itertools import count

import aiohttp

from deploy.kafka.ports import free_port
from tests.chaos.processes import GATEWAY, end, wait_for_answer
from tests.chaos.stack import Stack
from tests.forked import Forked
from tests.story.company import Company

_numbers = count(1)


@dataclass(slots=True)
class Gateway:
    """One gateway. `stack`: the system as it is seen through this one."""

    name: str
    stack: Stack
    process: Forked | None = None

    async def start(self) -> None:
        """Start it, and wait until it is ready for all that it is there for."""
        log = self.stack.folder / f"{self.name}.log"
        self.process = Forked(GATEWAY, self.stack.settings, log)
        ready = f"http://127.0.0.1:{self.stack.http_port}/readyz"
        await wait_for_answer(self.process, ready, log)

    def kill(self) -> None:
        """End it at once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        """Tell it to end, and wait for that."""
        if self.process is not None:
            self.process.terminate()
            end(self.process)


@dataclass(frozen=True, slots=True)
class Pair:
    """Both."""

    one: Gateway
    two: Gateway
    http: aiohttp.ClientSession

    async def open_company(self) -> tuple[Company, Company]:
        """Open a firm, connected and listed; gives it as seen through each of the two."""
        at_one = await Company.open(self.one.stack, self.http, f"f-two-gateways-{next(_numbers)}")
        return at_one, replace(at_one, stack=self.two.stack)


def pair_of(stack: Stack, database_url: str, name: str, http: aiohttp.ClientSession) -> Pair:
    """Lay out two gateways of a stack on one database; the first of SQLite hears QuickBooks' webhooks."""
    gateways = []
    for number in ("one", "two"):
        port = stack.http_port if (name, number) == ("sqlite", "one") else free_port()
        ours = {"CLIENT_SYNC_DATABASE_URL": database_url, "CLIENT_SYNC_HTTP_PORT": str(port)}
        seen = replace(stack, http_port=port, settings=stack.settings | ours)
        gateways.append(Gateway(f"gateway-{name}-{number}", seen))
    return Pair(gateways[0], gateways[1], http)
