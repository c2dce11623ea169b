"""The words of DynamoDB's expressions, one after another."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from tests.simulator.cloud.values import InvalidError

TEXT_MAX_BYTES: Final = 4096

RESERVED: Final = frozenset(
    Path(__file__).with_name("reserved_words.txt").read_text(encoding="ascii").split()
)

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<name>\#\w+|[A-Za-z]\w*)|(?P<value>:\w+)|(?P<index>[0-9]+)"
    r"|(?P<sign><>|<=|>=|[=<>()\[\],.+-]))",
    re.ASCII,
)


class Token(NamedTuple):
    """A word: its kind, and its text."""

    kind: str
    text: str


class Tokens:
    """An expression that is read from its beginning, and what it speaks of."""

    def __init__(self, expression: str, text: str) -> None:
        """Read a text as an expression of a kind, such as ConditionExpression."""
        self._expression = expression
        self._tokens = self._split(text)
        self._at = 0
        self.names: set[str] = set()
        self.values: set[str] = set()
        # The attributes themselves, not what lies within them.
        self.tops: set[str] = set()

    def peek(self, ahead: int = 0) -> str:
        """Tell the next word without taking it, in capitals; nothing after the last one."""
        place = self._at + ahead
        return self._tokens[place].text.upper() if place < len(self._tokens) else ""

    def kind(self) -> str:
        """Tell what the next word is."""
        return self._tokens[self._at].kind if self._at < len(self._tokens) else ""

    def take(self, *wanted: str) -> str:
        """Take the next word, which is one of those that are wanted, if any are."""
        word = self.peek()
        if not word or (wanted and word not in wanted):
            raise self.invalid(f'Syntax error; token: "{word or "<EOF>"}"')
        self._at += 1
        return self._tokens[self._at - 1].text

    def take_if(self, *wanted: str) -> str:
        """Take the next word if it is wanted."""
        return self.take() if self.peek() in wanted else ""

    def take_name(self) -> str:
        """Take the name of an attribute, or what stands for it."""
        if self.kind() != "name":
            raise self.invalid(f'Syntax error; token: "{self.peek() or "<EOF>"}"')
        word = self.take()
        if word.startswith("#"):
            self.names.add(word)
        elif word.upper() in RESERVED:
            raise self.invalid(f"Attribute name is a reserved keyword; reserved keyword: {word}")
        return word

    def take_value(self) -> str:
        """Take what stands for a value."""
        word = self.take()
        self.values.add(word)
        return word

    def end(self) -> None:
        """Refuse what is left over."""
        if self.peek():
            raise self.invalid(f'Syntax error; token: "{self.peek()}"')

    def invalid(self, message: str) -> InvalidError:
        """Make the error that says what is wrong with this expression."""
        return InvalidError(f"Invalid {self._expression}: {message}")

    def _split(self, text: str) -> list[Token]:
        if not text.strip():
            raise self.invalid("The expression can not be empty;")
        if len(text.encode()) > TEXT_MAX_BYTES:
            raise self.invalid(
                "Expression size has exceeded the maximum allowed size;"
                f" expression size: {len(text.encode())}"
            )
        tokens: list[Token] = []
        text, at = text.rstrip(), 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if not found:
                raise self.invalid(f'Syntax error; token: "{text[at:].lstrip()[:1]}"')
            kind = found.lastgroup or ""
            tokens.append(Token(kind, found[kind]))
            at = found.end()
        return tokens


def many[T](tokens: Tokens, read: Callable[[Tokens], T]) -> list[T]:
    """Read one or more, with commas between them."""
    found = [read(tokens)]
    while tokens.take_if(","):
        found.append(read(tokens))
    return found
