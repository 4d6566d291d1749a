"""An operator looks at all firms, and at whether anybody decides."""

from tests.story import operators
from tests.story.company import Company


async def test_an_operator_sees_how_firms_are(company: Company) -> None:
    """Connected and decided about; paused by whom and why; a firm that is none is said to be one."""
    client = await company.add_client("Tilda Moe", email="tilda@example.com")
    await company.until_synced(client)

    (own,) = [each for each in await operators.types(company, "firms") if each["firm"] == company.firm]
    deciding, shown = await operators.types(company, "status", company.firm)

    assert own["connection"]["status"] == "connected"
    assert own["last_decision"] is not None
    assert shown["firm"] == company.firm
    assert (deciding["deciding"], deciding["workers"]) == ("ok", 1)

    await operators.types(company, "pause", "--firm", company.firm, "--reason", "INC-42")
    await company.edit_client(client, email="moe@example.com")
    await company.until_link(client, in_step=False)
    _, paused = await operators.types(company, "status", company.firm, code=1)
    everything = await operators.types(company, "status", code=1)
    await operators.types(company, "resume", "--firm", company.firm, "--reason", "INC-42 is over")

    assert paused["paused"]["reason"] == "INC-42"
    assert paused["paused"]["all_firms"] is False
    assert paused["pending"] == 1
    assert paused["oldest_wait"] > paused["paused"]["since"]
    assert company.firm in [each.get("firm") for each in everything]
    await company.until_synced(client)
    assert await operators.types(company, "status", "f-of-nobody", code=1) == []


async def test_an_operator_is_told_that_nobody_decides(company: Company) -> None:
    """Of a group of workers that has none: what waits in the firm's partition, and that it stands still."""
    client = await company.add_client("Uwe Roth")
    await company.until_synced(client)

    nobody = {"CLIENT_SYNC_GROUP": "workers-of-nobody"}
    told, _ = await operators.types(company, "status", company.firm, code=1, settings=nobody)

    (waiting,) = told["undecided"].values()
    assert (told["deciding"], told["workers"]) == ("nobody", 0)
    assert waiting > 0
    assert told["partitions_standing_still"] == told["partitions_without_worker"] == [int(*told["undecided"])]
