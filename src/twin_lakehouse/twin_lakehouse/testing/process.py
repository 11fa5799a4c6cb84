"""What every server of the tests needs: a port, an answer in time, programs that are there, a start and an end."""

from __future__ import annotations

import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Self
from urllib.parse import urlsplit

START_S: Final = 60.0  # well under 5 s on an idle machine; the wide margin is for a busy one


class NotInstalledError(Exception):
    """A server's programs aren't on this machine; the text names them and how they are installed."""


class Server(ABC):
    """A server that a test can take away and bring back."""

    @abstractmethod
    def start(self) -> None:
        """Start, or start again; waits until it answers."""

    @abstractmethod
    def stop(self) -> None:
        """Stop at once."""

    @contextmanager
    def running(self) -> Iterator[Self]:
        """There for as long as the block."""
        self.start()
        try:
            yield self
        finally:
            self.stop()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Away for as long as the block."""
        self.stop()
        try:
            yield
        finally:
            self.start()


def wait_until(is_true: Callable[[], bool], what: str, deadline_s: float = START_S) -> None:
    """Call until it gives true. Raises TimeoutError."""
    end_s = time.monotonic() + deadline_s
    while not is_true():
        if time.monotonic() > end_s:
            raise TimeoutError(f"{what}: not within {deadline_s:g} s")
        time.sleep(0.02)


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()


def at_port(url: str, port: int) -> str:
    """The URL with another port, such as a proxy's before the server."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.netloc.rpartition(':')[0]}:{port}").geturl()
