"""The queue of what needs attention, as its page says it without any script."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal

from domain.fields import Field
from domain.problem import Problem
from domain.rows import LinkRow, LinkStatus
from tests.integration.gateway.conftest import Running
from tests.integration.gateway.firm import Firm
from tests.integration.gateway.log_writer import NOW
from tests.integration.gateway.shared.test_activity_page import page


def asking(firm: Firm, client: str, name: str, *, hours: int) -> LinkRow:
    """A client about which it was asked so many hours ago whose email to keep."""
    problem = Problem(
        id=f"q-{client}",
        code="both_changed",
        since=NOW - timedelta(hours=hours),
        resume="synced",
        fields=(Field.EMAIL,),
    )
    row = firm.synced_row(client, name, client.removeprefix("c-"))
    return replace(row, status=LinkStatus.NEEDS_ATTENTION, problem=problem)


async def shown(gateway: Running, firm: Firm, *rows: LinkRow, path: str = "attention") -> str:
    """Open the page once the read model has these rows."""
    at = await gateway.log.decide(firm.connected(), code="connect")
    for row in rows:
        assert row.customer_id is not None
        await gateway.log.decide(firm.customer_row(row.customer_id, "A customer"), code="customer_noticed")
        at = await gateway.log.decide(row, code="customer_read")
    await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)
    return await page(gateway, firm, path, token="dev-manager")


async def test_the_longest_asked_comes_first_and_stands_open(gateway: Running, firm: Firm) -> None:
    """By when it was asked, not by name; what the domain allows is offered, each with both values."""
    rows = (asking(firm, "c-1", "Ada", hours=1), asking(firm, "c-2", "Zoe", hours=5))

    html = await shown(gateway, firm, *rows)

    assert html.index(">Zoe<") < html.index(">Ada<")
    assert "1 of 2" in html
    assert "Keep Canopy&#39;s value" in html
    assert "Type another value" in html
    assert f'data-next="/firms/{firm.id}/attention?client=c-1"' in html


async def test_a_question_that_is_named_stands_open_and_says_where_it_is(
    gateway: Running, firm: Firm
) -> None:
    """A link to it can be sent to a colleague."""
    rows = (asking(firm, "c-1", "Ada", hours=1), asking(firm, "c-2", "Zoe", hours=5))

    html = await shown(gateway, firm, *rows, path="attention?client=c-1")

    assert "2 of 2" in html
    assert "data-next" not in html


async def test_who_can_only_look_is_told_so(gateway: Running, firm: Firm) -> None:
    """All that would change something is disabled."""
    await shown(gateway, firm, asking(firm, "c-1", "Ada", hours=1))

    html = await page(gateway, firm, "attention")

    assert "View only." in html
    assert html.count("data-choice") == html.count("data-choice ") > 0
    assert html.count(" disabled>") == html.count("data-choice")


def refused(firm: Firm, code: Literal["value_not_taken", "display_name_taken"], version: int) -> LinkRow:
    """A client one of whose values QuickBooks would not take, edited so many times."""
    row = asking(firm, "c-1", "Ada", hours=1)
    assert row.problem is not None
    assert row.client is not None
    problem = replace(row.problem, code=code, detail="too_long", holders=())
    client = replace(row.client, version=version)
    return replace(row, version=version + 1, problem=problem, client=client)


def sign(html: str) -> str:
    """Give by what the page knows whether a question is another one."""
    return html.split('data-live="question" data-sign="')[1].split('"', maxsplit=1)[0]


async def test_a_try_again_says_as_of_when_both_sides_are_shown(gateway: Running, firm: Firm) -> None:
    """So it is put on the page anew when one of them changes; but not what somebody may be typing a name in."""
    before = await shown(gateway, firm, refused(firm, "value_not_taken", 4))
    after = await shown(gateway, firm, refused(firm, "value_not_taken", 5))

    seen = 'data-do="retry" data-body=\'{"client_version": 5, "customer_sync_token": 3}\''
    assert seen in after
    assert sign(before) != sign(after)
    named = await shown(gateway, firm, refused(firm, "display_name_taken", 5))
    again = await shown(gateway, firm, refused(firm, "display_name_taken", 6))
    assert 'data-do="retry"' not in again
    assert sign(named) == sign(again)


async def test_nothing_left_says_who_answered_last(gateway: Running, firm: Firm) -> None:
    """With a link to the answer; and nobody is named where nobody ever answered."""
    empty = await shown(gateway, firm)
    assert "Nothing needs you" in empty
    assert "answered the last question" not in empty

    answered = firm.synced_row("c-1", "Ada", "1")
    at = await gateway.log.answer_intent("i-1", answered, code="answer")
    await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)
    html = await page(gateway, firm, "attention")

    assert "Dana answered the last question" in html
    assert f"/firms/{firm.id}/clients/c-1#line-" in html


async def test_a_client_that_nobody_asks_about_leads_on(gateway: Running, firm: Firm) -> None:
    """Who follows an old link finds how the client stands, and the next question; one that nobody knows is none."""
    html = await shown(
        gateway,
        firm,
        firm.synced_row("c-1", "Ada", "1"),
        asking(firm, "c-2", "Zoe", hours=5),
        path="attention?client=c-1",
    )

    assert "There is no open question about this client." in html
    assert "1 left" in html
    assert "Nothing needs you" in await page(gateway, firm, "attention?client=c-9")
