"""A PostgreSQL server that is reached by TLS only: PostgreSQL's own way to begin it, before the server of the tests.

The PostgreSQL that comes as a package is built without TLS. What is tested is our side of it, which libpq does: that it asks
for TLS, whom it believes, and that it gives up rather than to go on in clear.
"""

import asyncio
import contextlib
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from tests.certificates import Authority

# From PostgreSQL's protocol, "SSL Session Encryption" and "GSSAPI Session Encryption".
ASK = struct.Struct("!II")
FOR_TLS, FOR_GSSAPI = 80877103, 80877104
YES, NO = b"S", b"N"


@asynccontextmanager
async def by_tls(
    server: str, authority: Authority, *, asks_for_certificate: bool = False
) -> AsyncIterator[int]:
    """Put it before a server until the end of the block; gives its port on 127.0.0.1."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority.file)
    context.load_cert_chain(*authority.issue("postgres"))
    if asks_for_certificate:
        context.verify_mode = ssl.CERT_REQUIRED

    async def front(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            if await _begun(reader, writer, context):
                await _passed_on(reader, writer, server)
        writer.close()

    listening = await asyncio.start_server(front, "127.0.0.1", 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1]


async def _begun(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, context: ssl.SSLContext) -> bool:
    """Begin TLS; False: the other side wants none, and is left alone."""
    while True:
        _, asked = ASK.unpack(await reader.readexactly(ASK.size))
        if asked == FOR_TLS:
            writer.write(YES)
            await writer.start_tls(context)
            return True
        if asked != FOR_GSSAPI:
            return False
        writer.write(NO)


async def _passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, server: str) -> None:
    there = conninfo_to_dict(server)
    host, port = str(there["host"]), int(there.get("port") or 5432)
    if host.startswith("/"):
        answers, asks = await asyncio.open_unix_connection(Path(host) / f".s.PGSQL.{port}")
    else:
        answers, asks = await asyncio.open_connection(host, port)
    await asyncio.gather(pumped(reader, asks), pumped(answers, writer))


async def pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes until no more does."""
    with contextlib.suppress(OSError):
        while some := await reader.read(65536):
            writer.write(some)
            await writer.drain()
    writer.close()
