"""`make intuit-sandbox`, or `python -m deploy.intuit_sandbox KEYS [ANSWERS]`: the run, or without keys what it would do."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import orjson

from adapters.departures import at_once
from adapters.quickbooks.api import QuickBooksApi
from adapters.quickbooks.exchange import Exchange
from adapters.quickbooks.metered import Uncounted
from adapters.quickbooks.sign_in import App, GrantEndedError, IntuitSignIn, SignInAwayError
from adapters.quickbooks.tokens import OneToken
from deploy.intuit_sandbox.company import SandboxCompany, walk
from deploy.intuit_sandbox.keys import KeysFile, WrongKeysFileError
from deploy.intuit_sandbox.said import Said
from deploy.intuit_sandbox.tokens import refreshed, token_points
from deploy.logs import set_up_logs
from deploy.private_files import keep_files_private
from deploy.terminal import Exit, complain
from domain.ids import RealmId

ANSWERS = Path(".local/intuit-sandbox.jsonl")
WITHIN_SECONDS = 30.0
WITHOUT_KEYS = f"""\
No keys were given, so nothing was asked. With them this would, at a sandbox company of Intuit's:

  1. refresh the sign-in, and keep the new refresh token in the file of keys
  2. read the company's name; make one customer, "Single Client Sync smoke …", ask for it twice under one request id, change its
     phone number, send an old sync token, look who holds its name, clear the phone number, and make it inactive
  3. change it in a batch, with an item that has to fail, ask for the same batch again, and send 510 items within a minute that have to fail: so
     for a minute the company may answer other apps with 429
  4. send a wrong client secret, and the refresh token before, where there is one
  5. add what came of each to {ANSWERS}, with the time: steps, and the points that docs/quickbooks.md lists as not settled

What it needs is a file that only you can read (chmod 600), and KEYS=FILE behind make intuit-sandbox:

  {{"client_id": "…", "client_secret": "…", "realm_id": "…", "refresh_token": "…"}}

The first two are the development keys of the app (docs/connect-quickbooks.md). The other two are given by Intuit's OAuth playground, for the
scope Accounting, when you choose the sandbox company there. Use a refresh token of its own for this: what uses it too would lose it.
"""


def main(arguments: list[str]) -> Exit:
    """Run it; gives the exit code: 1 where a step did not go as it should, 4 where Intuit gives no answer."""
    keep_files_private()
    if not arguments:
        sys.stdout.write(WITHOUT_KEYS)
        return Exit.DONE
    set_up_logs("intuit-sandbox", "logfmt")
    answers = Path(arguments[1]) if arguments[1:] else ANSWERS
    try:
        return asyncio.run(_run(KeysFile(Path(arguments[0])), answers))
    except WrongKeysFileError as wrong:
        complain(str(wrong), Exit.WRONG_USE)
        return Exit.WRONG_USE
    except GrantEndedError:
        complain(
            "Intuit no longer takes the refresh token. Sign in again in its OAuth playground, and put the new one into the file."
        )
        return Exit.REFUSED
    except (SignInAwayError, aiohttp.ClientError, TimeoutError) as away:
        complain(f"Intuit's sign-in gives no good answer ({type(away).__name__}: {away}).", Exit.AWAY)
        return Exit.AWAY


async def _run(file: KeysFile, answers: Path) -> Exit:
    good = True
    answers.parent.mkdir(parents=True, exist_ok=True)
    with answers.open("ab") as kept:
        async for said in _all(file):
            good = good and said.good is not False
            at = datetime.now(UTC).isoformat(timespec="seconds")
            line = {"at": at, "point": said.point, "answer": said.answer, "good": said.good}
            kept.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
            kept.flush()
            sys.stdout.write(f"{_mark(said)} {said.point}: {said.answer}\n")
    sys.stdout.write(f"Added to {answers}.\n")
    return Exit.DONE if good else Exit.REFUSED


async def _all(file: KeysFile) -> AsyncIterator[Said]:
    keys = file.now
    app = App(client_id=keys.client_id, client_secret=keys.client_secret, redirect_uri="")
    async with aiohttp.ClientSession() as session:
        sign_in = IntuitSignIn(session, keys.discovery_url, app)
        first = await refreshed(sign_in, file)
        yield Said(point="the sign-in is refreshed", answer="GivenTokens", good=True)
        token = OneToken(first.given.access)
        company = SandboxCompany(
            RealmId(keys.realm_id),
            QuickBooksApi(session, keys.base_url, token, WITHIN_SECONDS),
            Exchange(session, keys.base_url, token, WITHIN_SECONDS, at_once, Uncounted()),
        )
        async for said in walk(company):
            yield said
        async for said in token_points(session, sign_in, file, first):
            yield said


def _mark(said: Said) -> str:
    return {True: "ok  ", False: "NOT ", None: "    "}[said.good]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
