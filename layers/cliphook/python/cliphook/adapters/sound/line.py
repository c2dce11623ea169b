"""How who wants to know what a file sounds like talks with the process that finds out."""

from struct import Struct
from typing import Final

# With each file: for how many seconds it may be listened to, and with how many bytes of memory.
ASKED: Final = Struct("=dQ")
# Before each answer: how the process that listened has ended, as `subprocess` tells it, and how
# many bytes of JSON follow.
ANSWERED: Final = Struct("=iI")
