"""What Intuit's gateway says before the service is reached; its bodies are lower-case (recorded in 2024 and 2026)."""

from typing import Any

from deploy.sandbox.clock import utc_now


class GatewayRefusal(Exception):  # noqa: N818
    """A refusal before the service is reached: 401 and 403, with lower-case keys and the time in milliseconds."""

    def __init__(self, status: int, code: str, word: str, detail: str | None, kind: str) -> None:
        super().__init__(code)
        self.status = status
        message = f"message={word}; errorCode={code.zfill(6)}; statusCode={status}"
        self.body: dict[str, Any] = {
            "warnings": None,
            "intuitObject": None,
            "fault": {
                "error": [{"message": message, "detail": detail, "code": code, "element": None}],
                "type": kind,
            },
            "report": None,
            "queryResponse": None,
            "batchItemResponse": [],
            "attachableResponse": [],
            "syncErrorResponse": None,
            "requestId": None,
            "time": int(utc_now().timestamp() * 1000),
            "status": None,
            "cdcresponse": [],
        }


def wrong_token(presented: str) -> GatewayRefusal:
    """401 / 3200; Intuit repeats the token in the detail, which its callers must not log."""
    return GatewayRefusal(
        401, "3200", "AuthenticationFailed", f"Token expired: {presented}", "AUTHENTICATION"
    )


def no_rights() -> GatewayRefusal:
    """401 / 120: who signed in is no administrator of the company any more (Intuit blog, Top QuickBooks Online API Errors)."""
    return GatewayRefusal(
        401, "120", "AuthorizationFailure", "You do not have access to this company.", "AUTHORIZATION"
    )


def no_access() -> GatewayRefusal:
    """403 / 3100: the token is fine, but not for this realm."""
    return GatewayRefusal(403, "3100", "ApplicationAuthorizationFailed", None, "SERVICE")
