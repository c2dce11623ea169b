"""Repeatable chance: an answer follows from who throws and what is asked, never from the order."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

_SPAN = 1 << 128
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Dice:
    """Dice with a name: of the same name, they answer alike, in any order, on any machine."""

    name: str

    def child(self, *labels: object) -> Self:
        """Name further dice, whose answers have nothing to do with ours."""
        return type(self)("/".join((self.name, *map(str, labels))))

    def bits(self, question: str) -> int:
        """Answer with 128 even bits."""
        digest = hashlib.sha256(f"{self.name}?{question}".encode("utf-8", "surrogatepass"))
        return int.from_bytes(digest.digest()[:16])

    def unit(self, question: str) -> float:
        """Answer with a number from 0 up to, but without, 1."""
        return (self.bits(question) >> 75) / (_SPAN >> 75)

    def between(self, question: str, low: float, high: float) -> float:
        """Answer with a number in a range."""
        return low + (high - low) * self.unit(question)

    def choose[T](self, question: str, options: Sequence[T]) -> T:
        """Answer with one of several, each as likely."""
        return options[self.bits(question) % len(options)]

    def hex32(self, question: str) -> str:
        """Answer with 32 lower-case hexadecimal digits."""
        return f"{self.bits(question):032x}"

    def base32(self, question: str, length: int) -> str:
        """Answer with digits as ULIDs have them; all but the last 26 are zeros."""
        bits = self.bits(question)
        return "".join(_DIGITS[bits >> 5 * place & 31] for place in reversed(range(length)))

    def uuid(self, question: str) -> str:
        """Answer with a random (version 4) UUID."""
        return str(uuid.UUID(int=self.bits(question), version=4))
