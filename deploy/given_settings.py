"""What is set under our prefix, in the environment and in `.env`; and secrets that lie in files instead: one rule for all of them.

An environment is shown by many tools, and inherited by whatever a process starts. A file is for who may read it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

PREFIX = "CLIENT_SYNC_"
ENV_FILE = ".env"
OF_A_FILE = "_FILE"
LONGEST_SECRET = 64 * 1024


def given() -> Mapping[str, str]:
    """Give what is set, by name without the prefix, in capitals; the environment goes before `.env`."""
    return _in_env_file() | _in_environment()


def set_in(name: str) -> str | None:
    """Say where a name, without the prefix and in capitals, is set: `environment` or `.env`; None: nowhere."""
    if name in _in_environment():
        return "environment"
    return ENV_FILE if name in _in_env_file() else None


def _in_environment() -> dict[str, str]:
    return _ours(os.environ)


def _in_env_file() -> dict[str, str]:
    return _ours(dotenv_values(ENV_FILE)) if Path(ENV_FILE).is_file() else {}


def _ours(values: Mapping[str, str | None]) -> dict[str, str]:
    ours = {name.upper(): value or "" for name, value in values.items()}
    return {name.removeprefix(PREFIX): value for name, value in ours.items() if name.startswith(PREFIX)}


def secrets_of(fields: Mapping[str, FieldInfo]) -> frozenset[str]:
    """Name the fields that are secrets: those that are not shown where settings are printed."""
    return frozenset(name for name, field in fields.items() if not field.repr)


@dataclass(frozen=True, slots=True)
class SecretFile:
    """What a file holds for a setting; or why it can't be used."""

    text: str = ""
    fault: str | None = None


def secret_files(fields: Mapping[str, FieldInfo]) -> Mapping[str, SecretFile]:
    """Read the files that secrets lie in, by field."""
    set_now = given()
    return {
        name: _read(path, also=bool(set_now.get(name.upper())))
        for name in sorted(secrets_of(fields))
        if (path := set_now.get(name.upper() + OF_A_FILE))
    }


class SecretFiles(PydanticBaseSettingsSource):
    """Gives pydantic what lies in files; what is wrong with one is said by `needed_settings.py`, with all the rest."""

    def __init__(self, settings: type[BaseSettings]) -> None:
        super().__init__(settings)
        self._files = secret_files(settings.model_fields)

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        """Give one; it is never written as JSON."""
        found = self._files.get(field_name)
        return (found.text if found is not None and found.fault is None else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Give all."""
        return {name: found.text for name, found in self._files.items() if found.fault is None}


def _read(path: str, *, also: bool) -> SecretFile:
    if also:
        return SecretFile(fault="expected either the file or the setting itself, and both are set")
    try:
        with Path(path).open("rb") as file:
            text = file.read(LONGEST_SECRET + 1).decode()
    except (OSError, ValueError) as error:
        return SecretFile(
            fault=f"expected a file that holds the secret; it can't be read ({type(error).__name__})"
        )
    if len(text) > LONGEST_SECRET or not text.strip():
        return SecretFile(fault="expected a file that holds the secret; it is empty or far too large")
    return SecretFile(text.strip())
