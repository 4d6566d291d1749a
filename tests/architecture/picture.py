"""Draws which package imports which, for docs/architecture.md: a picture drawn by hand would soon lie."""

from collections import Counter

import grimp

ROOTS = ("domain", "streams", "adapters", "deploy")

BOXES = (
    "domain.apply",
    "domain.link",
    "domain",
    "streams.wire",
    "streams.worker",
    "streams.kafka",
    "adapters.quickbooks",
    "adapters.canopy",
    "adapters.store",
    "adapters.web.api",
    "adapters.web.auth",
    "adapters.web.console",
    "adapters.web.texts",
    "adapters.web.webhooks",
    "adapters.web",
    "adapters",
    "deploy.sandbox",
    "deploy",
)
"""The narrower before the wider: a module is drawn in the first that it lies in."""

BEGIN, END = "<!-- picture: make docs -->\n", "<!-- end of picture -->\n"


def with_picture(page: str) -> str:
    """Put the picture of today's code into the page, in place of the one that it has."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + picture() + END + after


def picture() -> str:
    """Draw it, as Mermaid. The number at an arrow is how many modules import something there."""
    lines = [f"  {_name(box)}[{box}/]" for box in sorted(BOXES)]
    lines += [
        f"  {_name(one)} -->|{count}| {_name(other)}" for (one, other), count in sorted(_arrows().items())
    ]
    return "```mermaid\nflowchart TD\n" + "\n".join(lines) + "\n```\n"


def _arrows() -> Counter[tuple[str, str]]:
    graph = grimp.build_graph(*ROOTS, cache_dir=None)
    importing = {
        (module, _box(module), _box(imported))
        for module in graph.modules - {"streams"}  # nothing but the folder of the others
        for imported in graph.find_modules_directly_imported_by(module)
    }
    return Counter((one, other) for _, one, other in importing if one != other)


def _box(module: str) -> str:
    return next(box for box in BOXES if module == box or module.startswith(f"{box}."))


def _name(box: str) -> str:
    return box.replace(".", "_")
