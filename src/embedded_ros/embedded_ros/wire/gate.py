"""Lets bytes gather in a session's sockets, so that Zenoh's threads wake once for several messages.

Zenoh wakes three threads for each message that comes, which costs more than all the rest of receiving it. Fewer threads
(ZENOH_RUNTIME) are no way out: with `rx` handed over to the thread that waits for sockets, or with a single `rx` thread
and two sessions, whoever sends into a full link while it answers a query waits for itself (tried: dead within 65
messages of 200 kB, and silent for 5 s at a time). So the sockets wake nobody for a while, which the kernel offers
(SO_RCVLOWAT), and no thread is kept from anything.
"""

from __future__ import annotations

import os
import socket
import stat
import sys
import threading
import time
from pathlib import Path

import zenoh

# What may come meanwhile without waking: less than half of a socket's buffer, so that the sender is never held up.
_GATHERED_BYTES = 32_768
_RETRY_S = 1.0


class Gate:
    """Of the TCP links of a session; other links are never shut, nor any on another system than Linux. Thread-safe."""

    def __init__(self, session: zenoh.Session) -> None:
        self._session = session
        self._sockets: list[socket.socket] = []
        self._is_known = sys.platform != "linux"
        # How often links have come or gone.
        self._changes = 0
        self._retry_s = 0.0
        # Re-entrant: a signal handler that ends the session may run on the thread that holds it. Zenoh's threads take
        # it too, so it is never held while Zenoh is asked for something.
        self._lock = threading.RLock()

    def shut(self) -> None:
        """Until `open`, which must follow soon, fewer than 32 kB on a link wake nobody."""
        if not self._is_known:
            self._find()
        with self._lock:
            self._set(_GATHERED_BYTES)

    def open(self) -> None:
        """Wake who reads where anything has gathered."""
        with self._lock:
            self._set(1)

    def forget(self) -> None:
        """Links have come or gone."""
        with self._lock:
            self._set(1)
            _close(self._sockets)
            self._sockets = []
            self._changes += 1
            self._is_known = sys.platform != "linux"

    def _set(self, count: int) -> None:
        for link in self._sockets:
            try:
                link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, count)
            except OSError:
                # Its end is news that will come. Those of the others are to be set all the same.
                continue

    def _find(self) -> None:
        now_s = time.monotonic()
        if now_s < self._retry_s:
            return
        self._retry_s = now_s + _RETRY_S
        changes = self._changes
        found = _sockets({(link.src, link.dst) for link in self._session.info.links()})
        with self._lock:
            if self._is_known or changes != self._changes:
                _close(found)
                return
            self._sockets = found
            self._is_known = bool(found)


def _close(links: list[socket.socket]) -> None:
    for link in links:
        link.close()


def _sockets(ends: set[tuple[str, str]]) -> list[socket.socket]:
    """Second handles of the sockets of this process between these ends, one each."""
    sockets = []
    for number in [int(path.name) for path in Path("/proc/self/fd").iterdir()]:
        found = _socket(number, ends)
        if found is not None:
            # A handle made here may have the number of a file that was open when they were listed.
            ends.discard(_ends(found))
            sockets.append(found)
    return sockets


def _socket(number: int, ends: set[tuple[str, str]]) -> socket.socket | None:
    """A second handle of that open file, where it is the socket of a link between two of `ends`."""
    try:
        if not stat.S_ISSOCK(os.fstat(number).st_mode):
            return None
        found = socket.socket(fileno=os.dup(number))
    except OSError:
        # Closed since it was listed.
        return None
    try:
        if _ends(found) in ends:
            return found
    except OSError:
        # Not connected: it listens, or has ended.
        found.close()
        return None
    found.close()
    return None


def _ends(link: socket.socket) -> tuple[str, str]:
    return _locator(link.getsockname()), _locator(link.getpeername())


def _locator(address: object) -> str:
    """As Zenoh writes it; empty for what is no address of TCP."""
    if not isinstance(address, tuple):
        return ""
    host, port = address[:2]
    return f"tcp/[{host}]:{port}" if ":" in host else f"tcp/{host}:{port}"
