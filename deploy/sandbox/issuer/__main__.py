"""`python -m deploy.sandbox.issuer --port 8083 …`: the issuer's stand-in, until SIGTERM or Ctrl-C.

Exit codes: 0 stopped when told to, 2 wrong use or port in use.
"""

import argparse
import asyncio
import sys

from deploy.sandbox.issuer.app import issuer_app
from deploy.sandbox.issuer.issuer import Issuer
from deploy.sandbox.serve import HOST, serve

SETTING_OF_PORT = "CLIENT_SYNC_OIDC_PORT"


def main(arguments: list[str] | None = None) -> int:
    """Run it; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m deploy.sandbox.issuer", description=__doc__)
    parser.add_argument("--port", type=int, default=8083)
    parser.add_argument("--client-id", required=True, help="of the one app that it knows")
    parser.add_argument("--client-secret", required=True)
    parser.add_argument("--redirect-uri", required=True, help="where that app is led back to")
    given = parser.parse_args(arguments)
    issuer = Issuer(
        address=f"http://{HOST}:{given.port}",
        client_id=given.client_id,
        client_secret=given.client_secret,
        redirect_uris={given.redirect_uri},
    )
    return asyncio.run(_run(issuer, given.port))


async def _run(issuer: Issuer, port: int) -> int:
    return await serve(issuer_app(issuer), port, SETTING_OF_PORT)


if __name__ == "__main__":
    sys.exit(main())
