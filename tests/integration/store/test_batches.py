"""Batches on a real database: carried out row by row, once each, whoever is killed; stopped, and taken back."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from adapters.asking_together import MOST_OPEN, Asker
from adapters.batches.asking import BatchesUnderWay
from adapters.batches.desk import BatchDesk, BatchRefusedError, Shown
from adapters.batches.draft import draft_of
from adapters.batches.seen import row_seen
from adapters.store.batches import Batch, Batches
from adapters.store.database import Database
from adapters.store.match_choices import MatchChoices
from adapters.store.pairings import Pairings
from adapters.store.sent_together import SENDER_SILENT
from domain.batches import BatchRow, Do
from domain.fields import Field
from domain.ids import ClientId, CustomerId, FirmId
from domain.matching.choices import Choice
from domain.outcomes import Rejected
from domain.rows import LinkStatus
from tests.integration.store.engine import Engine
from tests.integration.store.recorded_world import RecordedWorld
from tests.unit.domain.outside import REFUSED
from tests.unit.domain.world import FIRM

BY = "user:dana"


class Bench:
    """A firm with so many clients and customers of the same names, unmatched; with what its people and gateways have."""

    def __init__(self, database: Database, pairs: int) -> None:
        self.database = database
        self.world = RecordedWorld()
        for n in range(1, pairs + 1):
            name, email = f"Client Number {n}", f"c{n}@example.com"
            self.world.add_client(
                f"c-{n}", toggle=False, display_name=name, email=email, phone=f"312555{n:04}"
            )
            self.world.know_customer(f"{100 + n}", display_name=name, email=email)
        self.world.settle()
        self.clock = self.world.now
        self.engine = Engine(self.world, database)
        self.desk = BatchDesk(database)
        self.choices = MatchChoices(database)
        self.asker = self.another_gateway()

    def another_gateway(self) -> Asker[Batch]:
        """Give the asker of another gateway, or of one that was killed and started again."""
        return Asker(BatchesUnderWay(self.database), self.engine, self.engine.caught_up, self.look_at_it)

    def look_at_it(self) -> datetime:
        """Give the time, which goes on from one look to the next."""
        self.clock += timedelta(microseconds=1)
        return self.clock

    def match(self, n: int) -> BatchRow:
        """Match a client with the customer of its name, on what is seen now."""
        client, customer = f"c-{n}", f"{100 + n}"
        seen = self.world.customer(customer).customer
        return BatchRow(
            do="match",
            client_id=ClientId(client),
            customer_id=CustomerId(customer),
            link_version=self.world.link(client).version,
            customer_sync_token=seen.sync_token if seen else None,
        )

    async def begin(self, *rows: BatchRow, id_: str = "b-1") -> Batch:
        """Take a batch in."""
        await self.world.flush(self.database)
        return await self.desk.begin(id_, FIRM, rows, by=BY, at=self.clock, reason="onboarding")

    async def carried_out(self, batch: Batch) -> Shown:
        """Let the gateway be at it until nothing is left."""
        for _ in range(100):
            await self.asker.look()
            now = await self.desk.one(batch.id)
            assert now is not None
            if not now.is_under_way:
                return await self.desk.shown(now)
            self.clock += timedelta(seconds=1)
        raise AssertionError("it does not end")

    def statuses(self) -> dict[str, int]:
        """Count the links by status."""
        return Counter(link.status.value for link in self.world.links())


@pytest.fixture
async def bench(database: Database) -> Bench:
    """A firm of four."""
    return Bench(database, 4)


async def test_each_row_is_done_once_and_says_what_came_of_it(bench: Bench) -> None:
    """A match, a customer, a client, one left out, and one that has changed since it was seen."""
    world = bench.world
    world.know_customer("200", display_name="Only There")
    world.add_client("c-9", toggle=False, display_name="Only Here")
    stale = bench.match(2)
    world.edit_customer("102", phone="1")
    batch = await bench.begin(
        bench.match(1),
        stale,
        BatchRow(do="create", client_id=ClientId("c-9"), link_version=world.link("c-9").version),
        BatchRow(do="create_client", customer_id=CustomerId("200")),
        BatchRow(do="leave", client_id=ClientId("c-3"), customer_id=CustomerId("103")),
    )

    shown = await bench.carried_out(batch)

    assert [(each.state, each.code) for each in shown.ends] == [
        ("done", "match"),
        ("refused", "stale"),
        ("done", "create"),
        ("done", "add_client"),
        ("left_out", ""),
    ]
    assert (shown.asked, shown.over, shown.batch.number) == (4, 4, 1)
    made = shown.ends[3].client_id
    assert made is not None
    assert world.link(made).customer_id == "200"
    assert world.customer("101").customer is not None
    assert world.quickbooks.customers[CustomerId("101")].values[Field.PHONE] == "3125550001"
    assert world.link("c-3").status is LinkStatus.NOT_SYNCED
    assert len(bench.engine.asked) == 4
    assert {name for _, name in bench.engine.asked} == {batch.id}
    causes = [line.cause for line in world.lines if line.cause is not None and line.cause.batch == batch.id]
    assert {(cause.reason, cause.actor) for cause in causes} == {("onboarding", BY)}


async def test_the_same_request_is_the_same_batch_and_one_is_under_way_at_a_time(bench: Bench) -> None:
    """So nothing is begun twice; after the end, or a stop, comes the next, with the next number."""
    first = await bench.begin(bench.match(1))
    assert await bench.begin(bench.match(1)) == first
    with pytest.raises(BatchRefusedError, match="batch_under_way") as refused:
        await bench.begin(bench.match(2), id_="b-2")
    assert refused.value.facts == {"batch": "b-1", "number": "1"}
    with pytest.raises(BatchRefusedError, match="nothing_to_do"):
        await bench.begin(BatchRow(do="leave", client_id=ClientId("c-4")), id_="b-3")

    await bench.carried_out(first)
    with pytest.raises(BatchRefusedError, match="batch_ended"):
        await bench.desk.stop(first, by=BY, at=bench.clock)
    second = await bench.begin(bench.match(2), id_="b-2")
    await bench.desk.stop(second, by=BY, at=bench.clock)
    third = await bench.begin(bench.match(3), id_="b-4")

    assert [first.number, second.number, third.number] == [1, 2, 3]
    page = await bench.desk.page(FIRM, limit=2)
    assert [each.id for each in page.batches] == ["b-4", "b-2"]
    rest = await bench.desk.page(FIRM, limit=2, cursor=page.cursor)
    assert ([each.id for each in rest.batches], rest.cursor) == (["b-1"], None)
    assert (await bench.desk.page(FirmId("f-2"), limit=2)).batches == ()


async def test_whoever_takes_over_goes_on_and_does_nothing_twice(database: Database) -> None:
    """A gateway is killed in the middle, with rows asked for that nobody has decided yet."""
    bench = Bench(database, MOST_OPEN + 20)
    batch = await bench.begin(*(bench.match(n) for n in range(1, MOST_OPEN + 21)))
    await bench.asker.look()
    assert len(bench.engine.asked) == MOST_OPEN
    before = bench.world.writes
    bench.asker = bench.another_gateway()
    await bench.asker.look()
    assert len(bench.engine.asked) == MOST_OPEN, "the other one may still be at it"
    bench.clock += SENDER_SILENT + timedelta(seconds=1)

    shown = await bench.carried_out(batch)

    assert shown.counts == {"done": MOST_OPEN + 20}
    assert len(bench.engine.asked) == len(set(bench.engine.asked)) == MOST_OPEN + 20
    assert bench.world.writes - before == 20, "of each client one"


async def test_what_is_not_sent_yet_holds_the_rest_back_and_a_stop_leaves_it_alone(
    database: Database,
) -> None:
    """So many are at work at once; the others are not asked for, so they can be stopped."""
    bench = Bench(database, MOST_OPEN + 20)
    bench.engine.stalls = True
    batch = await bench.begin(*(bench.match(n) for n in range(1, MOST_OPEN + 21)))
    for _ in range(3):
        await bench.asker.look()
    under_way = await bench.desk.shown(batch)
    assert under_way.counts == {"under_way": MOST_OPEN, "waiting": 20}
    assert (under_way.over, under_way.asked) == (0, MOST_OPEN + 20)

    await bench.desk.stop(batch, by="user:lee", at=bench.clock)
    await bench.asker.look()
    bench.world.settle()
    await bench.world.flush(database)
    stopped = await bench.desk.one(batch.id)

    assert stopped is not None
    assert stopped.cancelled_by == "user:lee"
    shown = await bench.desk.shown(stopped)
    assert shown.counts == {"done": MOST_OPEN, "stopped": 20}
    assert bench.statuses() == {"synced": MOST_OPEN, "not_synced": 20}


async def test_a_batch_is_taken_back_by_another_one_as_its_preview_said(bench: Bench) -> None:
    """Row by row; what went on since is left alone, and what the match wrote over is named, since it stays."""
    world = bench.world
    world.edit_customer("101", phone="old")
    world.add_client("c-9", toggle=False, display_name="Only Here")
    batch = await bench.begin(
        *(bench.match(n) for n in (1, 2, 3)), BatchRow(do="create", client_id=ClientId("c-9"))
    )
    with pytest.raises(BatchRefusedError, match="batch_not_ended"):
        await bench.desk.revert("b-r", batch, by=BY, at=bench.clock, reason=None)
    done = (await bench.carried_out(batch)).batch
    world.intent("unmatch", "c-2")
    world.intent("unmatch", "c-3")
    world.settle()
    world.know_customer("300", display_name="Somebody Else")
    world.intent("match", "c-3", customer_id=CustomerId("300"))
    world.settle()
    await world.flush(bench.database)

    told = await bench.desk.to_revert(done, bench.clock)
    assert [(each.client_id, each.outcome) for each in told] == [
        ("c-1", "unmatched"),
        ("c-2", "already_so"),
        ("c-3", "changed"),
        ("c-9", "unmatched"),
    ]
    assert told[0].replaced == {Field.PHONE: ("old", "3125550001")}
    assert (told[0].values_back, told[0].kept_for) == ({Field.PHONE: "old"}, None)
    assert told[3].replaced == {}

    back = await bench.desk.revert("b-r", done, by="user:lee", at=bench.clock, reason="the wrong list")
    assert await bench.desk.revert("b-r", done, by="user:lee", at=bench.clock, reason="x") == back
    shown = await bench.carried_out(back)

    assert (back.number, back.reverts, shown.counts) == (2, batch.id, {"done": 2})
    assert await bench.desk.reverting(batch.id) == shown.batch
    assert {link.client_id for link in world.links() if link.customer_id is not None} == {"c-3"}
    with pytest.raises(BatchRefusedError, match="nothing_to_revert"):
        await bench.desk.revert("b-r2", done, by=BY, at=bench.clock, reason=None)


async def test_a_revert_does_what_was_shown_and_names_what_is_otherwise_by_then(bench: Bench) -> None:
    """A value edited, an unmatch, a match anew and, after the press, an unmatch: each leaves its row as it is. What the row is not about doesn't."""
    world = bench.world
    rows = [bench.match(n) for n in (1, 2, 3, 4)]
    world.know_customer("105", display_name="Client Number 5")
    world.add_client("c-5", toggle=False, display_name="Client Number 5")
    done = (await bench.carried_out(await bench.begin(*rows, bench.match(5)))).batch
    first = [row_seen(each) for each in await bench.desk.to_revert(done, bench.clock)]
    assert [row_seen(each) for each in await bench.desk.to_revert(done, bench.look_at_it())] == first

    world.edit_customer("101", phone="708")
    world.notify("101")
    world.edit_client("c-4", fax="3125550199")
    for client in ("c-2", "c-3"):
        world.intent("unmatch", client)
    world.settle()
    world.intent("restore", "c-3")
    world.settle()
    await world.flush(bench.database)
    back = await bench.desk.revert(
        "b-r", done, by="user:lee", at=bench.clock, reason=None, put_values_back=True, seen=first
    )
    world.intent("unmatch", "c-5")
    world.intent("restore", "c-5")
    world.settle()
    await world.flush(bench.database)
    shown = await bench.carried_out(back)

    assert [(each.client_id, each.state, each.code) for each in shown.ends] == [
        ("c-1", "moved_on", ""),
        ("c-2", "moved_on", ""),
        ("c-3", "moved_on", ""),
        ("c-4", "done", "unmatch"),
        ("c-5", "moved_on", "stale"),
    ]
    assert (shown.asked, shown.over, len(bench.engine.asked)) == (2, 2, 7)
    assert bench.statuses() == {"synced": 3, "not_synced": 2}
    assert world.quickbooks.customers[CustomerId("101")].values[Field.PHONE] == "708"
    assert Field.PHONE not in world.quickbooks.customers[CustomerId("104")].values

    with pytest.raises(BatchRefusedError, match="revert_moved"):
        await bench.desk.revert("b-r2", done, by=BY, at=bench.clock, reason=None, seen=first)
    now = [row_seen(each) for each in await bench.desk.to_revert(done, bench.clock)]
    again = await bench.desk.revert("b-r2", done, by=BY, at=bench.clock, reason=None, seen=now)
    assert (await bench.carried_out(again)).counts == {"done": 3}


