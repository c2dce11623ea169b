"""
An end to a conversation, whatever the other side does.

An HTTP library limits each wait, and not how many there are: whoever sends a byte of a header every
nine seconds, or one provisional answer after the other, would be listened to for days.
"""

import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, Self

# When httpcore tells that there is a connection, and once more when it is encrypted.
_CONNECTED: Final = ("connection.connect_tcp.complete", "connection.start_tls.complete")


class Deadline:
    """Cuts every connection of a conversation when the time for it is over."""

    def __init__(self, seconds: float, clock_s: Callable[[], float]) -> None:
        """Begin to count."""
        self._clock_s = clock_s
        self._ends_at_s = clock_s() + seconds
        self._sockets: list[socket.socket] = []
        self._timer: threading.Timer | None = None
        self.is_cut = False

    @property
    def is_over(self) -> bool:
        """Whether there is no time left."""
        return self.is_cut or self._clock_s() > self._ends_at_s

    def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Learn of a connection; this is what httpx asks for as the extension `trace`."""
        if event not in _CONNECTED:
            return
        self._sockets.append(info["return_value"].get_extra_info("socket"))
        if not self._timer:
            left_s = max(0.0, self._ends_at_s - self._clock_s())
            self._timer = threading.Timer(left_s, self._cut)
            self._timer.daemon = True
            self._timer.start()
        if self.is_cut:
            self._cut()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer:
            self._timer.cancel()

    def _cut(self) -> None:
        """Wake whoever reads, with the end of what there is to be read."""
        self.is_cut = True
        for connection in [*self._sockets]:
            with suppress(OSError):
                # Not the method of a socket in TLS, which lets go of what another thread uses.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
