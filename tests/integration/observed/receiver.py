"""A receiver of OTLP/HTTP, as a firm's own collector would be: keeps what comes, raw and read."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from deploy.kafka.ports import free_port


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A span as it was received."""

    name: str
    trace: str
    id: str
    parent: str
    begun: int
    ended: int
    process: int
    facts: dict[str, str | int]


@dataclass(slots=True)
class Receiver:
    """What has come. `bodies`: as sent."""

    address: str
    bodies: list[bytes] = field(default_factory=list)

    @property
    def spans(self) -> list[Seen]:
        """All spans, in the order in which they began."""
        return sorted((span for body in self.bodies for span in _read(body)), key=lambda span: span.begun)

    def trace(self, name: str) -> list[Seen]:
        """The spans of one trace."""
        return [span for span in self.spans if span.trace == name]


def _read(body: bytes) -> Iterator[Seen]:
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        pids = [each.value.int_value for each in resource.resource.attributes if each.key == "process.pid"]
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield Seen(
                    name=span.name,
                    trace=span.trace_id.hex(),
                    id=span.span_id.hex(),
                    parent=span.parent_span_id.hex(),
                    begun=span.start_time_unix_nano,
                    ended=span.end_time_unix_nano,
                    process=pids[0],
                    facts={
                        each.key: each.value.string_value or each.value.int_value for each in span.attributes
                    },
                )


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Receive until the end of the block."""
    port = free_port()
    receiver = Receiver(f"http://127.0.0.1:{port}")

    async def take(request: web.Request) -> web.Response:
        receiver.bodies.append(await request.read())
        return web.Response(content_type="application/x-protobuf")

    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_post("/v1/traces", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield receiver
    finally:
        await runner.cleanup()
