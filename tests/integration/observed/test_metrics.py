"""What a worker shows to Prometheus, after work whose figures are known."""

import re

from prometheus_client.parser import text_string_to_metric_families

from tests.integration.observed.conftest import Observed
from tests.story.company import Company
from tests.story.events import client_event


async def _figures(observed: Observed) -> dict[str, float]:
    """Read all figures, each by its name and labels."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(await observed.metrics("worker")):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def _echoes(figures: dict[str, float]) -> float:
    return sum(
        value for name, value in figures.items() if name.startswith("client_sync_echoes_absorbed_total")
    )


async def test_a_client_created_and_edited_twice_shows_in_the_figures(observed: Observed) -> None:
    """Decisions, effects, requests and echoes grow by what was done; what waits comes to nothing."""
    company = await Company.open(observed.stack, observed.http, "f-counted")
    before = await _figures(observed)

    await company.tell(client_event(company.firm, "created", "c-1", 1, "Counted Client"))
    customer = await company.until_synced("c-1")
    await company.tell(client_event(company.firm, "created", "c-1", 1, "Counted Client"))

    async def heard_of_itself() -> bool:
        return _echoes(await _figures(observed)) > _echoes(before)

    # An edit before it would be told together with our own write, and the notification be no echo.
    await company.until(heard_of_itself, "the webhook of our own write was absorbed")
    await company.edit_customer(customer, GivenName="Counted")

    async def came_back() -> bool:
        return (await _figures(observed)).get(
            "client_sync_effects_total{kind=update_client,outcome=client_gone}", 0
        ) > 0

    # The client was told to us and does not exist in Canopy, so the way back ends in an answer of its own.
    await company.until(came_back, "Canopy was asked")
    after = await _figures(observed)
    grown = {
        name: value - before.get(name, 0.0) for name, value in after.items() if value != before.get(name, 0.0)
    }
    assert grown["client_sync_decisions_total{code=client_created,verdict=applied}"] == 1
    assert grown["client_sync_decisions_total{code=already_known,verdict=superseded}"] == 1
    assert grown["client_sync_effects_total{kind=create_customer,outcome=customer_saved}"] == 1
    posts = "client_sync_quickbooks_requests_total{fault=,method=POST,resource=customer,status=200}"
    assert grown[posts] == 1
    assert grown["client_sync_input_to_door_seconds_count{kind=create_customer}"] == 1
    assert 0 < grown["client_sync_input_to_door_seconds_sum{kind=create_customer}"] < 30
    assert _echoes(grown) >= 1
    for timed in ("append", "fold", "pacer_wait"):
        assert after[f"client_sync_{timed}_seconds_count"] > 0, timed
    assert grown["client_sync_canopy_requests_total{method=PATCH,status=404}"] >= 1


async def test_what_waits_is_shown_for_each_partition_of_each_input_topic(observed: Observed) -> None:
    """Four topics of eight partitions, all this worker's; once it is quiet, nothing waits."""
    company = await Company.open(observed.stack, observed.http, "f-waiting")

    async def nothing_waits() -> bool:
        figures = await _figures(observed)
        waiting = {
            name: value for name, value in figures.items() if name.startswith("client_sync_inputs_waiting")
        }
        return (
            figures["client_sync_partitions"] == 8 and len(waiting) == 32 and set(waiting.values()) == {0.0}
        )

    await company.until(nothing_waits, "all is committed", 30)
    assert (await _figures(observed))["client_sync_lanes"] >= 0


async def test_no_label_names_a_firm_a_client_or_a_company(observed: Observed) -> None:
    """Labels are few words of ours, so that a thousand firms cost no more series than one."""
    company = await Company.open(observed.stack, observed.http, "f-labelled")
    for process in ("worker", "gateway"):
        shown = await observed.metrics(process)
        assert company.firm not in shown
        assert company.realm not in shown
        names = set(re.findall(r"[{,](\w+)=", shown))
        assert not {name for name in names if name.endswith(("_id", "firm", "realm", "client"))}
