"""What a person at a terminal reads of a batch, and of taking it back."""

from datetime import UTC, datetime

from adapters.web.api.batch_shapes import BatchAnswer, BatchProgress, RevertedShape, RevertPreview, RowShape
from adapters.web.api.replaced_shape import ReplacedShape
from deploy.operators.batch_words import batch_lines, is_done, list_line, revert_lines, seen_in, to_revert
from domain.batches import RowState
from domain.fields import Field
from domain.ids import FirmId

HEAD = BatchProgress(
    batch="b-1",
    number=7,
    state="ended",
    rows=2,
    asked_at=datetime(2026, 11, 24, 9, tzinfo=UTC),
    asked_by="user:dana",
    reason="onboarding",
    reverts=None,
    stopped_at=None,
    stopped_by=None,
    ended_at=datetime(2026, 11, 24, 10, tzinfo=UTC),
    asked=2,
    over=2,
    counts={"done": 1, "refused": 1},
)
REVERTED = RevertedShape(
    number=0,
    client_id="c-1",
    customer_id="58",
    outcome="unmatched",
    text="Unmatched.",
    stays=[ReplacedShape(field=Field.PHONE, before="(773) 555-0100", written="(312) 555-0100")],
    values_back={Field.PHONE: "(773) 555-0100"},
    seen="0123456789ab",
    writes={},
)
PREVIEW = RevertPreview(
    refused=None, unmatched=1, restored=0, with_values_back=1, rows=[REVERTED], cursor=None
)


def row(state: RowState) -> RowShape:
    """A row that stands so."""
    return RowShape(
        number=0,
        do="match",
        client_id="c-1",
        customer_id="58",
        state=state,
        code="",
        text="Matched.",
        facts={},
        position=None,
    )


def told(preview: RevertPreview, *, put_values_back: bool) -> list[str]:
    """All lines of a preview."""
    said = revert_lines(HEAD, preview, put_values_back=put_values_back)
    return [line for _, lines in said for line in lines]


def test_a_batch_is_told_by_its_number_with_who_and_why() -> None:
    """In a list as in a line of its own; each row with its client."""
    _, (listed,) = list_line(HEAD)
    lines = [
        line
        for _, said in batch_lines(BatchAnswer(batch=HEAD, rows=[row("done")], cursor=None))
        for line in said
    ]

    assert listed == "   7  b-1  2026-11-24 09:00  2 rows  ended  by dana  “onboarding”"
    assert lines == [
        "Batch 7 (b-1), ended: 2 rows (1 done, 1 refused).",
        "  Asked for 2026-11-24 09:00 by dana  “onboarding”",
        "client c-1: match, done. Matched.",
    ]


def test_only_what_was_granted_counts_as_done() -> None:
    """A question that a row has led to is not a refusal."""
    shown = BatchAnswer(batch=HEAD, rows=[], cursor=None)
    asked = HEAD.model_copy(update={"counts": {"done": 1, "question": 1, "left_out": 1}})

    assert not is_done(shown)
    assert is_done(shown.model_copy(update={"batch": asked}))


def test_a_preview_says_what_quickbooks_gets_only_where_it_would_get_it() -> None:
    """Without the option the values stay, and it names the option; with it they go back."""
    without, with_it = told(PREVIEW, put_values_back=False), told(PREVIEW, put_values_back=True)

    assert without == [
        "Batch 7: 1 client is unmatched. What the matches replaced in 1 customer can be put back with --put-values-back.",
        "client c-1: Unmatched.",
        "    QuickBooks: phone: (312) 555-0100 stays; before the match: (773) 555-0100",
    ]
    assert with_it == [
        "Batch 7: 1 client is unmatched. QuickBooks gets back what the matches replaced in 1 customer.",
        "client c-1: Unmatched.",
        "    QuickBooks: phone: (312) 555-0100 → (773) 555-0100",
    ]


def test_a_preview_gives_the_command_that_does_just_what_it_shows() -> None:
    """By one word for all of its rows, which is another one where a row is another."""
    other = REVERTED.model_copy(update={"seen": "ba9876543210"})
    seen, changed = seen_in(PREVIEW), seen_in(PREVIEW.model_copy(update={"rows": [other]}))

    said = to_revert(FirmId("f-1"), HEAD, PREVIEW, put_values_back=True)

    assert said.endswith(f": client-sync batches revert f-1 7 --put-values-back --seen {seen} --reason TEXT")
    assert seen != changed


def test_what_was_left_as_it_is_counts_as_not_done() -> None:
    """It has changed since it was shown, and somebody has to look."""
    head = HEAD.model_copy(update={"counts": {"done": 1, "moved_on": 1}})

    assert not is_done(BatchAnswer(batch=head, rows=[], cursor=None))


def test_a_preview_without_anything_to_take_back_says_so() -> None:
    """Its rows say why."""
    nothing = PREVIEW.model_copy(update={"unmatched": 0, "with_values_back": 0, "rows": []})

    assert told(nothing, put_values_back=True) == ["Batch 7: nothing is taken back."]
