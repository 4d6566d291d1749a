"""Signs in and out as a browser does, without one."""

from tests.integration.gateway.conftest import Running

COOKIE = "client_sync_session"


def ours(gateway: Running) -> dict[str, str]:
    """Say that a page of the gateway's own sends it."""
    return {"Origin": f"http://127.0.0.1:{gateway.settings.http_port}"}


async def signed_in(gateway: Running, person: str) -> dict[str, str]:
    """Begin a session; gives the header that a browser sends from then on."""
    form = {"person": person}
    async with gateway.http.post(
        "/sign-in", data=form, headers=ours(gateway), allow_redirects=False
    ) as answer:
        assert answer.status == 303
        session = answer.cookies[COOKIE].value
    gateway.http.cookie_jar.clear()
    return {"Cookie": f"{COOKIE}={session}"}


async def sign_out(gateway: Running, cookie: dict[str, str]) -> int:
    """End the session; gives the status."""
    headers = cookie | ours(gateway)
    async with gateway.http.post("/sign-out", headers=headers, allow_redirects=False) as answer:
        return answer.status
