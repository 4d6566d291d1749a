"""What refuses a command is one rule: `decide` says of each just what `refusal_of` says, in every state and after every input."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from domain.agreed import Pair
from domain.decide import decide
from domain.decision import Verdict
from domain.fields import Field
from domain.ids import ClientId, CustomerId, IntentId, RealmId
from domain.inputs import (
    Answer,
    Cause,
    Create,
    Erase,
    LeaveBoth,
    LinkIntent,
    Match,
    Push,
    PutBack,
    Restore,
    Retry,
    TakeTheirs,
    UndoAnswer,
    UndoLeaveBoth,
    Unmatch,
)
from domain.link.allowed import NotGrantedError, granted, refusal_of
from domain.refusals import Refusal
from domain.remembered import Held, LeftApart, Settled
from domain.rows import LinkRow
from tests.states.states import FREE, OTHERS
from tests.states.test_choices import CHOICES, STATES, reached
from tests.unit.domain.world import FIRM, World

ASKED = IntentId("i")
NAMES = ("Nobody Has This Name", "Sheila Jackson", "  ", None)
NOBODYS = CustomerId("404")


def commands(link: LinkRow) -> Iterator[LinkIntent]:
    """Give what may be asked of a client, with what belongs to it and with what doesn't."""
    client = link.client_id
    for seen in (None, link.decided_version, link.decided_version - 1):
        yield Unmatch(firm_id=FIRM, intent_id=ASKED, client_id=client, link_version=seen)
        yield Create(firm_id=FIRM, intent_id=ASKED, client_id=client, link_version=seen)
    yield Erase(firm_id=FIRM, intent_id=ASKED, client_id=client, reason="asked by letter")
    yield Erase(firm_id=FIRM, intent_id=ASKED, client_id=client, reason="fiona gallagher asked")
    yield Push(firm_id=FIRM, intent_id=ASKED, client_id=client)
    for token in (None, 0, 99):
        yield Push(firm_id=FIRM, intent_id=ASKED, client_id=client, customer_sync_token=token)
        yield Push(firm_id=FIRM, intent_id=ASKED, client_id=client, client_version=token)
        yield TakeTheirs(firm_id=FIRM, intent_id=ASKED, client_id=client, customer_sync_token=token)
        yield LeaveBoth(firm_id=FIRM, intent_id=ASKED, client_id=client, client_version=token)
        yield Retry(firm_id=FIRM, intent_id=ASKED, client_id=client, customer_sync_token=token)
        yield Retry(firm_id=FIRM, intent_id=ASKED, client_id=client, client_version=token)
        for name in NAMES:
            yield Unmatch(
                firm_id=FIRM,
                intent_id=ASKED,
                client_id=client,
                customer_sync_token=token,
                values_back={Field.DISPLAY_NAME: name},
            )
    yield Restore(firm_id=FIRM, intent_id=ASKED, client_id=client)
    yield Restore(firm_id=FIRM, intent_id=ASKED, client_id=client, version=1)
    for customer in (FREE, OTHERS, NOBODYS):
        for token in (None, 0, 99):
            yield Match(
                firm_id=FIRM,
                intent_id=ASKED,
                client_id=client,
                customer_id=customer,
                customer_sync_token=token,
            )
        for realm in (None, RealmId("realm-9")):
            yield Restore(
                firm_id=FIRM,
                intent_id=ASKED,
                client_id=client,
                version=1,
                customer_id=customer,
                realm_id=realm,
            )
    for name in NAMES:
        yield PutBack(firm_id=FIRM, intent_id=ASKED, client_id=client, field=Field.DISPLAY_NAME, value=name)
    yield PutBack(firm_id=FIRM, intent_id=ASKED, client_id=client, field=Field.EMAIL, value=None)
    yield from answers(link)
    yield from undos(link)
    yield from held_again(link)


def held_again(link: LinkRow) -> Iterator[UndoLeaveBoth]:
    """Hold again what was left: as it stands now or otherwise, from either side, of its own customer or not, seen as it is or not."""
    stands = {Field.EMAIL: link.agreed.get(Field.EMAIL, Pair(None, None))}
    before = {Field.EMAIL: Pair("before@example.com", stands[Field.EMAIL].customer)}
    none = UndoLeaveBoth(firm_id=FIRM, intent_id=ASKED, client_id=link.client_id, version=1)
    yield none
    for customer in (link.customer_id, NOBODYS):
        for held in (Held(to_quickbooks=(Field.EMAIL,)), Held(to_canopy=(Field.EMAIL,))):
            left = LeftApart(
                version=1, customer_id=customer or NOBODYS, held=held, stands=stands, agreed=before
            )
            yield replace(none, left=left)
            yield replace(none, left=replace(left, stands=before))
            for token in (0, 99):
                yield replace(none, left=left, customer_sync_token=token)
                yield replace(none, left=left, client_version=token)


