"""The files under `docs/` that are made from the code."""

from collections.abc import Mapping
from typing import Any

import orjson
import yaml

from deploy.contracts.access_table import access_page
from deploy.contracts.asyncapi import asyncapi
from deploy.contracts.schemas import topic_schemas
from deploy.contracts.settings_table import settings_page

MADE = "# Made from the code by `make docs`; a test compares them.\n"


def contract_files() -> Mapping[str, str]:
    """Give each file's text by its name."""
    schemas = {f"schemas/{topic}.json": _json(schema) for topic, schema in topic_schemas().items()}
    document = yaml.dump(asyncapi(), sort_keys=False, allow_unicode=True, width=110, Dumper=_Readable)
    pages = {"settings.md": settings_page(), "kafka-access.md": access_page()}
    return {"asyncapi.yaml": MADE + document, **pages, **schemas}


class _Readable(yaml.SafeDumper):
    """Writes what stands in two places twice, and a text of several lines as lines."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  (asked for each value; the answer is the same)
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Readable.add_representer(str, _text)


def _json(schema: Mapping[str, Any]) -> str:
    return orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
