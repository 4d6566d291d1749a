"""What is counted of requests to QuickBooks. No label names a company: there are as many as customers of ours."""

from prometheus_client import Counter, Histogram

from adapters.quickbooks.answers import Reply
from adapters.quickbooks.faults import faults_in
from domain.ports import TryLater

REQUESTS = Counter(
    "client_sync_quickbooks_requests",
    "Requests to QuickBooks by what was answered: the HTTP status and Intuit's fault code, or why there was no answer. "
    "Those with method GET are metered by Intuit (CorePlus).",
    ["method", "resource", "status", "fault"],
)
SIGN_IN_REQUESTS = Counter(
    "client_sync_quickbooks_sign_in_requests",
    "Requests to Intuit's sign-in by what was asked (discovery, exchange, refresh, revoke) and how it ended.",
    ["asked", "ended"],
)
SECONDS = Histogram(
    "client_sync_quickbooks_request_seconds",
    "From sending a request to QuickBooks to its whole answer.",
    ["method", "resource"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)


def answer_in(reply: Reply | TryLater) -> tuple[str, str]:
    """Say in two labels how a request ended: status, and fault code or nothing."""
    if isinstance(reply, TryLater):
        return reply.why, ""
    faults = faults_in(reply.body)
    if not faults:
        return str(reply.status), ""
    # Intuit's codes are numbers; whatever else stands there is not ours to repeat.
    code = faults[0].code
    return str(reply.status), code if code.isdecimal() else "other"