def undos(link: LinkRow) -> Iterator[UndoAnswer]:
    """Take back what settled one thing or another: of its own customer or not, still standing or not, about a name, or about a likeness."""
    ours = link.client.values if link.client is not None else {}
    named = Settled(version=1, question="both_changed", customer_id=link.customer_id)
    for field, before in ((Field.EMAIL, "before@example.com"), *((Field.DISPLAY_NAME, n) for n in NAMES)):
        stands = {field: ours.get(field)}
        yield _undo(link, replace(named, stands=stands, canopy=stands, quickbooks={field: before}))
        yield _undo(link, replace(named, stands=stands, canopy={field: before}, quickbooks=stands))
    email = {Field.EMAIL: ours.get(Field.EMAIL)}
    other = replace(named, stands=email, canopy=email, quickbooks={Field.EMAIL: None})
    yield _undo(link, replace(other, customer_id=NOBODYS))
    for token in (0, 99):
        yield replace(_undo(link, other), customer_sync_token=token)
        yield replace(_undo(link, other), client_version=token)
    yield _undo(link, None)
    for about in (None, FREE, OTHERS, CustomerId("7"), NOBODYS):
        yield _undo(link, Settled(version=1, question="possible_duplicate", about=about))


def _undo(link: LinkRow, settled: Settled | None) -> UndoAnswer:
    return UndoAnswer(firm_id=FIRM, intent_id=ASKED, client_id=link.client_id, version=1, settled=settled)


def answers(link: LinkRow) -> Iterator[Answer]:
    """Give each choice of the open question, or of none, with fields, values and customers of all kinds."""
    question = link.problem.id if link.problem is not None else "q-1"
    of_it = link.problem.fields[:1] if link.problem is not None else ()
    for choice in CHOICES:
        for field in (None, Field.FAX, *of_it):
            yield Answer(
                firm_id=FIRM,
                intent_id=ASKED,
                client_id=link.client_id,
                question=question,
                choice=choice,
                field=field,
            )
        for name in NAMES:
            yield Answer(
                firm_id=FIRM,
                intent_id=ASKED,
                client_id=link.client_id,
                question=question,
                choice=choice,
                field=Field.DISPLAY_NAME,
                value=name,
            )
    for asked, customer, token in ((question, NOBODYS, None), (question, None, 99), ("another", None, None)):
        yield Answer(
            firm_id=FIRM,
            intent_id=ASKED,
            client_id=link.client_id,
            question=asked,
            choice="match",
            customer_id=customer,
            customer_sync_token=token,
        )


def check(world: World) -> int:
    """Compare what is said before with what is decided; gives how many commands were refused."""
    cause = Cause(topic="any", partition=0, offset=10_000, id="e", at=world.now, actor="user:dana")
    refused, link = 0, world.table.link(FIRM, ClientId("c-1"))
    if link is None:
        return 0
    for command in commands(link):
        said = refusal_of(world.table, link, command)
        decision = decide(world.table, command, cause, world.started)
        assert decision is not None
        if said is None:
            assert decision.verdict is not Verdict.REFUSED, command
        else:
            assert (decision.verdict, decision.code) == (Verdict.REFUSED, said.code), command
            assert decision.facts == said.facts, command
            refused += 1
    return refused


@pytest.mark.parametrize("state", STATES)
def test_a_command_is_refused_by_the_same_rule_before_it_is_sent_and_when_it_is_decided(state: str) -> None:
    """With the same code and facts; and of those tried some are refused in every state that has a client."""
    for world in reached(state):
        assert check(world) or world.table.link(FIRM, ClientId("c-1")) is None


def test_what_was_refused_can_not_be_carried_out() -> None:
    """Whoever carries it out asked first, or meets an error."""
    assert granted(7) == 7
    for nothing in (None, Refusal("stale")):
        with pytest.raises(NotGrantedError):
            granted(nothing)
