"""All bugs on purpose, and the one that every gate must find."""

from typing import Final

from tests.simulator.planted.patch import names, read

# It needs no fault to break its invariant: a gate that does not see it is blind, whatever else it
# says.
CANARY: Final = read("canary")
PATCHES: Final = tuple(read(name) for name in names() if name != CANARY.name)
