"""Run one stand-in on the loopback address until it is told to stop."""

import asyncio
import errno
import signal
import sys

import structlog
from aiohttp import web

HOST = "127.0.0.1"
WRONG_USE = 2
LARGEST_BODY = 4 * 1024 * 1024

log = structlog.get_logger(__name__)


async def serve(app: web.Application, port: int, setting: str) -> int:
    """Answer on `port` until SIGTERM or SIGINT; returns the exit code.

    A port in use is said on stderr, with the `setting` that chooses another one, and gives 2.
    """
    told_to_stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told_to_stop.set)
    # No access log: query strings hold names and email addresses.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
    except OSError as refused:
        if refused.errno != errno.EADDRINUSE:
            raise
        sys.stderr.write(f"Port {port} is in use. End what uses it, or set {setting} to a free port.\n")
        return WRONG_USE
    else:
        log.info("stand_in_ready", url=f"http://{HOST}:{port}", setting=setting)
        await told_to_stop.wait()
        log.info("stand_in_stopped", port=port)
        return 0
    finally:
        await runner.cleanup()
