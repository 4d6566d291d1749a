"""Shows a text on a terminal or in a log as what it is: nothing in it moves the cursor, colors or turns the line.

Ids and names come from outside. An escape sequence among them could hide lines, or write others that nobody logged.
"""

import re

_CONTROLS = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL and C1: escape sequences begin here, and lines end
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # turn the direction of what follows
    "\u2028\u2029"  # end lines too
    "\ud800-\udfff"  # no text at all, and can't be written
    "]"
)


def safe(text: str) -> str:
    r"""Write what would steer a terminal as JSON would, such as \u001b."""
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
