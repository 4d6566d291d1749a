"""Sends spans to an OTLP/HTTP receiver, in batches from a thread of its own. Loaded only where traces are on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, TraceFlags

from streams.wire.traces import Place, Span

PATH = "/v1/traces"
_KINDS = {"consumer": SpanKind.CONSUMER, "internal": SpanKind.INTERNAL}


def send_spans(address: str, process: str) -> "OtlpSpans":
    """Begin; adapters' own spans, made by OpenTelemetry's API, go the same way. Ends with the process.

    How often batches go, headers and the like are set by OpenTelemetry's own variables (`OTEL_BSP_…`, `OTEL_EXPORTER_…`).
    """
    resource = Resource.create({"service.name": f"client-sync-{process}", "process.pid": os.getpid()})
    provider = TracerProvider(resource=resource)
    processor = BatchSpanProcessor(OTLPSpanExporter(f"{address}{PATH}"))
    provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)
    return OtlpSpans(processor, resource)


class OtlpSpans:
    """The port `Spans`. Our spans know their places beforehand, so they are handed over ready-made."""

    def __init__(self, processor: BatchSpanProcessor, resource: Resource) -> None:
        self._processor = processor
        self._resource = resource

    def record(self, *spans: Span) -> None:
        """Pass spans on, soon and not now."""
        for span in spans:
            parent = Place(span.at.trace, span.parent, span.at.sampled) if span.parent is not None else None
            self._processor.on_end(
                ReadableSpan(
                    name=span.name,
                    context=_context(span.at),
                    parent=_context(parent) if parent is not None else None,
                    resource=self._resource,
                    attributes=dict(span.facts),
                    kind=_KINDS[span.kind],
                    start_time=_nanoseconds(span.begun),
                    end_time=_nanoseconds(span.ended),
                )
            )

    @contextmanager
    def within(self, place: Place) -> Iterator[None]:
        """Let what adapters do meanwhile stand below this place."""
        token = context.attach(trace.set_span_in_context(NonRecordingSpan(_context(place))))
        try:
            yield
        finally:
            context.detach(token)


def _context(place: Place) -> SpanContext:
    return SpanContext(
        trace_id=place.trace, span_id=place.span, is_remote=False, trace_flags=TraceFlags(int(place.sampled))
    )


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000) * 1000
