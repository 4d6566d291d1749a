"""`python -m deploy.sandbox.quickbooks --port 8081 …`: the QuickBooks stand-in, until SIGTERM or Ctrl-C.

Exit codes: 0 stopped when told to, 2 wrong use or port in use.
"""

import argparse
import asyncio
import sys

from deploy.sandbox.quickbooks.app import quickbooks_app
from deploy.sandbox.quickbooks.oauth.apps import App
from deploy.sandbox.quickbooks.settings import SETTING_OF_PORT, QuickBooksSettings
from deploy.sandbox.serve import serve


def main(arguments: list[str] | None = None) -> int:
    """Run it; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m deploy.sandbox.quickbooks", description=__doc__)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--state", default=":memory:", help="a SQLite file, or :memory:")
    parser.add_argument("--webhook-url", help="where notifications go; absent: nowhere")
    parser.add_argument("--verifier", required=True, help="signs the notifications")
    parser.add_argument("--access-token", required=True, help="the bearer token that is accepted")
    parser.add_argument("--client-id", default="", help="of the app that signs in; absent: none does")
    parser.add_argument("--client-secret", default="")
    parser.add_argument(
        "--redirect-uri", action="append", default=[], help="where the app may lead back to; may be repeated"
    )
    parser.add_argument("--time-scale", type=float, default=1.0, help="multiplies the waits between retries")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that a request takes")
    parser.add_argument("--sample", action="store_true", help="begin with the sample firm's company")
    parser.add_argument("--ascii-queries", action="store_true", help="refuse accented letters in queries")
    given = vars(parser.parse_args(arguments))
    port = given.pop("port")
    app = App(
        client_id=given.pop("client_id"),
        client_secret=given.pop("client_secret"),
        redirect_uris=tuple(given.pop("redirect_uri")),
    )
    return asyncio.run(_run(QuickBooksSettings(app=app, **given), port))


async def _run(settings: QuickBooksSettings, port: int) -> int:
    return await serve(quickbooks_app(settings), port, SETTING_OF_PORT)


if __name__ == "__main__":
    sys.exit(main())
