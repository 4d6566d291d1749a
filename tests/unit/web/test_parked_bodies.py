"""Whatever a webhook held and nobody could use is kept, in letters that Kafka takes."""

import hashlib
from collections.abc import Callable
from itertools import cycle, islice

import orjson
import pytest

from adapters.web.webhooks.notices import Notices, read_notices
from adapters.web.webhooks.parked_bodies import letters_of, pieces_of
from domain.ports import LARGEST_LETTER_BYTES


def cloud_events(sizes: list[int]) -> bytes:
    return orjson.dumps([event(number, size) for number, size in enumerate(sizes)])


def event(number: int, size: int) -> dict[str, object]:
    return {
        "specversion": "1.0",
        "id": f"e-{number}",
        "type": "qbo.customer.updated.v1",
        "time": "2026-09-01T10:00:00Z",
        "intuitentityid": str(number),
        "intuitaccountid": str(number % 7),
        "data": "x" * size,
    }


def legacy(sizes: list[int]) -> bytes:
    entity = {"name": "Customer", "operation": "Update", "lastUpdated": "2026-09-01T10:00:00Z"}
    return orjson.dumps(
        {
            "eventNotifications": [
                {
                    "realmId": str(number % 7),
                    "dataChangeEvent": {"entities": [{**entity, "id": str(number), "note": "x" * size}]},
                }
                for number, size in enumerate(sizes)
            ]
        }
    )


def originals(notices: Notices) -> list[object]:
    return [each.original for each in notices.customers]


@pytest.mark.parametrize("write", [cloud_events, legacy])
def test_a_small_body_is_kept_byte_for_byte(write: Callable[[list[int]], bytes]) -> None:
    """Also what stands around the notices that could not be used."""
    body = write([10, 20])
    notices = read_notices(body)

    (letter,) = letters_of(body, notices.around, originals(notices)[:1])

    assert (letter.body, letter.remark) == (body, "")


@pytest.mark.parametrize("write", [cloud_events, legacy])
def test_the_letters_of_a_large_body_can_each_be_read_and_hold_all(
    write: Callable[[list[int]], bytes],
) -> None:
    """Whatever the sizes of its notices, up to one that fills a letter nearly alone."""
    sizes = list(islice(cycle([0, 300, 40_000, LARGEST_LETTER_BYTES - 400, 900_000, 7]), 60))
    body = write(sizes)
    notices = read_notices(body)

    letters = letters_of(body, notices.around, originals(notices))

    assert all(len(letter.body) <= LARGEST_LETTER_BYTES and letter.remark for letter in letters)
    read = [each for letter in letters for each in read_notices(letter.body).customers]
    assert [(each.customer_id, each.original) for each in read] == [
        (each.customer_id, each.original) for each in notices.customers
    ]


def test_one_notice_that_is_larger_than_a_letter_is_cut() -> None:
    """Those before and behind it are not."""
    body = cloud_events([10, 2 * LARGEST_LETTER_BYTES, 10])
    notices = read_notices(body)

    first, *pieces, last = letters_of(body, notices.around, originals(notices))

    assert [read_notices(each.body).customers[0].event_id for each in (first, last)] == ["e-0", "e-2"]
    assert orjson.loads(b"".join(each.body for each in pieces))[0]["id"] == "e-1"


@pytest.mark.parametrize("more", [-1, 0, 1, 4 * LARGEST_LETTER_BYTES])
def test_what_nobody_can_take_apart_is_cut_and_can_be_put_together(more: int) -> None:
    """Each piece names its place, and what the whole is known by."""
    body = (bytes(range(251)) * (LARGEST_LETTER_BYTES // 40))[: LARGEST_LETTER_BYTES + more]

    pieces = pieces_of(body)

    assert b"".join(piece.body for piece in pieces) == body
    assert all(len(piece.body) <= LARGEST_LETTER_BYTES for piece in pieces)
    if len(pieces) > 1:
        assert all(hashlib.sha256(body).hexdigest() in piece.remark for piece in pieces)
        assert pieces[1].remark.startswith(f"piece 2 of {len(pieces)} of {len(body)} bytes")
