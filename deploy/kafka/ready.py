"""Ask a broker whether it can work."""

from aiokafka.conn import create_conn
from aiokafka.errors import KafkaError
from aiokafka.protocol.metadata import MetadataRequest

ANSWER_WITHIN_MS = 2_000


async def has_registered_broker(host: str, port: int) -> bool:
    """Does it answer a metadata request, and name at least one broker?

    The port opens earlier, and for a moment the answer names no broker at all: a Faust worker that starts
    then stays without partitions for good. One connection for each question, so that a refused one
    is an answer and not a line in the log.
    """
    try:
        connection = await create_conn(host, port, request_timeout_ms=ANSWER_WITHIN_MS)
    except (OSError, KafkaError, TimeoutError):
        return False
    try:
        answer = await connection.send(MetadataRequest([]))
    except (OSError, KafkaError, TimeoutError):
        return False
    finally:
        connection.close()
    return bool(answer.brokers)
