"""A webhook is Intuit's if the raw body is signed with one of our verifier tokens."""

import pytest

from adapters.web.webhooks.signature import is_signed

CLOUD_EVENTS = (
    b'[{"specversion":"1.0","id":"0f3c8a52-77aa-4c0e-9f0e-1d2c3b4a5968","source":"intuit.c2ltdWxhdG9y",'
    b'"type":"qbo.customer.updated.v1","datacontenttype":"application/json","time":"2026-09-01T10:00:00.123Z",'
    b'"intuitentityid":"58","intuitaccountid":"9130000000000001","data":{}}]'
)


@pytest.mark.parametrize(
    ("verifier", "body", "signature"),
    [
        ("verify_me", b'{"stuff":"5"}', "nfPLN16u3vMvv08ghDs+dOkLuirEVDy5wAeG/lmM2OA="),
        ("sim-verifier", CLOUD_EVENTS, "IQIGfnHEK/GuDNVe5f+IK1tVUoSdy8uCPMBMvWHvj44="),
    ],
)
def test_known_signatures_are_believed(verifier: str, body: bytes, signature: str) -> None:
    """Two vectors: one also in python-quickbooks' tests, one over a CloudEvents body."""
    assert is_signed(body, signature, ("another", verifier))


@pytest.mark.parametrize("signature", [None, "", "nfPLN16u", "ümlaut", "\udce9", "A" * 44])
def test_anything_else_is_not_believed(signature: str | None) -> None:
    """No signature, a piece of one, one that is no ASCII, one that is no text at all, a wrong one."""
    assert not is_signed(b'{"stuff":"5"}', signature, ("verify_me",))


def test_one_changed_byte_undoes_the_signature() -> None:
    """It is over the bytes as they came, not over what they mean."""
    assert not is_signed(b'{"stuff": "5"}', "nfPLN16u3vMvv08ghDs+dOkLuirEVDy5wAeG/lmM2OA=", ("verify_me",))