async def test_what_matches_replaced_is_put_back_and_what_quickbooks_refuses_is_named(bench: Bench) -> None:
    """By history alone: neither row nor batch keeps a value. Taken back in turn, Canopy's values go out again."""
    world = bench.world
    world.edit_customer("101", phone="old")
    world.edit_customer("102", email=REFUSED)
    done = (await bench.carried_out(await bench.begin(*(bench.match(n) for n in (1, 2, 3))))).batch

    told = await bench.desk.to_revert(done, bench.clock)
    assert [each.values_back for each in told] == [
        {Field.PHONE: "old"},
        {Field.EMAIL: REFUSED, Field.PHONE: None},
        {Field.PHONE: None},
    ]
    back = await bench.desk.revert(
        "b-r", done, by="user:lee", at=bench.clock, reason=None, put_values_back=True
    )
    shown = await bench.carried_out(back)

    assert [each.do for each in shown.rows] == ["unmatch_with_values_back"] * 3
    assert shown.counts == {"done": 3}
    assert [each.not_put_back for each in shown.ends] == [(), (Field.EMAIL, Field.PHONE), ()]
    phones = [
        world.quickbooks.customers[CustomerId(each)].values.get(Field.PHONE) for each in ("101", "102", "103")
    ]
    assert phones == ["old", "3125550002", None]
    again = await bench.desk.to_revert(shown.batch, bench.clock)
    assert [(each.outcome, dict(each.writes["quickbooks"])) for each in again] == [
        ("restored", {Field.PHONE: "3125550001"}),
        ("restored", {}),
        ("restored", {Field.PHONE: "3125550003"}),
    ]


