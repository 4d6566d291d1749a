"""What a gateway does side by side ends with the first of it, whoever overhears that it is over."""

import asyncio

import pytest

from deploy import until_one_ends as of_it
from deploy.until_one_ends import until_one_ends
from tests.patience import PATIENCE_SECONDS


async def test_an_error_of_one_ends_the_others() -> None:
    """Each lets go of what it has before anybody hears of the error."""
    over = []

    async def goes_on() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            over.append(True)

    async def fails() -> None:
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        await until_one_ends(goes_on(), goes_on(), fails())

    assert over == [True, True]


async def test_one_that_overhears_it_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """As aiokafka does, whose client waits for a task of its own with every cancellation suppressed."""
    monkeypatch.setattr(of_it, "TOLD_AGAIN_SECONDS", 0.01)
    told = 0

    async def overhears() -> None:
        nonlocal told
        while told < 2:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                told += 1

    async def is_over() -> None:
        await asyncio.sleep(0)

    async with asyncio.timeout(PATIENCE_SECONDS):
        await until_one_ends(overhears(), is_over())

    assert told == 2
