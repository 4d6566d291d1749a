"""What a browser keeps of a sign-in under way stands for it alone, and not for long."""

from datetime import UTC, datetime, timedelta

from adapters.oidc.attempt import LASTS, LONGEST_NEXT, begin, of_cookie

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def test_all_of_it_follows_from_the_cookie() -> None:
    """At any gateway; and what the issuer sees of it says nothing about the rest."""
    begun = begin("/firms/f-1/clients?q=ü", NOW)
    back = of_cookie(begun.cookie, NOW + timedelta(minutes=14))

    assert back == begun
    assert back.next == "/firms/f-1/clients?q=ü"
    parts = {begun.state, begun.nonce, begun.verifier, begun.challenge}
    assert len(parts) == 4
    assert all(len(part) == 43 and part not in begun.cookie for part in parts)


def test_each_is_another() -> None:
    """Also at the same moment, for the same page."""
    assert not parts_of("/a") & parts_of("/a")


def parts_of(page: str) -> set[str]:
    """Begin one; gives all that it has."""
    begun = begin(page, NOW)
    return {begun.state, begun.nonce, begun.verifier, begun.challenge, begun.cookie}


def test_it_runs_out_and_its_time_can_not_be_changed() -> None:
    """A later time in the cookie makes it another attempt, whose state nobody has been given."""
    begun = begin("", NOW)
    later = NOW + LASTS

    assert of_cookie(begun.cookie, later) is None
    assert of_cookie(begun.cookie, NOW - timedelta(minutes=2)) is None
    _, _, rest = begun.cookie.partition(".")
    changed = of_cookie(f"{int(later.timestamp())}.{rest}", later)
    assert changed is not None
    assert {changed.state, changed.nonce, changed.verifier}.isdisjoint(
        {begun.state, begun.nonce, begun.verifier}
    )


def test_what_is_no_cookie_of_ours_is_none() -> None:
    """Whatever the browser sends; an address that is too long is not kept."""
    for junk in ("", "1", "..", f"9.{'a' * 43}", f"9.{'a' * 43}._", f"9.{'a' * 43}._w==", "9" * 3000):
        assert of_cookie(junk, datetime.fromtimestamp(9, UTC)) is None, junk
    assert begin("/" + "x" * LONGEST_NEXT, NOW).next == ""
