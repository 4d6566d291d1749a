"""What the README tells a newcomer to type: a client by kcat, a change in QuickBooks, a look at the log."""

import asyncio
from zlib import crc32

from streams.wire.inputs import partition_of
from tests.story.company import Company
from tests.story.conftest import Open
from tests.story.readme import command, typed
from tests.story.stillness import stays_still

MURMUR = " -X topic.partitioner=murmur2_random"


def _of(company: Company, text: str) -> str:
    """Let a command of the README speak of this firm on these ports."""
    shown = {
        "127.0.0.1:19092": company.stack.bootstrap,
        "http://127.0.0.1:8081": company.stack.quickbooks,
        "9130357766890012": company.realm,
        "f-1|": f"{company.firm}|",
        '"f-1"': f'"{company.firm}"',
    }
    for here, there in shown.items():
        text = text.replace(here, there)
    return text


async def test_a_client_written_by_kcat_makes_exactly_one_customer(company: Company) -> None:
    """The README's kcat line creates one customer in QuickBooks, and then nothing more is written."""
    await asyncio.to_thread(typed, _of(company, command("echo 'f-1|")))

    customer = await company.until_synced("c-9001")
    await stays_still(company)

    (written,) = await company.written_in_quickbooks()
    assert (written["method"], written["committed"]) == ("POST", True)
    (made,) = await company.customers()
    assert (made["Id"], made["DisplayName"]) == (customer, "Kit Catchpole")
    assert made["PrimaryEmailAddr"] == {"Address": "kit@example.com"}
    assert await company.written_in_canopy() == []
    # Other tests' companies write to the same stand-in, so the last lines need not be this one's.
    look = command("curl -s http://127.0.0.1:8081/_control/ledger").replace("| tail -60", "")
    shown = await asyncio.to_thread(typed, _of(company, look))
    assert "Kit Catchpole" in shown


async def test_the_same_line_twice_makes_no_second_customer(company: Company) -> None:
    """A producer that sends an event again is told apart from a second client."""
    line = _of(company, command("echo 'f-1|"))
    await asyncio.to_thread(typed, line)
    await company.until_synced("c-9001")

    await asyncio.to_thread(typed, line)

    async def decided_twice() -> bool:
        timeline = (await company.api("GET", "/clients/c-9001/timeline")).ok()["lines"]
        return [line["code"] for line in timeline].count("already_known") == 1

    await company.until(decided_twice, "the repeat is on the timeline")
    assert len(await company.written_in_quickbooks()) == 1


async def test_a_client_written_without_kafkas_partitioner_is_parked_with_the_hint(
    open_company: Open,
) -> None:
    """Without the partitioner's option kcat chooses by CRC32; where that is elsewhere, the dead letter says what to do."""
    elsewhere = (f"f-crc-{n}" for n in range(100))
    company = await open_company(next(f for f in elsewhere if crc32(f.encode()) % 8 != partition_of(f, 8)))
    line = _of(company, command("echo 'f-1|"))
    assert MURMUR in line

    await asyncio.to_thread(typed, line.replace(MURMUR, ""))

    async def parked() -> bool:
        return bool(await company.dead_letters())

    await company.until(parked, "it is among the dead letters")
    (letter,) = await company.dead_letters()
    assert letter["reason"] == "wrong_partition"
    assert "-X topic.partitioner=murmur2_random" in letter["detail"]
    await asyncio.to_thread(typed, line)
    await company.until_synced("c-9001")


async def test_a_change_in_quickbooks_comes_back_by_webhook(company: Company) -> None:
    """The README's second line: a phone number typed in QuickBooks is patched into Canopy, alone, and that is all."""
    client = await company.add_client("Noor Haddad", email="noor@example.com")
    customer = await company.until_synced(client)
    line = command("curl -s -X PATCH http://127.0.0.1:8081/_control/realms/9130357766890012/customers/58")

    await asyncio.to_thread(typed, _of(company, line).replace("customers/58", f"customers/{customer}"))
    await company.until_client(client, phone="(312) 555-0177")
    await stays_still(company)
    (written,) = await company.written_in_canopy()
    assert (written["method"], written["body"]) == ("PATCH", {"phone": "(312) 555-0177"})
    assert len(await company.written_in_quickbooks()) == 1, "only the create"


async def test_the_log_can_be_read_by_kcat(company: Company) -> None:
    """The README's last line shows records of the log."""
    client = await company.add_client("Ines Kowalczyk")
    await company.until_synced(client)

    shown = await asyncio.to_thread(typed, _of(company, command("kcat -C")).replace("| tail -3", ""))

    assert f'"client_id":"{client}"' in shown
