"""Read a statement of Intuit's query language.

`SELECT * | COUNT(*) FROM Customer [WHERE p [AND p]…] [ORDERBY f [ASC|DESC]…] [STARTPOSITION n] [MAXRESULTS n]`;
operators `= < > <= >= IN LIKE`; no OR, NOT, parentheses or projections (Intuit, Data queries). Keywords in any case,
`ORDER BY` in two words too, booleans bare in any case, an apostrophe escaped by a backslash (recorded clients:
ej2/python-quickbooks, mcohen01/node-quickbooks, ruckus/quickbooks-ruby).
"""

import re
from dataclasses import dataclass, field

from deploy.sandbox.quickbooks.errors import Fault

PAGE = 100
LARGEST_PAGE = 1000
TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<operator><=|>=|[=<>])|(?P<mark>[(),*])|(?P<word>[A-Za-z0-9_.:+-]+))",
    re.DOTALL,
)
# Curly quotes, dashes and the like fail (recorded for U+2019 and U+2013); whether letters with accents do is not known.
PUNCTUATION = re.compile(r"[\u2000-\u206f\u00a0]")
NOT_ASCII = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison; `IN` has several values, the others one."""

    name: str
    operator: str
    values: tuple[str, ...]


@dataclass(slots=True)
class Statement:
    """A statement that has been read."""

    entity: str = ""
    counts: bool = False
    conditions: list[Condition] = field(default_factory=list)
    order: list[tuple[str, bool]] = field(default_factory=list)
    """Property, and whether descending."""
    start: int = 1
    most: int = PAGE


def read_statement(text: str, *, ascii_only: bool) -> Statement:
    """Read a statement.

    Raises:
        Fault: 4000 if it can't be read, 4001 if a number is out of range.
    """
    bad = (NOT_ASCII if ascii_only else PUNCTUATION).search(text)
    if bad:
        raise _lexical(text, bad.start())
    return _Reader(text).statement()


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str, int]] = []
        position = 0
        while text[position:].strip():
            token = TOKEN.match(text, position)
            if token is None:
                raise _lexical(text, position)
            kind = token.lastgroup or ""
            self._tokens.append((kind, token[kind], token.start(kind) + 1))
            position = token.end()
        self._tokens.append(("end", "<EOF>", len(text) + 1))
        self._at = 0

    def statement(self) -> Statement:
        read = Statement()
        self._expect("SELECT")
        if self._take("COUNT"):
            for mark in "(*)":
                self._expect(mark)
            read.counts = True
        else:
            self._expect("*")
        self._expect("FROM")
        read.entity = self._of("word")
        if self._take("WHERE"):
            read.conditions.append(self._condition())
            while self._take("AND"):
                read.conditions.append(self._condition())
        if self._take("ORDERBY") or (self._take("ORDER") and self._expect("BY")):
            read.order.append(self._sorting())
            while self._take(","):
                read.order.append(self._sorting())
        if self._take("STARTPOSITION"):
            read.start = self._number(at_least=1)
        if self._take("MAXRESULTS"):
            read.most = self._number(at_least=1, at_most=LARGEST_PAGE)
        if self._tokens[self._at][0] != "end":
            raise self._unexpected()
        return read

    def _condition(self) -> Condition:
        name = self._of("word")
        if self._take("IN"):
            self._expect("(")
            values = [self._value()]
            while self._take(","):
                values.append(self._value())
            self._expect(")")
            return Condition(name, "IN", tuple(values))
        if self._take("LIKE"):
            return Condition(name, "LIKE", (self._value(),))
        return Condition(name, self._of("operator"), (self._value(),))

    def _sorting(self) -> tuple[str, bool]:
        name = self._of("word")
        descending = self._take("DESC")
        if not descending:
            self._take("ASC")
        return name, descending

    def _value(self) -> str:
        if self._tokens[self._at][0] == "text":
            return re.sub(r"\\(.)", r"\1", self._of("text")[1:-1], flags=re.DOTALL)
        return self._of("word")

    def _number(self, *, at_least: int, at_most: int | None = None) -> int:
        text = self._of("word")
        if not text.isdecimal():
            self._at -= 1
            raise self._unexpected()
        if int(text) < at_least:
            raise _invalid(f"value {text} is too small. Min allowed value is {at_least}")
        if at_most is not None and int(text) > at_most:
            raise _invalid(f"value {text} is too large. Max allowed value is {at_most}")
        return int(text)

    def _take(self, word: str) -> bool:
        kind, text, _ = self._tokens[self._at]
        if kind not in {"text", "end"} and text.upper() == word:
            self._at += 1
            return True
        return False

    def _expect(self, word: str) -> bool:
        if not self._take(word):
            raise self._unexpected()
        return True

    def _of(self, kind: str) -> str:
        found, text, _ = self._tokens[self._at]
        if found != kind:
            raise self._unexpected()
        self._at += 1
        return text

    def _unexpected(self) -> Fault:
        kind, text, column = self._tokens[self._at]
        encountered = f'Encountered " <{kind.upper()}> "{text} "" at line 1, column {column}.'
        return Fault("4000", "Error parsing query", f"QueryParserError: {encountered}")


def _lexical(text: str, at: int) -> Fault:
    detail = f"QueryParserError: Invalid content. Lexical error at line 1, column {at + 1}. Encountered: {ord(text[at])}"
    return Fault("4000", "Error parsing query", detail)


def _invalid(detail: str) -> Fault:
    return Fault("4001", "Invalid query", f"QueryValidationError: {detail}")
