"""`docs/settings.md`: every setting, as the code has it."""

from collections.abc import Iterator

from pydantic.fields import FieldInfo

from deploy.given_settings import OF_A_FILE, PREFIX, secrets_of
from deploy.needed_settings import NEEDED, NOT_SUPPORTED, Runs
from deploy.settings import SANDBOX_SECRETS, Settings

HEAD = f"""# Settings

<!-- Made from the code by `make docs`; a test compares them. -->

From the environment or a file `.env` in the folder of the start, with the prefix `{PREFIX}`. What is wrong, missing or unknown is
named before anything starts, all of it at once, and the command ends with 2.

A secret may lie in a file: where two names stand, the second one, with `{OF_A_FILE}`, gives its place, and only one of the two is set. The file is read once,
at the start; blanks and line ends around what it holds do not count.

With `{PREFIX}SANDBOX=false` no secret and no address of an outside has a default, and the sandbox's own are refused.

| `{PREFIX}…` | default | what it says | needed outside the sandbox by |
|---|---|---|---|
"""

TAIL = f"""
Not supported by this version, and refused so that nobody relies on it: {", ".join(f"`{name}`" for name in sorted(NOT_SUPPORTED))}.
"""

COMMANDS = {
    Runs.EVERYTHING: "up",
    Runs.WORKER: "worker",
    Runs.GATEWAY: "gateway",
    Runs.KAFKA: "commands that ask Kafka",
    Runs.VAULT: "vault rotate",
}


def settings_page() -> str:
    """Write the page."""
    rows = (_row(name, field) for name, field in Settings.model_fields.items())
    return HEAD + "".join(rows) + TAIL


def _row(name: str, field: FieldInfo) -> str:
    named = f"`{name.upper()}`"
    if name in secrets_of(Settings.model_fields):
        named += f", `{name.upper()}{OF_A_FILE}`"
    return f"| {named} | {_default(name, field)} | {field.description} | {', '.join(_needed_by(name))} |\n"


def _default(name: str, field: FieldInfo) -> str:
    if name in SANDBOX_SECRETS:
        return f"`{SANDBOX_SECRETS[name]}` in the sandbox"
    if name.endswith("_base_url"):
        return "the stand-in, in the sandbox"
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    return f"`{field.default}`" if field.default not in (None, "") else ""


def _needed_by(name: str) -> Iterator[str]:
    for runs, command in COMMANDS.items():
        if name in NEEDED[runs]:
            yield command
