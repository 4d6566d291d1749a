"""Batches and the draft by the API: what is taken in, for whom, and on what was seen."""

from typing import Any

import orjson

from adapters.batches.seen import look_seen
from domain.ids import FirmId
from domain.rows import Reason
from streams.wire.topics import INTENTS
from tests.integration.gateway.conftest import Running
from tests.integration.gateway.firm import Firm


async def lists(gateway: Running, firm: Firm) -> None:
    """Two that are surely the same on both sides, and one on either side alone."""
    await gateway.log.decide(firm.connected())
    for n, name in ((1, "Ada Roe"), (2, "Bo Lindqvist")):
        await gateway.log.decide(firm.client_row(f"c-{n}", name))
        await gateway.log.decide(firm.customer_row(f"{50 + n}", name, email=f"c-{n}@example.com"))
    await gateway.log.decide(firm.client_row("c-3", "Only Here"))
    at = await gateway.log.decide(firm.customer_row("60", "Only There"))
    await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)


async def matching(gateway: Running, firm: Firm) -> dict[str, Any]:
    """Read both lists."""
    answer, body = await gateway.ask("GET", f"{firm.api}/matching", token="dev-viewer")
    assert answer.status == 200, body
    return dict(body)


async def test_a_draft_is_shared_and_committed_as_it_was_seen(gateway: Running, firm: Firm) -> None:
    """Sure pairs are chosen already; whoever commits totals that are not true any more is told so."""
    await lists(gateway, firm)
    before = await matching(gateway, firm)
    draft = {name: before["draft"][name] for name in ("match", "create", "create_client", "leave", "later")}
    assert draft == {"match": 2, "create": 0, "create_client": 0, "leave": 0, "later": 2}
    assert [each["do"] for each in before["rows"]] == ["match", "match", "later", "later"]
    assert [each["can"] for each in before["rows"][1:]] == [
        ["match", "create", "create_client"],
        ["create"],
        ["create_client"],
    ]

    second = before["rows"][1]
    kept = ("client_id", "customer_id", "link_version", "customer_sync_token")
    choices = {
        "choices": [
            {name: second[name] for name in kept} | {"do": "leave"},
            {"client_id": "c-3", "do": "create"},
        ]
    }
    viewed, _ = await gateway.ask("POST", f"{firm.api}/matching/choices", token="dev-viewer", body=choices)
    chosen, told = await gateway.ask("POST", f"{firm.api}/matching/choices", body=choices)
    assert (viewed.status, chosen.status) == (403, 200)
    assert (told["draft"]["match"], told["draft"]["create"], told["draft"]["leave"]) == (1, 1, 1)
    row = (await matching(gateway, firm))["rows"][1]
    assert (row["do"], row["chosen_by"], row["moved"]) == ("leave", "user:dana", False)

    old = {"draft": before["draft"]["seen"], "reason": "onboarding"}
    moved, why = await gateway.ask("POST", f"{firm.api}/batches", body=old)
    assert (moved.status, why["code"]) == (409, "draft_moved")
    async with gateway.reading(INTENTS) as intents:
        seen = old | {"draft": told["draft"]["seen"]}
        taken, made = await gateway.ask("POST", f"{firm.api}/batches", body=seen, Idempotency_Key="commit-1")
        asked = [orjson.loads((await intents.next()).value) for _ in range(2)]
    again, same = await gateway.ask("POST", f"{firm.api}/batches", body=seen, Idempotency_Key="commit-1")
    other, refused = await gateway.ask("POST", f"{firm.api}/batches", body=seen)

    batch = made["batch"]["batch"]
    assert (taken.status, taken.headers["Location"]) == (202, f"{firm.api}/batches/{batch}")
    assert [(each["type"], each["batch"], each["actor"], each["data"]["reason"]) for each in asked] == [
        (f"sync.intent.{kind}.v1", batch, "user:dana", "onboarding") for kind in ("match", "create")
    ]
    assert (asked[0]["data"]["link_version"], asked[0]["data"]["customer_sync_token"]) == (1, 3)
    assert (again.status, same["batch"]["batch"]) == (202, batch)
    assert (other.status, refused["code"]) == (409, "draft_moved")
    assert [each["chosen_by"] for each in (await matching(gateway, firm))["rows"]] == [
        None,
        "user:dana",
        None,
        None,
    ]


