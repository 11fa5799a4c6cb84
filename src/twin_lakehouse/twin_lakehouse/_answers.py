"""No call waits for ever on a catalog server that doesn't answer.

TCP's own timers end a connection whose peer has gone. A server that is stopped, or behind a wire that swallows what
passes, looks alive to them: its kernel, or a proxy's, acknowledges everything. libpq then waits without a limit, where
DuckDB's interrupt doesn't reach it. So a thread looks whether one of this process's threads has been polling a
connection to the server, with nothing said on it either way, for longer than the limit. Then it asks the server itself,
on a new connection: one that answers is at work on a long statement (maintenance of a large catalog, a commit on a slow
disk), and gets more time. Else the silent connection is shut down: the waiting call fails as if the server had gone.
"""

from __future__ import annotations

import logging
import os
import platform
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from twin_lakehouse.settings import LakeSettings

_log = logging.getLogger(__name__)
_PORT: Final = 5432
_LOOK_S: Final = 1.0
# Of the timeout: after a wait that fails come the attempt to connect again and the roll-back, in the same call.
_SHARE: Final = 0.5
_CONNECT_SHARE: Final = 0.2
# A server that answers may be silent on one connection for so many times the share.
_AT_WORK: Final = 10
_PROBE_S: Final = 1.0
# What PostgreSQL answers with one byte before it asks who is there: whether it speaks TLS.
_SSL_REQUEST: Final = struct.pack("!ii", 8, 80877103)
# The server's side: a robot that vanished in a commit must not hold the writers' lock until Linux notices, in 2 hours.
# Nor may the server end a transaction that waits while Parquet files are written, with the lock in its hand.
_SERVER_OPTIONS: Final = (
    "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 "
    "-c idle_in_transaction_session_timeout=0"
)
_TASKS: Final = Path("/proc/self/task")
# poll(2), or ppoll(2) where a machine has only that: pointer to the first pollfd, their number, … The last one is what
# Linux shows in place of it once the process was stopped and goes on (restart_syscall(2)), with the same arguments.
_POLL: Final = {"x86_64": (7, 271, 219), "aarch64": (73, 128)}
# struct tcp_info of linux/tcp.h: 8 bytes, 9 numbers, then ms since data was sent, ack sent, data received.
_TCP_INFO: Final = struct.Struct("=8x36xIII")


class AnswerWatch:
    """Watches this process's connections to a PostgreSQL catalog until `close`; other catalogs need none."""

    def __init__(self, settings: LakeSettings) -> None:
        parts = urlsplit(settings.catalog) if settings.catalog_path is None else None
        self._host = parts.hostname if parts else None
        self._port = (parts.port if parts else None) or _PORT
        self._limit_ms = int(1000 * _SHARE * settings.timeout_s)
        self._alive_until_s = 0.0
        self._ended = threading.Event()
        if self._host is not None:
            threading.Thread(target=self._run, name="catalog-answers", daemon=True).start()

    def close(self) -> None:
        """Watch no more; a second call does nothing."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.wait(_LOOK_S):
            try:
                polled = set(_polled())
            except OSError as error:
                _log.warning("a catalog server that doesn't answer can't be noticed on this system (%s)", error)
                return
            if polled:
                addresses = self._addresses()
                for descriptor in polled:
                    self._look(descriptor, addresses)

    def _look(self, descriptor: int, addresses: set[tuple[object, ...]]) -> None:
        """End the connection if it is one to the server and its answer is overdue."""
        with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as connection:
            if connection.family not in (socket.AF_INET, socket.AF_INET6):
                return
            if connection.getpeername()[:2] not in addresses or silent_ms(connection) <= self._limit_ms:
                return
            if silent_ms(connection) > _AT_WORK * self._limit_ms or not self._is_alive():
                place, limit_s = f"{self._host}:{self._port}", self._limit_ms / 1000
                _log.warning("catalog server %s didn't answer for %g s; the connection is ended", place, limit_s)
                connection.shutdown(socket.SHUT_RDWR)

    def _is_alive(self) -> bool:
        """Whether the server answers somebody else; asked once in a while."""
        if time.monotonic() < self._alive_until_s:
            return True
        with suppress(OSError), socket.create_connection((self._host, self._port), timeout=_PROBE_S) as connection:
            connection.sendall(_SSL_REQUEST)
            if connection.recv(1):
                self._alive_until_s = time.monotonic() + self._limit_ms / 1000
                return True
        return False

    def _addresses(self) -> set[tuple[object, ...]]:
        """The server's addresses, with the port; none while its name can't be looked up."""
        with suppress(OSError):
            found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
            return {tuple(address[:2]) for *_, address in found}
        return set()


def patient_url(settings: LakeSettings) -> str:
    """The catalog's URL with a limit for connecting, and for silence on either side; what it says itself stays."""
    parts = urlsplit(settings.catalog)
    limit_s = settings.timeout_s
    limits = {
        "connect_timeout": str(max(2, round(_CONNECT_SHARE * limit_s))),  # s; libpq takes 1 as 2
        "keepalives_idle": str(max(1, round(limit_s / 6))),
        "keepalives_interval": str(max(1, round(limit_s / 12))),
        "keepalives_count": "3",
        "tcp_user_timeout": str(round(1000 * _SHARE * limit_s)),
        "options": _SERVER_OPTIONS,
    }
    query = urlencode({**limits, **dict(parse_qsl(parts.query))}).replace("+", "%20")
    return urlunsplit(parts._replace(query=query))


def silent_ms(connection: socket.socket) -> int:
    """Time since data was last sent or received, ms."""
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size)
    sent_ms, _, received_ms = _TCP_INFO.unpack(info)
    return int(min(sent_ms, received_ms))


def _polled() -> Iterator[int]:
    """Descriptors that threads of this process are polling, one at a time: libpq does."""
    calls = _POLL.get(platform.machine(), ())
    with Path("/proc/self/mem").open("rb", buffering=0) as memory:
        for task in os.listdir(_TASKS):  # noqa: PTH208  names are enough
            with suppress(OSError, ValueError, struct.error):
                call = (_TASKS / task / "syscall").read_text().split()
                if len(call) > 2 and int(call[0]) in calls and int(call[2], 16) == 1:
                    memory.seek(int(call[1], 16))
                    yield struct.unpack("i", memory.read(4))[0]
