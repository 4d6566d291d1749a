"""The words that a person gave stand in the row for as long as what they brought about."""

from dataclasses import replace

from domain.reasons import cleaned
from domain.rows import LinkStatus
from tests.unit.domain.test_echo import synced


def test_an_unmatch_keeps_its_words_and_what_comes_later_has_its_own() -> None:
    """With what it took apart; a restore has others, an edit none."""
    world = synced()
    world.intent("unmatch", "c-1", reason="INC-41")
    former = world.link().former
    assert former is not None
    assert (former.because, world.link().because) == ("INC-41", "INC-41")

    world.edit_client(phone="312")
    assert world.link().because == "INC-41"

    world.intent("restore", "c-1", reason="INC-42")
    assert world.link().because == "INC-42"

    world.settle()
    world.intent("unmatch", "c-1")
    assert world.link().because is None


def test_an_unmatch_that_waits_for_a_write_keeps_its_words_until_it_is_done() -> None:
    """They are of the one who asked, not of the answer that ends it."""
    world = synced()
    world.edit_client(phone="312")
    write = world.begin(world.write())
    world.intent("unmatch", "c-1", reason="INC-41")
    assert (world.link().status, world.link().because) == (LinkStatus.UNMATCHING, "INC-41")

    world.deliver(world.link().key, write, world.carry_out(write))

    former = world.link().former
    assert former is not None
    assert (former.because, former.unmatched_by) == ("INC-41", "user:dana")


def test_who_deletes_a_client_says_nothing_in_anothers_words() -> None:
    """A link that somebody restored with a reason, and whose client is deleted since."""
    world = synced()
    world.intent("unmatch", "c-1", reason="INC-41")
    world.intent("restore", "c-1", reason="INC-42")
    world.settle()

    gone = replace(world.canopy.edit("c-1", world.now, {}), presence="deleted")
    world.hear(gone, "deleted")

    former = world.link().former
    assert former is not None
    assert (former.because, world.link().because) == (None, None)


def test_a_reason_is_one_line_that_shows_what_it_says() -> None:
    """Letters of any alphabet stay; what controls a terminal or turns the text goes."""
    assert cleaned("  Größe, 中文 👩‍👩‍👧 ") == "Größe, 中文 👩‍👩‍👧"
    assert cleaned("a\r\n\tb\x00\x9b31m\u2066c\u2028d") == "a b 31mc d"
    assert cleaned(" \u202e\x07 ") is None
    assert cleaned(None) is None
