"""`client-sync settings`, and its words."""

from deploy.listed_settings import ListedSetting, listed_settings, where_set
from deploy.terminal import Json, say


def settings(as_json: Json = False) -> None:
    """List all settings: what each says, its default, who needs it, whether it is set. Example: client-sync settings.

    No value that is set is shown. It starts nothing, and says nothing of what is wrong: each command does that before it begins.
    """
    for setting in listed_settings():
        found = where_set(setting)
        say(_facts(setting, found), as_json, *_lines(setting, found))


def _facts(setting: ListedSetting, found: tuple[str, str] | None) -> dict[str, object]:
    return {
        "name": setting.name,
        "file_name": setting.file_name,
        "secret": setting.secret,
        "meaning": setting.meaning,
        "default": setting.default,
        "in_sandbox": setting.in_sandbox,
        "needed_by": list(setting.needed_by),
        "set_as": found[0] if found else None,
        "set_in": found[1] if found else None,
    }


def _lines(setting: ListedSetting, found: tuple[str, str] | None) -> tuple[str, ...]:
    facts = [_default(setting)]
    if setting.file_name is not None:
        facts.append(f"a secret, which may lie in the file that {setting.file_name} names")
    if setting.needed_by:
        facts.append(f"needed outside the sandbox by {', '.join(setting.needed_by)}")
    if found is not None:
        facts.append(f"set as {found[0]} in {'the environment' if found[1] == 'environment' else found[1]}")
    return setting.name, f"    {setting.meaning}", *(f"    - {fact}" for fact in facts), ""


def _default(setting: ListedSetting) -> str:
    if setting.in_sandbox is not None:
        return f"default in the sandbox: {setting.in_sandbox}; outside it none"
    return f"default: {setting.default}" if setting.default is not None else "no default"
