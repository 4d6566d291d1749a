"""What is counted of requests to Canopy."""

from prometheus_client import Counter, Histogram

REQUESTS = Counter(
    "client_sync_canopy_requests",
    "Requests to Canopy by HTTP status, or by why there was no answer.",
    ["method", "status"],
)
SECONDS = Histogram(
    "client_sync_canopy_request_seconds",
    "From sending a request to Canopy to its whole answer.",
    ["method"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
