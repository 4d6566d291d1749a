"""What one local broker is started with, and its server.properties."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

HOST = "127.0.0.1"
# The setting that people change when another program has the port.
PORT_SETTING = "CLIENT_SYNC_KAFKA_PORT"


@dataclass(frozen=True, slots=True)
class BrokerSettings:
    """One KRaft node, on the loopback address only.

    `folder` holds its data, its server.properties and its log; `jars` is the folder that brokers share.
    `controller_port` 0 means any free one: only this node itself talks to it. `properties` are added to
    server.properties, and win over ours; `java_options` go before the class path.
    """

    folder: Path
    jars: Path
    port: int
    controller_port: int = 0
    heap_mb: int = 512
    properties: Mapping[str, str] = field(default_factory=dict)
    java_options: tuple[str, ...] = ()

    @property
    def data(self) -> Path:
        """Kafka's own files: partitions and metadata."""
        return self.folder / "data"

    @property
    def log_file(self) -> Path:
        """What the Java process printed, this start's and earlier ones'."""
        return self.folder / "broker.log"

    @property
    def properties_file(self) -> Path:
        """Written anew at every start."""
        return self.folder / "server.properties"


def server_properties(settings: BrokerSettings, controller_port: int) -> str:
    """The text of server.properties for one node that is broker and controller."""
    listeners = f"PLAINTEXT://{HOST}:{settings.port},CONTROLLER://{HOST}:{controller_port}"
    properties = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{HOST}:{controller_port}",
        "listeners": listeners,
        "advertised.listeners": f"PLAINTEXT://{HOST}:{settings.port}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": str(settings.data),
        # A mistyped topic is an error, and ours are made with our settings or not at all.
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        # Fifty partitions of offsets, the default, slow every start.
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.num.partitions": "4",
        "group.initial.rebalance.delay.ms": "0",
        # After a kill the controller refuses the node until its old session has ended: nine seconds by default.
        "broker.session.timeout.ms": "3000",
        "broker.heartbeat.interval.ms": "1000",
        # Twice a second the controller would write a record that says nothing, for followers that we don't have: a third
        # of what an idle broker costs.
        "metadata.max.idle.interval.ms": "0",
        # The default is 128 MiB, a quarter of our heap.
        "log.cleaner.dedupe.buffer.size": str(2 * 1024 * 1024),
        "num.network.threads": "2",
        "num.io.threads": "4",
        **settings.properties,
    }
    return "".join(f"{name}={value}\n" for name, value in properties.items())