async def test_unmatches_are_taken_back_by_restores_as_their_preview_said(bench: Bench) -> None:
    """What was edited since is sent, both sides' edits become a question, and who was matched otherwise is left alone."""
    world = bench.world
    await bench.carried_out(await bench.begin(*(bench.match(n) for n in (1, 2, 3, 4))))
    apart = await bench.begin(
        *(
            BatchRow(do="unmatch", client_id=ClientId(f"c-{n}"), link_version=world.link(f"c-{n}").version)
            for n in (1, 2, 3, 4)
        ),
        id_="b-2",
    )
    done = (await bench.carried_out(apart)).batch
    assert bench.statuses() == {"not_synced": 4}
    world.edit_client("c-1", phone="312777")
    world.edit_client("c-2", phone="1")
    world.edit_customer("102", phone="2")
    world.notify("102")
    world.intent("restore", "c-3")
    world.know_customer("300", display_name="Somebody Else")
    world.intent("match", "c-4", customer_id=CustomerId("300"))
    world.settle()
    await world.flush(bench.database)

    world.edit_client("c-1", phone="312888")
    await world.flush(bench.database)
    earlier = [row_seen(each) for each in await bench.desk.to_revert(done, bench.clock)]
    world.edit_client("c-1", phone="312777")
    await world.flush(bench.database)

    told = await bench.desk.to_revert(done, bench.clock)
    assert [before == row_seen(now) for before, now in zip(earlier, told, strict=True)] == [False] + [
        True
    ] * 3
    assert [(each.client_id, each.outcome, each.code) for each in told] == [
        ("c-1", "restored", "restored"),
        ("c-2", "question", "both_changed"),
        ("c-3", "already_so", "already_so"),
        ("c-4", "blocked", "matched_since"),
    ]
    assert told[0].writes == {"quickbooks": {Field.PHONE: "312777"}, "canopy": {}}

    back = await bench.desk.revert("b-r", done, by="user:lee", at=bench.clock, reason="too many")
    shown = await bench.carried_out(back)

    assert shown.counts == {"done": 1, "question": 1}
    assert world.quickbooks.customers[CustomerId("101")].values[Field.PHONE] == "312777"
    assert {link.client_id: link.customer_id for link in world.links()} == {
        "c-1": "101",
        "c-2": "102",
        "c-3": "103",
        "c-4": "300",
    }
    assert [each.outcome for each in await bench.desk.to_revert(shown.batch, bench.clock)] == [
        "unmatched"
    ] * 2


