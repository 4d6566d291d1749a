"""What is equal in a row that was read is one object, and nothing else of it is different."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from domain.agreed import Alike, Pair
from domain.fields import Field
from domain.rows import LinkRow, Row
from streams.wire.records import row_in
from streams.wire.sharing import plain
from streams.wire.unreadable import UnreadableRecordError
from tests.bench.content import FIRMS
from tests.bench.synced import synced
from tests.histories.history import names, read

LINK, CUSTOMER = synced(FIRMS[0], 1)


def json_of(row: Row) -> bytes:
    """The row as it lies in the log."""
    return orjson.dumps(row, default=plain, option=orjson.OPT_NON_STR_KEYS)


def read_back(row: LinkRow) -> LinkRow:
    """The link as a worker holds it."""
    found = row_in(orjson.loads(json_of(row)))
    assert isinstance(found, LinkRow)
    return found


def test_in_step_it_holds_each_value_once() -> None:
    """The pairs are the client's own values, and take no room of their own."""
    found = read_back(LINK)

    assert isinstance(found.agreed, Alike)
    assert found.client is not None
    for field, pair in found.agreed.items():
        assert pair.client is pair.customer is found.client.values[field]
    assert found.client.client_id is found.client_id


def test_spelled_otherwise_there_it_still_holds_each_value_once() -> None:
    """One field that differs costs the others no second text."""
    spelled = Pair(LINK.agreed[Field.PHONE].client, "312 5550001")
    found = read_back(replace(LINK, agreed={**LINK.agreed, Field.PHONE: spelled}))

    assert found.client is not None
    name = found.agreed[Field.DISPLAY_NAME]
    assert name.client is name.customer is found.client.values[Field.DISPLAY_NAME]
    assert found.agreed[Field.PHONE] == spelled
    assert found.agreed[Field.PHONE].client is found.client.values[Field.PHONE]


def test_rows_share_what_says_nothing_and_whose_they_are() -> None:
    """Two rows of one firm."""
    one, other = read_back(LINK), read_back(synced(FIRMS[0], 2)[0])

    assert one.firm_id is other.firm_id
    for name in ("held", "pushed", "not_kept", "changed_at", "client_times", "wanted"):
        assert getattr(one, name) is getattr(other, name)


@pytest.mark.parametrize("row", [LINK, CUSTOMER], ids=["link", "customer"])
def test_it_is_written_as_it_was(row: Row) -> None:
    """Byte for byte, and equal from both sides."""
    found = row_in(orjson.loads(json_of(row)))

    assert json_of(found) == json_of(row)
    assert found == row
    assert row == found


@pytest.mark.parametrize("name", names())
def test_rows_of_histories_are_written_as_they_were(name: str) -> None:
    """Whatever state they are in."""
    rows = [record.row for step in read(name) for record in step.records if record.row.kind != "none"]

    for row in rows:
        found = row_in(orjson.loads(json_of(row)))
        assert (found, json_of(found)) == (row, json_of(row))


def test_another_order_of_pairs_is_kept() -> None:
    """As the log has it."""
    turned = replace(LINK, agreed=dict(reversed(list(LINK.agreed.items()))))

    assert json_of(read_back(turned)) == json_of(turned)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": ["link"]},
        {"firm_id": 7},
        {"client": {"values": {"fax": 7}}},
        {"client": 7},
        {"agreed": {"display_name": 7}},
        {"agreed": 7},
        {"held": None},
    ],
)
def test_what_could_not_be_read_can_not_be_read(wrong: dict[str, Any]) -> None:
    """It is refused, and by nothing else than before."""
    with pytest.raises(UnreadableRecordError):
        row_in({**orjson.loads(json_of(LINK)), **wrong})