async def test_rows_are_checked_where_they_come_in(gateway: Running, firm: Firm) -> None:
    """By what they need, how many they are, and which fields there are; one batch of a firm at a time."""
    await lists(gateway, firm)
    path = f"{firm.api}/batches"
    wrong: list[tuple[Any, str]] = [
        ({"rows": [{"do": "match", "client_id": "c-1"}]}, "wrong_row"),
        ({"rows": [{"do": "create", "client_id": "c-1"}] * 2}, "wrong_row"),
        ({"rows": [{"do": "restore", "client_id": "c-1"}]}, "wrong_body"),
        ({"rows": [{"do": "push", "customer_id": "58"}]}, "wrong_row"),
        ({"rows": [{"do": "create", "client_id": "c-1", "link_vresion": 1}]}, "wrong_body"),
        ({"rows": []}, "wrong_body"),
        ({"rows": [{"do": "leave", "client_id": f"c-{n}"} for n in range(5001)]}, "wrong_body"),
        ({}, "wrong_body"),
        ({"rows": [{"do": "create", "client_id": "c-1"}], "draft": "x"}, "wrong_body"),
    ]
    for body, code in wrong:
        answer, why = await gateway.ask("POST", path, body=body)
        assert (answer.status, why["code"]) == (422, code), body
    nothing, why = await gateway.ask("POST", path, body={"rows": [{"do": "leave", "client_id": "c-1"}]})
    assert (nothing.status, why["code"]) == (409, "nothing_to_do")

    rows = [{"do": "create", "client_id": "c-1"}]
    _, made = await gateway.ask("POST", path, body={"rows": rows})
    busy, why = await gateway.ask("POST", path, body={"rows": rows})
    one = f"{path}/{made['batch']['batch']}"
    early, not_yet = await gateway.ask("POST", f"{one}/revert", body={})
    _, foreseen = await gateway.ask("GET", f"{one}/revert-preview", token="dev-viewer")
    _, stopped = await gateway.ask("POST", f"{one}/cancel", body={})
    _, preview = await gateway.ask("GET", f"{path}/1/revert-preview", token="dev-viewer")
    late, none = await gateway.ask("POST", f"{one}/revert", body={})

    assert (busy.status, why["code"], why["facts"]["number"]) == (409, "batch_under_way", "1")
    assert (early.status, not_yet["code"]) == (409, "batch_not_ended")
    assert (stopped["batch"]["state"], stopped["batch"]["stopped_by"]) == ("stopped", "user:dana")
    assert (preview["unmatched"], preview["rows"]) == (0, [])
    assert (late.status, none["code"]) == (409, "nothing_to_revert")
    told = [(each["refused"]["code"], each["refused"]["text"]) for each in (foreseen, preview)]
    assert told == [(each["code"], each["detail"]) for each in (not_yet, none)]
    _, listed = await gateway.ask("GET", path, token="dev-viewer")
    assert [each["number"] for each in listed["batches"]] == [1]


async def matched_in_bulk(gateway: Running, firm: Firm) -> str:
    """Match the two that are surely the same by a batch; gives the path of that."""
    await lists(gateway, firm)
    pairs = [("c-1", "Ada Roe", "51"), ("c-2", "Bo Lindqvist", "52")]
    rows = [{"do": "match", "client_id": client, "customer_id": customer} for client, _, customer in pairs]
    async with gateway.reading(INTENTS) as intents:
        _, made = await gateway.ask("POST", f"{firm.api}/batches", body={"rows": rows})
        asked = [orjson.loads((await intents.next()).value)["id"] for _ in pairs]
    batch = made["batch"]["batch"]
    for intent, pair in zip(asked, pairs, strict=True):
        at = await gateway.log.answer_intent(intent, firm.synced_row(*pair), code="match", batch=batch)
    one = f"{firm.api}/batches/{batch}"
    await gateway.ask("GET", one, Sync_Position=at)
    await gateway.ask("POST", f"{one}/cancel", body={})
    return one


async def page_of(gateway: Running, path: str) -> str:
    """Read a page as a manager sees it."""
    async with gateway.http.get(path, headers={"Authorization": "Bearer dev-manager"}) as answer:
        return await answer.text()


