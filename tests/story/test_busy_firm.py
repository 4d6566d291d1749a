"""A firm has more to send than QuickBooks takes at once: Intuit never has to say no, and people don't wait behind it."""

from tests.story.busy_firm import PATIENCE_SECONDS, keep_busy, writes_in_order
from tests.story.conftest import Open

NEW_CLIENTS = 240
"""Half a minute of requests, which begins as the first match is due: in the order of asking it would be the last."""
CALLS = 50
"""Many times what Intuit takes in a second: that none was one too many is no accident then."""
OVERTAKEN = 20


async def test_a_busy_firm_is_never_throttled_and_a_match_goes_first(open_company: Open) -> None:
    """With Intuit's limits on: no 429, the company is kept busy, and each match overtakes the creates that wait."""
    company = await open_company(None, [f"Older {n}" for n in range(3)])
    older = [each["Id"] for each in await company.customers()]

    seen = await keep_busy(company, older, NEW_CLIENTS, seconds=10, calls=CALLS)

    assert seen.throttled == 0
    assert seen.most_in_a_second <= 10  # as they arrive: what is on its way may bunch up a little

    async def created() -> bool:
        return (await writes_in_order(company)).count("create") == NEW_CLIENTS

    await company.until(created, "all are created", PATIENCE_SECONDS)
    order = await writes_in_order(company)
    last_match = max(n for n, each in enumerate(order) if each == "match")
    assert order.count("match") == len(older)
    assert order[last_match:].count("create") >= OVERTAKEN