async def test_an_edit_in_canopy_after_the_press_is_not_sent_by_a_revert(bench: Bench) -> None:
    """A restore sends Canopy's values: those that its person saw, or none."""
    world = bench.world
    await bench.carried_out(await bench.begin(bench.match(1), bench.match(2)))
    rows = [BatchRow(do="unmatch", client_id=ClientId(client)) for client in ("c-1", "c-2")]
    apart = (await bench.carried_out(await bench.begin(*rows, id_="b-2"))).batch
    back = await bench.desk.revert("b-r", apart, by=BY, at=bench.clock, reason=None)
    world.edit_client("c-1", phone="312777")
    await world.flush(bench.database)

    shown = await bench.carried_out(back)

    assert [(each.client_id, each.state, each.code) for each in shown.ends] == [
        ("c-1", "moved_on", "stale"),
        ("c-2", "done", "restore"),
    ]
    assert world.quickbooks.customers[CustomerId("101")].values[Field.PHONE] == "3125550001"


async def test_what_is_held_is_sent_by_a_batch_and_stays_sent(bench: Bench) -> None:
    """One that nothing is held of by then is refused, and says so."""
    world = bench.world
    await bench.carried_out(await bench.begin(bench.match(1), bench.match(2)))
    world.switch(from_canopy_editing=False)
    world.edit_client("c-1", phone="312777")
    world.settle()
    batch = await bench.begin(
        *(BatchRow(do="push", client_id=ClientId(client)) for client in ("c-1", "c-2")), id_="b-2"
    )

    shown = await bench.carried_out(batch)

    assert [(each.state, each.code) for each in shown.ends] == [
        ("done", "push"),
        ("refused", "nothing_to_push"),
    ]
    assert world.quickbooks.customers[CustomerId("101")].values[Field.PHONE] == "312777"
    assert [each.outcome for each in await bench.desk.to_revert(shown.batch, bench.clock)] == ["sent"]
    with pytest.raises(BatchRefusedError, match="nothing_to_revert"):
        await bench.desk.revert("b-r", shown.batch, by=BY, at=bench.clock, reason=None)


