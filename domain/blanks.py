"""What shows nothing: blanks, control characters, and characters that steer or fill a line.

They come in with copied texts and imported files: a byte order mark before a name, a zero-width space in it. Whoever
looks at two such names sees one, and whoever looks at a field of nothing else sees an empty field.
"""

import re
import unicodedata

_CATEGORIES = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Unicode's control and format characters, and its blanks."""

_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks by category that no font draws (Unicode, Default_Ignorable_Code_Point; and the empty Braille cell)."""

_VARIATION_SELECTORS = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""They choose how the character before them is drawn, and are none themselves."""

_WHITE = r"\s\x00-\x1f\x7f-\x9f"
"""White space and control characters."""

_WIDTHLESS = "\u200b\u2060\ufeff" + "".join(sorted(_FILLERS))
"""What takes the place of a blank and nothing else: zero-width space, byte order mark, fillers."""

_BLANKS = re.compile(f"[{_WHITE}]")
_ENDS = re.compile(f"^[{_WHITE}{_WIDTHLESS}]+|[{_WHITE}{_WIDTHLESS}]+$")
_STRETCH = re.compile(f"[{_WIDTHLESS}]*[{_WHITE}][{_WHITE}{_WIDTHLESS}]*")


def is_unseen(character: str) -> bool:
    """Say whether a character shows nothing."""
    if unicodedata.category(character) in _CATEGORIES or character in _FILLERS:
        return True
    return _VARIATION_SELECTORS.match(character) is not None


def shows_nothing(text: str) -> bool:
    """Say whether a text, or an empty one, shows nothing at all."""
    return all(is_unseen(character) for character in text)


def none_if_blank(text: str | None) -> str | None:
    """Give a text as it is; None where it shows nothing."""
    return None if text is None or shows_nothing(text) else text


def tidied(text: str) -> str:
    """Drop what is blank at both ends, and make one blank of a stretch with white space in it.

    What steers how a word is drawn stays: Persian, the scripts of India and emoji are spelled with joiners, and Hebrew
    may have marks of its direction around it.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return _STRETCH.sub(" ", _ENDS.sub("", text))


def without_unseen(text: str) -> str:
    """Write a text as it looks: one blank between words, and nothing that is not seen."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    blanks = _BLANKS.sub(" ", text)
    return " ".join("".join(c for c in blanks if c == " " or not is_unseen(c)).split())
