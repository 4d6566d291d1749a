"""Canopy's errors: RFC 9457 problem documents with a stable `code`."""

from http import HTTPStatus
from typing import Any

import orjson
from aiohttp import web


class Problem(Exception):  # noqa: N818  (RFC 9457's word)
    """A refusal; `more` are further members of the document."""

    def __init__(self, status: int, code: str, detail: str, **more: Any) -> None:
        super().__init__(code)
        self.status = status
        self.body = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "code": code,
            "detail": detail,
            **more,
        }


def answer(problem: Problem) -> web.Response:
    """Answer with a problem."""
    return web.Response(
        status=problem.status,
        body=orjson.dumps(problem.body),
        headers={"Content-Type": "application/problem+json"},
    )


def of_status(status: int) -> web.Response:
    """Word an answer that a fault on demand, or a path that does not exist, asks for."""
    return answer(Problem(status, HTTPStatus(status).name.lower(), "No more is known."))
