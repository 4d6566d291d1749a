"""What went wrong, as RFC 9457 problem documents: a stable `code`, and a sentence for people that says what to do.

The console shows the sentence as it is. What only a program can do about it is said beside it, as `advice`.
"""

import traceback
from collections.abc import Mapping
from http import HTTPStatus
from uuid import uuid4

import orjson
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from structlog.contextvars import bound_contextvars

from adapters.web.headers import REQUEST_ID
from domain.ports import KafkaAwayError
from domain.projection import BeingBuiltError, StoreAwayError

log = structlog.get_logger(__name__)

CONTENT_TYPE = "application/problem+json"
INTERNAL = HTTPStatus.INTERNAL_SERVER_ERROR
UNREADABLE = "What was sent can't be read."


class Problem(Exception):  # noqa: N818  (RFC 9457's word)
    """An answer that is not what was asked for. `final`: the same request will always be answered so.

    `detail`: for people; `advice`: for those who write programs, where that is something else.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        advice: str | None = None,
        facts: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        final: bool = False,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.advice = advice
        self.facts = dict(facts or {})
        self.headers = dict(headers or {})
        self.final = final

    def body(self) -> bytes:
        """Write it as JSON."""
        title = HTTPStatus(self.status).phrase
        said = {"title": title, "status": self.status, "code": self.code, "detail": self.detail}
        more = {"advice": self.advice, "facts": self.facts}
        return orjson.dumps(
            {"type": "about:blank"} | said | {name: told for name, told in more.items() if told}
        )

    def response(self) -> web.Response:
        """Write it as an answer."""
        return web.Response(
            status=self.status, body=self.body(), content_type=CONTENT_TYPE, headers=self.headers
        )


def too_large() -> Problem:
    """Say that more was sent than is taken."""
    return Problem(
        413,
        "too_large",
        "This is more than can be taken at once. Shorten it, and try again.",
        advice="The body is larger than what is taken here.",
    )


def being_built() -> Problem:
    """Say that what people read is not all there yet."""
    return Problem(
        503,
        "read_model_behind",
        "What is shown here is being built again from the log, and is not complete yet. Nothing is lost, and "
        "what you ask for is done meanwhile. Look again in a moment.",
        headers={"Retry-After": "5"},
    )


@web.middleware
async def problems_as_documents(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer with a problem document whatever goes wrong; what the log says of the request carries its id."""
    request[REQUEST_ID] = uuid4().hex
    with bound_contextvars(request_id=request[REQUEST_ID]):
        return await _answered(request, handler)


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Problem as problem:
        return problem.response()
    except web.HTTPRedirection:
        raise
    except web.HTTPException as error:
        return _known(error).response()
    except web.RequestPayloadError:
        # Compressed, by its header, and not decompressed by anybody's.
        return Problem(
            400,
            "unreadable_body",
            UNREADABLE,
            advice="The body is not what its Content-Encoding says.",
        ).response()
    except KafkaAwayError:
        return kafka_away().response()
    except BeingBuiltError:
        return being_built().response()
    except StoreAwayError as error:
        log.warning("database_away", route=route_of(request), reason=str(error))
        return Problem(
            503,
            "database_away",
            "The database gives no answer right now. Try again in a moment.",
            headers={"Retry-After": "5"},
        ).response()
    except Exception as error:  # noqa: BLE001  (whatever it is, the asker gets an answer)
        # Where it was raised, not what it says: that may quote a client's values.
        frame = traceback.extract_tb(error.__traceback__)[-1]
        log.error(  # noqa: TRY400
            "request_failed",
            route=route_of(request),
            error=type(error).__name__,
            at=f"{frame.filename}:{frame.lineno}",
        )
        sentence = (
            f"Something of ours is broken; trying again may not help. It is logged as {request[REQUEST_ID]}."
        )
        return Problem(INTERNAL, "internal_error", sentence).response()


def kafka_away() -> Problem:
    """Say that nothing can be asked of the engine."""
    return Problem(
        503,
        "kafka_away",
        "We can't save anything right now. Try again in a moment; pressing again never does it twice.",
        advice="Send it again with the same Idempotency-Key: what arrived all the same is not done twice.",
        headers={"Retry-After": "5"},
    )


def route_of(request: web.Request) -> str:
    """Name the route and not the path, in which people may have typed anything."""
    resource = request.match_info.route.resource
    return f"{request.method} {resource.canonical}" if resource is not None else request.method


def _known(error: web.HTTPException) -> Problem:
    headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    match error.status:
        case 404:
            return Problem(
                404,
                "not_found",
                "There is nothing at this address.",
                advice="/openapi.json lists what there is.",
            )
        case 405:
            return Problem(
                405,
                "method_not_allowed",
                "This can't be done at this address.",
                advice="The header Allow names the methods that it takes.",
                headers=headers,
            )
        case 400:
            # aiohttp's own words quote what was sent.
            return Problem(400, "unreadable_request", UNREADABLE)
        case 413:
            return too_large()
        case status:
            return Problem(status, "http_error", HTTPStatus(status).description or "The request failed.")
