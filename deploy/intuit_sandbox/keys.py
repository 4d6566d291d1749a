"""The file with the keys of a run. It is written again at once when Intuit changes the refresh token: whoever loses that signs in anew."""

import os
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deploy.private_files import OWNER_READS_AND_WRITES
from domain.bounds import REALM

BASE_URL = "https://sandbox-quickbooks.api.intuit.com"
DISCOVERY_URL = "https://developer.api.intuit.com/.well-known/openid_sandbox_configuration"
NEEDED = ("client_id", "client_secret", "realm_id", "refresh_token")


class WrongKeysFileError(Exception):
    """The file can't be used. Says why, and nothing of what it holds."""


class Keys(BaseModel):
    """What a run needs. `refresh_token_since`: when this refresh token was first seen here; None: never yet."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    client_id: str = Field(min_length=1, repr=False)
    client_secret: str = Field(min_length=1, repr=False)
    realm_id: str
    refresh_token: str = Field(min_length=1, repr=False)
    refresh_token_since: datetime | None = None
    base_url: str = BASE_URL
    discovery_url: str = DISCOVERY_URL


class KeysFile:
    """The file, and what stands in it now."""

    def __init__(self, path: Path) -> None:
        """Read it.

        Raises:
            WrongKeysFileError: it is none.
        """
        self._path = path
        try:
            self.now = Keys.model_validate_json(path.read_bytes())
        except ValidationError as wrong:
            fields = sorted(
                {str(error["loc"][0]) if error["loc"] else "all of it" for error in wrong.errors()}
            )
            raise WrongKeysFileError(
                f"{path}: expected JSON with {', '.join(NEEDED)}; wrong or missing: {', '.join(fields)}"
            ) from None
        except OSError as wrong:
            raise WrongKeysFileError(f"{path} can't be read ({type(wrong).__name__})") from None
        if not REALM.holds(self.now.realm_id):
            raise WrongKeysFileError(f"{path}: realm_id: {REALM.expected}")

    def take(self, refresh_token: str) -> None:
        """Keep the refresh token that Intuit gave, before anything else is done with it."""
        if refresh_token == self.now.refresh_token and self.now.refresh_token_since is not None:
            return
        given = {"refresh_token": refresh_token, "refresh_token_since": datetime.now(UTC)}
        self.now = self.now.model_copy(update=given)
        beside = self._path.with_name(f"{self._path.name}.new")
        with os.fdopen(
            os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_READS_AND_WRITES), "w"
        ) as file:
            file.write(self.now.model_dump_json(indent=2, exclude_defaults=True))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)