async def test_a_revert_is_of_what_its_preview_showed(gateway: Running, firm: Firm) -> None:
    """A colleague unmatches one in between: it is not asked for, and named; with nothing as it was seen, nothing is begun."""
    one = await matched_in_bulk(gateway, firm)
    _, preview = await gateway.ask("GET", f"{one}/revert-preview", token="dev-viewer")
    seen = [each["seen"] for each in preview["rows"]]
    page = one.removeprefix("/api/v1") + "/revert"
    shown = await page_of(gateway, page)
    assert all(each in shown for each in seen)
    assert "Unmatch 2 clients" in await page_of(gateway, f"{page}?seen={look_seen(seen)}")
    apart = firm.client_row("c-1", "Ada Roe", version=3, reason=Reason.UNMATCHED)
    at = await gateway.log.answer_intent("i-9", apart, code="unmatch")
    await gateway.ask("GET", one, Sync_Position=at)

    wrong, _ = await gateway.ask("POST", f"{one}/revert", body={"seen": ["x" * 13]})
    moved, why = await gateway.ask("POST", f"{one}/revert", body={"seen": seen[:1]})
    async with gateway.reading(INTENTS) as intents:
        taken, made = await gateway.ask("POST", f"{one}/revert", body={"seen": seen})
        *_, asked = [orjson.loads((await intents.next()).value) for _ in range(3)]

    assert (preview["unmatched"], len(set(seen))) == (2, 2)
    assert wrong.status == 422
    assert (moved.status, why["code"]) == (409, "revert_moved")
    assert (taken.status, made["batch"]["asked"], made["batch"]["rows"]) == (202, 1, 2)
    assert [(each["client_id"], each["do"], each["state"]) for each in made["rows"]] == [
        ("c-1", "leave", "moved_on"),
        ("c-2", "unmatch", "waiting"),
    ]
    assert (asked["data"]["client_id"], asked["data"]["link_version"]) == ("c-2", 2)
    result = f"/firms/{firm.id}/batches/{made['batch']['batch']}"
    assert "It was no longer as shown, so it was left as it is." in await page_of(gateway, result)
    await gateway.ask("POST", f"/api/v1{result}/cancel", body={})
    assert "changed since you opened the first page" in await page_of(gateway, f"{page}?from=100&seen=1")


async def test_a_batch_is_its_firms_alone(gateway: Running, firm: Firm) -> None:
    """Under another firm's address there is none, nor under a name that nobody has."""
    await lists(gateway, firm)
    rows = [{"do": "create", "client_id": "c-1"}]
    _, made = await gateway.ask("POST", f"{firm.api}/batches", body={"rows": rows})
    await gateway.ask("POST", f"{firm.api}/batches/{made['batch']['batch']}/cancel", body={})
    elsewhere = f"/api/v1/firms/{FirmId('f-elsewhere')}/batches/{made['batch']['batch']}"

    for path in (elsewhere, f"{firm.api}/batches/b-none", f"{firm.api}/batches/2", f"{firm.api}/batches/%00"):
        answer, why = await gateway.ask("GET", path)
        assert (answer.status, why["code"]) == (404, "batch_unknown"), path


async def test_who_only_views_sees_all_of_it_and_no_button(gateway: Running, firm: Firm) -> None:
    """The lists, the totals, a batch, and what taking it back would do."""
    await lists(gateway, firm)
    _, made = await gateway.ask(
        "POST", f"{firm.api}/batches", body={"rows": [{"do": "create", "client_id": "c-1"}]}
    )
    one = f"/firms/{firm.id}/batches/{made['batch']['batch']}"
    shown = {}
    for token in ("dev-viewer", "dev-manager"):
        for path in (f"/firms/{firm.id}/matching", f"/firms/{firm.id}/matching/commit", one, f"{one}/revert"):
            headers = {"Authorization": f"Bearer {token}"}
            async with gateway.http.get(path, headers=headers) as answer:
                assert answer.status == 200, (token, path)
                shown[token, path] = await answer.text()

    viewed = "".join(page for (token, _), page in shown.items() if token == "dev-viewer")
    assert "Ada Roe" in viewed
    assert "<select" not in viewed
    assert ">Stop<" not in viewed
    assert ">Stop<" in shown["dev-manager", one]
    assert "Review and commit</a>" not in shown["dev-manager", f"/firms/{firm.id}/matching"], "one at a time"
    await gateway.ask("POST", f"{firm.api}/batches/{made['batch']['batch']}/cancel", body={})
