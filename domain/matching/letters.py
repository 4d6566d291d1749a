"""Names and addresses as words of plain letters: without case, accents and punctuation, in one script."""

import re
import unicodedata
from functools import lru_cache

from domain.names import folded

_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "æ": "ae",
        "œ": "oe",
        "ŋ": "n",
        # Cyrillic, as passports write it (ICAO 9303).
        **dict(
            zip(
                "абвгґдеёжзиійклмнопрстуўфхцчшщъыьэюяєїђјљњћџ",
                (
                    *("a", "b", "v", "g", "g", "d", "e", "e", "zh", "z", "i", "i", "i", "k", "l", "m", "n"),
                    *("o", "p", "r", "s", "t", "u", "u", "f", "kh", "ts", "ch", "sh", "shch", "ie", "y", ""),
                    *("e", "iu", "ia", "ie", "i", "d", "j", "lj", "nj", "c", "dz"),
                ),
                strict=True,
            )
        ),
        # Greek (ELOT 743), letter by letter.
        **dict(
            zip(
                "αβγδεζηθικλμνξοπρσςτυφχψω",
                (
                    *("a", "v", "g", "d", "e", "z", "i", "th", "i", "k", "l", "m", "n", "x", "o", "p", "r"),
                    *("s", "s", "t", "y", "f", "ch", "ps", "o"),
                ),
                strict=True,
            )
        ),
    }
)
_SPELLED_OUT = re.compile("([äöü])")
_APOSTROPHES = re.compile("['`\u00b4\u02bc\u2018\u2019]")
_BETWEEN_INITIALS = re.compile(r"(?<=\b[^\W\d])\.(?=[^\W\d]\b)")
_GAPS = re.compile(r"[^\w&+,]|_")
_LETTERS_OF_THEIR_OWN = frozenset((0, 7, 8, 9, *range(84, 133)))
"""Combining classes of marks that make another sound of a letter: in Hindi, Thai and Japanese they are no ornament."""

_SOUNDS = str.maketrans("bfpvcgjkqsxzdtlmnraeiouyhw", "11112222222233455600000099")
_LONGEST_SOUND = 4


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Write a text in small plain letters; words are separated by blanks, and `&`, `+` and `,` stay."""
    text = folded(text)
    if not text.isascii():
        marked = unicodedata.normalize("NFKD", text.translate(_LETTERS))
        text = "".join(c for c in marked if unicodedata.combining(c) in _LETTERS_OF_THEIR_OWN)
        text = text.translate(_LETTERS)
    text = _BETWEEN_INITIALS.sub("", _APOSTROPHES.sub("", text))
    return _GAPS.sub(" ", text) if text.isascii() else _with_marks(text)


def _with_marks(text: str) -> str:
    """Do what `_GAPS` does, and leave each letter the marks that belong to it."""
    found: list[str] = []
    for c in text:
        belongs = unicodedata.category(c)[0] == "M" and bool(found) and found[-1] not in " &+,"
        found.append(c if c.isalnum() or c in "&+," or belongs else " ")
    return "".join(found)


def spelled_out(text: str) -> str | None:
    """Give a text with umlauts as German writes them without; None where there is none."""
    small = unicodedata.normalize("NFC", text.casefold())
    return (
        _SPELLED_OUT.sub(lambda found: {"ä": "ae", "ö": "oe", "ü": "ue"}[found[1]], small)
        if _SPELLED_OUT.search(small)
        else None
    )


def marks_in(text: str) -> tuple[tuple[str, frozenset[tuple[int, str]]], ...]:
    """Give the plain words that are written with accents, each with those accents and the letter that they stand on."""
    if text.isascii():
        return ()
    return tuple((plain(word), marks) for word in text.split() if (marks := _marks(word)))


def _marks(word: str) -> frozenset[tuple[int, str]]:
    found, at = set(), 0
    for c in unicodedata.normalize("NFKD", folded(word)):
        if unicodedata.combining(c) in _LETTERS_OF_THEIR_OWN:
            at += 1
        else:
            found.add((at, c))
    return frozenset(found)


def words(text: str) -> tuple[str, ...]:
    """Give the words of a text in plain letters."""
    return tuple(plain(text).replace(",", " ").replace("&", " ").replace("+", " ").split())


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """Say how a word begins to sound (Soundex); what has no Latin letters sounds as it is written."""
    if not word.isascii() or not word.isalpha():
        return word
    codes = word.translate(_SOUNDS)
    found, last = word[0], codes[0]
    for code in codes[1:]:
        if code == "9":
            continue
        if code not in ("0", last):
            found += code
            if len(found) == _LONGEST_SOUND:
                break
        last = code
    return found


def forget() -> None:
    """Let go of the texts that are remembered."""
    plain.cache_clear()
    sound.cache_clear()
