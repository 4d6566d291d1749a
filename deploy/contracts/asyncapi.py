"""The AsyncAPI document: our topics, what lies on each, and who writes it."""

from collections.abc import Mapping
from typing import Any

from deploy.contracts.examples import examples
from deploy.contracts.messages import CHANNELS, Channel, Kind, kinds
from deploy.contracts.schemas import dead_letter_headers
from deploy.settings import Settings
from streams.wire.topics import DEAD_LETTERS, TopicSpec, topic_specs

JSON = "application/cloudevents+json"
DEAD_LETTER = "dead-letter"
DESCRIPTION = """\
Values are CloudEvents 1.0 in structured JSON, at most 1 MiB. Attributes and fields that are not named here are never
an error. All topics have one partition count, fixed for life; the partition is Kafka's default partitioner, murmur2
of the firm's id. How to write client events: docs/producers.md.
"""

Json = dict[str, Any]


def asyncapi() -> Json:
    """Describe the topics."""
    settings = Settings.model_construct()
    specs = {spec.name: spec for spec in topic_specs(settings.history_days)}
    of_topic = {
        channel.topic: [kind for kind in kinds() if kind.topic == channel.topic] for channel in CHANNELS
    }
    shown = examples()
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Single Client Sync", "version": "1.0.0", "description": DESCRIPTION},
        "defaultContentType": JSON,
        "servers": {
            "local": {
                "host": f"127.0.0.1:{settings.kafka_port}",
                "protocol": "kafka",
                "description": "the broker of `make run`",
            }
        },
        "channels": {
            channel.topic: _channel(channel, of_topic[channel.topic], specs[channel.topic], settings)
            for channel in CHANNELS
        },
        "operations": dict(_operations()),
        "components": {
            "messages": {kind.type: _message(kind, shown[kind.type]) for kind in kinds()}
            | {DEAD_LETTER: _dead_letter()}
        },
    }


def _channel(channel: Channel, of_it: list[Kind], spec: TopicSpec, settings: Settings) -> Json:
    names = [kind.type for kind in of_it] or [DEAD_LETTER]
    topic = {
        "cleanup.policy": [spec.cleanup_policy],
        "max.message.bytes": spec.max_message_bytes,
        **({} if spec.retention_ms is None else {"retention.ms": spec.retention_ms}),
    }
    return {
        "address": channel.topic,
        "description": f"{channel.summary} Written by {channel.writers}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {
            "kafka": {
                "topic": channel.topic,
                "partitions": settings.partitions,
                "topicConfiguration": topic,
                "bindingVersion": "0.5.0",
            }
        },
    }


def _operations() -> list[tuple[str, Json]]:
    return [
        (f"{action}-{channel.topic}", {"action": action, "channel": {"$ref": f"#/channels/{channel.topic}"}})
        for channel in CHANNELS
        for action, ours in (("send", channel.we_send), ("receive", channel.we_receive))
        if ours
    ]


def _message(kind: Kind, example: Mapping[str, Any]) -> Json:
    key = next(channel.key for channel in CHANNELS if channel.topic == kind.topic)
    return {
        "name": kind.type,
        "title": kind.type,
        "summary": kind.summary,
        "contentType": JSON,
        "payload": {"$ref": f"./schemas/{kind.topic}.json#/$defs/{kind.type}"},
        "bindings": _keyed(key),
        "examples": [{"payload": dict(example)}],
    }


def _dead_letter() -> Json:
    key = next(channel.key for channel in CHANNELS if channel.topic == DEAD_LETTERS)
    return {
        "name": DEAD_LETTER,
        "title": "A dead letter",
        "summary": "The original bytes, whatever they are; the headers say why it was parked.",
        "contentType": "application/octet-stream",
        "headers": {key: value for key, value in dead_letter_headers().items() if key != "$schema"},
        "bindings": _keyed(key),
    }


def _keyed(description: str) -> Json:
    return {"kafka": {"key": {"type": "string", "description": description}, "bindingVersion": "0.5.0"}}
