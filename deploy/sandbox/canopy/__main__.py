"""`python -m deploy.sandbox.canopy --port 8082 …`: the Canopy stand-in, until SIGTERM or Ctrl-C.

Exit codes: 0 stopped when told to, 2 wrong use or port in use.
"""

import argparse
import asyncio
import sys

from deploy.sandbox.canopy.app import canopy_app
from deploy.sandbox.canopy.settings import SETTING_OF_PORT, CanopySettings
from deploy.sandbox.serve import serve


def main(arguments: list[str] | None = None) -> int:
    """Run it; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m deploy.sandbox.canopy", description=__doc__)
    parser.add_argument("--port", type=int, default=8082)
    parser.add_argument("--state", default=":memory:", help="a SQLite file, or :memory:")
    parser.add_argument("--token", required=True, help="the bearer token that is accepted")
    parser.add_argument("--bootstrap", required=True, help="host:port of Kafka")
    parser.add_argument("--topic-prefix", default="", help="stands before the topic's name")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that a request takes")
    parser.add_argument("--sample", action="store_true", help="begin with the sample firm's clients")
    given = vars(parser.parse_args(arguments))
    port = given.pop("port")
    return asyncio.run(_run(CanopySettings(**given), port))


async def _run(settings: CanopySettings, port: int) -> int:
    return await serve(canopy_app(settings), port, SETTING_OF_PORT)


if __name__ == "__main__":
    sys.exit(main())