async def test_what_is_sent_from_a_synced_link_is_not_done_before_it_is(bench: Bench) -> None:
    """Nothing says that it was sent, and the rest is held back, until both sides have it."""
    world = bench.world
    await bench.carried_out(await bench.begin(bench.match(1), bench.match(2)))
    world.switch(from_canopy_editing=False)
    world.edit_client("c-1", phone="312777")
    world.edit_client("c-2", phone="312888")
    world.settle()
    bench.engine.stalls = True
    batch = await bench.begin(
        BatchRow(do="push", client_id=ClientId("c-1")),
        BatchRow(do="take_theirs", client_id=ClientId("c-2")),
        id_="b-2",
    )
    for _ in range(3):
        await bench.asker.look()
    now = await bench.desk.one(batch.id)
    assert now is not None
    assert now.is_under_way
    assert (await bench.desk.shown(now)).counts == {"under_way": 2}

    world.settle()
    await world.flush(bench.database)
    bench.engine.stalls = False

    assert (await bench.carried_out(batch)).counts == {"done": 2}


async def test_values_are_sent_taken_or_left_in_bulk_as_they_were_seen(database: Database) -> None:
    """What is edited after the look is nothing that somebody has chosen about."""
    bench = Bench(database, 7)
    world = bench.world
    await bench.carried_out(await bench.begin(*map(bench.match, (1, 2, 3, 4, 5, 6, 7))))
    for n in (6, 7):
        world.edit_client(f"c-{n}", email=f"later{n}@example.com")
        world.finish(f"c-{n}", result=Rejected(code="2210", fields=(Field.EMAIL,)))
    world.switch(from_canopy_editing=False)
    for n in (1, 2, 3, 4, 5):
        world.edit_client(f"c-{n}", phone=f"31277{n}")
    world.settle()

    def seen(do: Do, client: str) -> BatchRow:
        return BatchRow(do=do, client_id=ClientId(client), link_version=world.link(client).version)

    edited = seen("take_theirs", "c-1"), seen("leave_both", "c-2"), seen("push", "c-4"), seen("retry", "c-6")
    as_seen = seen("take_theirs", "c-3"), seen("push", "c-5"), seen("retry", "c-7")
    batch = await bench.begin(*edited, *as_seen, id_="b-2")
    for n in (1, 2, 4, 6):
        world.edit_client(f"c-{n}", phone=f"31299{n}")
    world.settle()
    await world.flush(bench.database)

    shown = await bench.carried_out(batch)

    assert [(each.state, each.code) for each in shown.ends] == [
        ("refused", "stale"),
        ("refused", "stale"),
        ("refused", "stale"),
        ("refused", "stale"),
        ("done", "take_theirs"),
        ("done", "push"),
        ("done", "retry"),
    ]
    assert world.quickbooks.customers[CustomerId("104")].values[Field.PHONE] != "312994", "nobody has seen it"


