"""A firm has more to send than QuickBooks takes at once: Intuit never has to say no, and people don't wait behind it."""

from tests.story.busy_firm import keep_busy
from tests.story.conftest import Open


async def test_a_busy_firm_is_never_throttled_and_a_match_goes_first(open_company: Open) -> None:
    """With Intuit's limits on: no 429, the company is kept busy, and each match is at the door within two seconds."""
    company = await open_company(None, [f"Older {n}" for n in range(3)])
    older = [each["Id"] for each in await company.customers()]

    seen = await keep_busy(company, older, new_clients=120, seconds=10)

    assert seen.throttled == 0
    assert seen.most_in_a_second <= 10  # as they arrive: what is on its way may bunch up a little
    assert seen.calls >= 50
    assert max(seen.matches) < 2, seen.matches
    await company.until_synced("b-119")
