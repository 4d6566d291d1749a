"""Every setting as people look it up: `client-sync settings` and `docs/settings.md` are made of this, so neither can lack one.

No value that is set is part of it, a secret's least of all: only that it is set, and where.
"""

from dataclasses import dataclass

from pydantic.fields import FieldInfo

from deploy.given_settings import OF_A_FILE, PREFIX, secrets_of, set_in
from deploy.needed_settings import NEEDED, Runs
from deploy.settings import SANDBOX_ISSUER_APP, SANDBOX_SECRETS, Settings

OF_STAND_INS = frozenset({"qbo_base_url", "qbo_discovery_url", "canopy_base_url"})

COMMANDS = {
    Runs.EVERYTHING: "up",
    Runs.WORKER: "worker",
    Runs.GATEWAY: "gateway",
    Runs.KAFKA: "commands that ask Kafka",
    Runs.VAULT: "vault rotate",
    Runs.API: "commands that ask a gateway",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSetting:
    """One setting. Names are those of the environment, with their prefix; `file_name`: of a secret, the name that gives a file's place.

    `default`: what it is unless set, None: nothing. `in_sandbox`: words for what it is in the sandbox alone. `needed_by`: the commands that
    need it outside the sandbox.
    """

    name: str
    file_name: str | None
    meaning: str
    default: str | None
    in_sandbox: str | None
    needed_by: tuple[str, ...]

    @property
    def secret(self) -> bool:
        """Say whether it is never printed, and may lie in a file."""
        return self.file_name is not None


def listed_settings() -> tuple[ListedSetting, ...]:
    """List all settings, in the order in which they stand in the code."""
    return tuple(_listed(name, field) for name, field in Settings.model_fields.items())


def where_set(setting: ListedSetting) -> tuple[str, str] | None:
    """Give the name by which a setting is set, and where: `environment` or `.env`; None: it is not."""
    for name in (setting.name, setting.file_name):
        place = set_in(name.removeprefix(PREFIX)) if name is not None else None
        if name is not None and place is not None:
            return name, place
    return None


def _listed(name: str, field: FieldInfo) -> ListedSetting:
    named = PREFIX + name.upper()
    return ListedSetting(
        name=named,
        file_name=named + OF_A_FILE if name in secrets_of(Settings.model_fields) else None,
        meaning=str(field.description),
        default=_default(field.default),
        in_sandbox=_in_sandbox(name),
        needed_by=tuple(command for runs, command in COMMANDS.items() if name in NEEDED[runs]),
    )


def _default(value: object) -> str | None:
    if value in (None, "", ()):
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _in_sandbox(name: str) -> str | None:
    if name in SANDBOX_SECRETS:
        return "the sandbox's own"
    if name == "oidc_issuer" or name in SANDBOX_ISSUER_APP:
        return "the stand-in's, with SANDBOX_ISSUER"
    return "the stand-in's" if name in OF_STAND_INS else None