async def test_a_draft_is_one_for_the_firm_and_a_batch_takes_its_choices_away(bench: Bench) -> None:
    """Sure pairs are ticked; what somebody chose stands, with who; what it was chosen for may be gone."""
    await bench.world.flush(bench.database)
    pairings = Pairings(bench.database)

    def chosen(do: str, n: int, **more: object) -> Choice:
        ids = {"client_id": ClientId(f"c-{n}"), "customer_id": CustomerId(f"{100 + n}")}
        return Choice(do=do, **(ids | more))  # type: ignore[arg-type]

    await bench.choices.put(FIRM, [chosen("later", 1), chosen("leave", 2)], by="user:lee", at=bench.clock)
    await bench.choices.put(FIRM, [chosen("create", 3), chosen("leave", 1)], by=BY, at=bench.clock)
    await bench.choices.put(FIRM, [chosen("match", 9)], by=BY, at=bench.clock)
    draft = draft_of(FIRM, await pairings.of(FIRM), await bench.choices.of(FIRM))

    does = {each.line.name: each.weighed.do for each in draft.lines}
    assert does == {
        "client/c-1": "leave",
        "client/c-2": "leave",
        "client/c-3": "create",
        "client/c-4": "match",
    }
    by = {each.line.name: each.choice.chosen_by for each in draft.lines if each.choice}
    assert by == {"client/c-1": BY, "client/c-2": "user:lee", "client/c-3": BY}
    assert ([each.row for each in draft.lost], draft.moved) == (["client/c-9"], 1)

    forget = [each.choice.row for each in draft.to_do if each.choice]
    rows = [each.as_row() for each in draft.to_do]
    batch = await Batches(bench.database).add(
        id_="b-1", firm=FIRM, rows=rows, by=BY, at=bench.clock, reason=None, forget=forget
    )
    # Of the same name there is a customer already, which is asked about.
    assert (await bench.carried_out(batch)).counts == {"done": 1, "question": 1}
    assert {*(await bench.choices.of(FIRM))} == {"client/c-1", "client/c-2", "client/c-9"}
    after = draft_of(FIRM, await pairings.of(FIRM), await bench.choices.of(FIRM))
    assert after.seen != draft.seen
    assert {each.line.name: each.weighed.do for each in after.lines if each.weighed.do != "later"} == {
        "client/c-1": "leave",
        "client/c-2": "leave",
    }
