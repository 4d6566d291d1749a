"""Read what a request says in its body."""

import orjson

from deploy.sandbox.quickbooks import errors
from deploy.sandbox.quickbooks.fields import Json


def json_object(body: bytes) -> Json:
    """Read a body.

    Raises:
        Fault: 2010 if it is no JSON object, or broken UTF-8.
    """
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise errors.unsupported_property("body is no valid UTF-8 JSON") from None
    if not isinstance(sent, dict):
        raise errors.unsupported_property("body is no JSON object")
    return sent
