"""Grants: what a person gave an app for a company, and the tokens that stand for it.

A refresh token lives 100 days from its last use, and five years at most. Its value changes about once a day; the value
before works a while longer (Intuit, Authorization FAQ; intuit/oauth-jsclient issue 138).
"""

import secrets
import sqlite3
from dataclasses import dataclass
from typing import Any

from deploy.sandbox.quickbooks.oauth.rules import (
    ACCESS_SECONDS,
    HARD_SECONDS,
    IDLE_SECONDS,
    Rules,
    TokenClock,
)
from deploy.sandbox.state import State

SCHEMA = """
CREATE TABLE IF NOT EXISTS oauth_grants (
    id INTEGER PRIMARY KEY, client TEXT NOT NULL, realm TEXT NOT NULL, made REAL NOT NULL, used REAL NOT NULL,
    ended INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS oauth_codes (
    code TEXT PRIMARY KEY, client TEXT NOT NULL, redirect_uri TEXT NOT NULL, realm TEXT NOT NULL, made REAL NOT NULL,
    grant_id INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS oauth_tokens (
    token TEXT PRIMARY KEY, kind TEXT NOT NULL, grant_id INTEGER NOT NULL, made REAL NOT NULL, replaced REAL
) WITHOUT ROWID;
"""
BYTES_OF_AN_ACCESS_TOKEN = 600
"""Intuit's are encrypted JWTs of about this size."""


class InvalidGrantError(Exception):
    """The code or refresh token is worth nothing, or nothing any more."""


@dataclass(slots=True)
class Grants:
    """All grants. `rules` and `clock` belong to this run of the process, like faults."""

    state: State
    clock: TokenClock
    rules: Rules

    def __post_init__(self) -> None:
        self.state.define(SCHEMA)

    def give_code(self, client: str, redirect_uri: str, realm: str) -> str:
        """Make the code that a browser takes back to the app."""
        code = f"AB{secrets.token_urlsafe(24)}"
        self.state.write(
            "INSERT INTO oauth_codes (code, client, redirect_uri, realm, made) VALUES (?, ?, ?, ?, ?)",
            *(code, client, redirect_uri, realm, self.clock.now()),
        )
        return code

    def exchange(self, client: str, code: str, redirect_uri: str) -> dict[str, Any]:
        """Give tokens for a code, once. A second use ends what the first one got (RFC 6749, 4.1.2).

        Raises:
            InvalidGrantError: it is not this client's, old, used, or was given for another address.
        """
        rows = self.state.rows("SELECT * FROM oauth_codes WHERE code = ?", code)
        if not rows or rows[0]["client"] != client or rows[0]["redirect_uri"] != redirect_uri:
            raise InvalidGrantError
        row, now = rows[0], self.clock.now()
        if row["grant_id"] is not None:
            self._end(row["grant_id"])
            raise InvalidGrantError
        if now - row["made"] > self.rules.code_seconds:
            raise InvalidGrantError
        with self.state.transaction():
            if self.rules.newer_sign_in_ends_older:
                self.state.write(
                    "UPDATE oauth_grants SET ended = 1 WHERE realm = ? AND client = ?", row["realm"], client
                )
            grant = self.state.write(
                "INSERT INTO oauth_grants (client, realm, made, used) VALUES (?, ?, ?, ?)",
                *(client, row["realm"], now, now),
            )
            self.state.write("UPDATE oauth_codes SET grant_id = ? WHERE code = ?", grant, code)
            return self._answer(grant, self._new(grant, "refresh", now), now)

    def refresh(self, client: str, token: str) -> dict[str, Any]:
        """Give a new access token, and the refresh token that counts from here on.

        Raises:
            InvalidGrantError: it is no refresh token of this client, or has ended.
        """
        found = self._find(token, "refresh")
        now = self.clock.now()
        if found is None or found["client"] != client or not self._lives(found, now):
            raise InvalidGrantError
        with self.state.transaction():
            self.state.write("UPDATE oauth_grants SET used = ? WHERE id = ?", now, found["grant_id"])
            newest = self._newest(found["grant_id"])
            if now - newest["made"] >= self.rules.rotates_after_seconds:
                self.state.write("UPDATE oauth_tokens SET replaced = ? WHERE token = ?", now, newest["token"])
                return self._answer(
                    found["grant_id"], self._new(found["grant_id"], "refresh", now), found["first"]
                )
            return self._answer(found["grant_id"], newest["token"], found["first"])

    def revoke(self, client: str, token: str) -> bool:
        """End the whole grant that an access or refresh token stands for. False: it stands for none."""
        found = self._find(token, "refresh") or self._find(token, "access")
        if found is None or found["client"] != client:
            return False
        self._end(found["grant_id"])
        return True

    def leave(self, realm: str) -> int:
        """End all grants of a company, as a person does under “My Apps” at Intuit."""
        with self.state.transaction():
            live = self.state.rows("SELECT id FROM oauth_grants WHERE realm = ? AND ended = 0", realm)
            for row in live:
                self._end(row["id"])
        return len(live)

    def realm_of(self, access_token: str) -> str | None:
        """Name the company that an access token opens; None: it has ended, or is none."""
        found = self._find(access_token, "access")
        if found is None or found["ended"] or self.clock.now() - found["made"] >= ACCESS_SECONDS:
            return None
        return str(found["realm"])

    def _lives(self, found: sqlite3.Row, now: float) -> bool:
        if found["ended"] or now - found["used"] >= IDLE_SECONDS or now - found["first"] >= HARD_SECONDS:
            return False
        return found["replaced"] is None or now - found["replaced"] < self.rules.previous_lives_seconds

    def _answer(self, grant: int, refresh_token: str, first: float) -> dict[str, Any]:
        now = self.clock.now()
        hard = int(first + HARD_SECONDS - now)
        return {
            "token_type": "bearer",
            "access_token": self._new(grant, "access", now),
            "expires_in": ACCESS_SECONDS,
            "refresh_token": refresh_token,
            "x_refresh_token_expires_in": min(IDLE_SECONDS, hard),
            "x_refresh_token_hard_expires_in": hard,
        }

    def _new(self, grant: int, kind: str, now: float) -> str:
        token = (
            f"RT1-{grant}-H0-{secrets.token_urlsafe(24)}"
            if kind == "refresh"
            else f"eyJ{secrets.token_urlsafe(BYTES_OF_AN_ACCESS_TOKEN)}"
        )
        self.state.write(
            "INSERT INTO oauth_tokens (token, kind, grant_id, made) VALUES (?, ?, ?, ?)",
            *(token, kind, grant, now),
        )
        return token

    def _find(self, token: str, kind: str) -> sqlite3.Row | None:
        rows = self.state.rows(
            "SELECT t.*, g.client, g.realm, g.used, g.ended, g.made AS first FROM oauth_tokens t"
            " JOIN oauth_grants g ON g.id = t.grant_id WHERE t.token = ? AND t.kind = ?",
            *(token, kind),
        )
        return rows[0] if rows else None

    def _newest(self, grant: int) -> sqlite3.Row:
        (row,) = self.state.rows(
            "SELECT * FROM oauth_tokens WHERE grant_id = ? AND kind = 'refresh' AND replaced IS NULL", grant
        )
        return row

    def _end(self, grant: int) -> None:
        self.state.write("UPDATE oauth_grants SET ended = 1 WHERE id = ?", grant)
