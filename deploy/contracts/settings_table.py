"""`docs/settings.md`: every setting, as the code has it."""

from deploy.given_settings import OF_A_FILE, PREFIX
from deploy.listed_settings import ListedSetting, listed_settings
from deploy.needed_settings import NOT_SUPPORTED

HEAD = f"""# Settings

<!-- Made from the code by `make docs`; a test compares them. -->

`client-sync settings` lists the same at a terminal, and says which of them are set, and where; it never shows what is set.

From the environment or a file `.env` in the folder of the start, with the prefix `{PREFIX}`. What is wrong, missing or unknown is
named before anything starts, all of it at once, and the command ends with 2.

A secret may lie in a file: where two names stand, the second one, with `{OF_A_FILE}`, gives its place, and only one of the two is set. The file is read once,
at the start; blanks and line ends around what it holds do not count.

With `{PREFIX}SANDBOX=false` no secret and no address of an outside has a default, and the sandbox's own, which stand in `deploy/settings.py` for
anybody to read, are refused.

| `{PREFIX}…` | default | what it says | needed outside the sandbox by |
|---|---|---|---|
"""

TAIL = f"""
Not supported by this version, and refused so that nobody relies on it: {", ".join(f"`{name}`" for name in sorted(NOT_SUPPORTED))}.
"""


def settings_page() -> str:
    """Write the page."""
    return HEAD + "".join(_row(setting) for setting in listed_settings()) + TAIL


def _row(setting: ListedSetting) -> str:
    names = (name for name in (setting.name, setting.file_name) if name is not None)
    named = ", ".join(f"`{name.removeprefix(PREFIX)}`" for name in names)
    return f"| {named} | {_default(setting)} | {setting.meaning} | {', '.join(setting.needed_by)} |\n"


def _default(setting: ListedSetting) -> str:
    if setting.in_sandbox is not None:
        return f"{setting.in_sandbox}, in the sandbox"
    return f"`{setting.default}`" if setting.default is not None else ""
