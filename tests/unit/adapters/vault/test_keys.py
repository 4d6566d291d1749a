"""What is sealed for one firm and company opens there and nowhere else; keys are read or refused by name."""

import base64

import pytest

from adapters.vault.keys import (
    Owner,
    Sealed,
    SealedByOtherKeyError,
    WrongKeysError,
    new_key,
    read_keys,
)
from domain.ids import FirmId, RealmId

OURS = Owner(firm=FirmId("f-1"), realm=RealmId("91"))
SECRET = b"RT1-1-H0-secret"
NOTHING = base64.b64encode(bytes(32)).decode()


def test_what_is_sealed_opens_for_its_owner_alone() -> None:
    """Neither in another firm's row nor in another company's, nor as another thing, nor with a bit changed."""
    keys = read_keys(new_key("one"))
    sealed = keys.seal(OURS, SECRET)

    assert keys.open(OURS, sealed) == SECRET
    assert SECRET not in sealed.box
    assert keys.seal(OURS, SECRET).box != sealed.box
    for other in (
        Owner(firm=FirmId("f-2"), realm=RealmId("91")),
        Owner(firm=FirmId("f-1"), realm=RealmId("92")),
        Owner(firm=FirmId("f-1"), realm=RealmId("91"), purpose="sign_in"),
        Owner(firm=FirmId('f-1","9'), realm=RealmId("1")),
    ):
        with pytest.raises(SealedByOtherKeyError):
            keys.open(other, sealed)
    for number in (0, len(sealed.box) - 1):
        box = bytearray(sealed.box)
        box[number] ^= 1
        with pytest.raises(SealedByOtherKeyError):
            keys.open(OURS, Sealed(key_id=sealed.key_id, box=bytes(box)))


def test_keys_change_by_putting_a_new_one_first() -> None:
    """The first one seals, all open; without the old one what it sealed stays shut, and the error names it only."""
    old, new = new_key("old"), new_key("new")
    sealed = read_keys(old).seal(OURS, SECRET)
    both = read_keys(f"{new}\n{old}\n")

    assert both.open(OURS, sealed) == SECRET
    assert both.seal(OURS, SECRET).key_id == "new"
    with pytest.raises(SealedByOtherKeyError) as refused:
        read_keys(new).open(OURS, sealed)
    assert "old" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("", "NAME:KEY"),
        (f"a:{NOTHING},a:{NOTHING}", "key 2"),
        (f"a b:{NOTHING}", "key 1"),
        ("short:" + base64.b64encode(bytes(16)).decode(), "key short"),
        ("odd:!!!!", "key odd"),
    ],
)
def test_wrong_keys_are_named_and_not_repeated(text: str, about: str) -> None:
    """Which one, and what was expected."""
    with pytest.raises(WrongKeysError) as refused:
        read_keys(text)

    assert about in str(refused.value)
    assert base64.b64encode(bytes(16)).decode() not in str(refused.value)
