"""A TCP proxy that misbehaves on demand: it cuts, delays, throttles, corrupts and swallows what passes."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

_CHUNK: Final = 1 << 14
# Closing with this set sends RST: the peer's next read or write fails instead of ending.
_RESET: Final = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """How a wire behaves, both ways.

    delay_s: each chunk comes that much later; bytes_per_s: 0 without limit; damaged_sent, damaged_answers: of what the
    client sends, and of what the server does, about one byte in so many has a bit flipped, 0 none; only: on connections
    on which the client has sent this; is_black: all is accepted and nothing passes, without RST; is_mute: so it is for
    what the server says; is_refused: new connections are reset; answer: what each chunk of a client gets instead of
    passing.
    """

    delay_s: float = 0.0
    bytes_per_s: float = 0.0
    damaged_sent: int = 0
    damaged_answers: int = 0
    only: bytes = b""
    is_black: bool = False
    is_mute: bool = False
    is_refused: bool = False
    answer: bytes = b""


GOOD: Final = Wire()
BLACK: Final = Wire(is_black=True)
MUTE: Final = Wire(is_mute=True)
REFUSED: Final = Wire(is_refused=True)
GARBLED: Final = Wire(answer=b"Z\xff\xff\xff\xff\x00E\x00\x00\x00\x05")
UNAVAILABLE: Final = Wire(
    answer=b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """`spring` is called, once, in the proxy's thread, when a client sends `pattern`; before that chunk passes, or
    right after.
    """

    pattern: bytes
    spring: Callable[[], None]
    is_after: bool = False


@dataclass(slots=True, kw_only=True)
class _Link:
    """One client's connection and ours to the server."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    is_marked: bool = False  # by what the wire's faults are for
    tail: bytes = b""  # what a pattern may have begun in


@dataclass(slots=True, kw_only=True)
class _State:
    """What the proxy's thread works with; mutable because tests change it while traffic flows."""

    wire: Wire = GOOD
    traps: list[Trap] = field(default_factory=list)
    links: list[_Link] = field(default_factory=list)
    served: int = 0


class Proxy:
    """Listens on a port of this machine for clients of `target`; a context manager. Any thread may change its wire."""

    def __init__(self, target: tuple[str, int], *, seed: int = 1) -> None:
        self._target = target
        self._random = random.Random(seed)  # noqa: S311  faults, no secrets
        self._state = _State()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._server: asyncio.Server | None = None
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._call_async()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(20.0)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20.0)
        self._loop.close()

    @property
    def served(self) -> int:
        """How many connections were accepted."""
        return self._state.served

    def behave(self, wire: Wire) -> None:
        """From now on, also for open connections."""
        self._state.wire = wire

    def cut(self) -> None:
        """Reset every open connection, on both sides."""
        self._loop.call_soon_threadsafe(self._cut_all)

    def trap(self, pattern: bytes, spring: Callable[[], None], *, is_after: bool = False) -> None:
        """Call `spring` when a client sends `pattern`; see Trap."""
        self._state.traps.append(Trap(pattern=pattern, spring=spring, is_after=is_after))

    def mend(self) -> None:
        """A good wire from now on, without traps; what is open is reset: half a talk can't go on."""
        self._state.traps = []
        self.behave(GOOD)
        self.cut()

    def cut_now(self) -> None:
        """As `cut`, for a trap: at once, in the proxy's own thread."""
        self._cut_all()

    def _call_async(self) -> asyncio.Server:
        starting = asyncio.start_server(self._serve, "127.0.0.1", 0)
        return asyncio.run_coroutine_threadsafe(starting, self._loop).result(20.0)

    async def _end(self) -> None:
        if self._server is not None:
            self._server.close()
        self._cut_all()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _cut_all(self) -> None:
        for link in self._state.links:
            _reset(link.client)
            _reset(link.server)
        self._state.links.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._state.served += 1
        if self._state.wire.is_refused:
            _reset(writer)
            return
        try:
            from_server, to_server = await asyncio.open_connection(*self._target)
        except OSError:
            _reset(writer)
            return
        link = _Link(client=writer, server=to_server)
        self._state.links.append(link)
        with suppress(asyncio.CancelledError):
            await asyncio.gather(
                self._pump(link, reader, to_server, is_client=True), self._pump(link, from_server, writer)
            )

    async def _pump(
        self, link: _Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_client: bool = False
    ) -> None:
        """One direction, until its sender ends or the link is cut."""
        with suppress(OSError):
            while data := await reader.read(_CHUNK):
                after = self._sprung(link, data) if is_client else []
                await self._pass(link, writer, data)
                for trap in after:
                    trap.spring()
            if not (self._state.wire.is_black or self._state.wire.is_mute):
                writer.close()

    async def _pass(self, link: _Link, writer: asyncio.StreamWriter, data: bytes) -> None:
        """Send a chunk as the wire lets it through now."""
        wire = self._state.wire
        link.is_marked |= wire.only in data
        if wire.is_black or link not in self._state.links or (wire.is_mute and writer is link.client):
            return
        if wire.answer:
            link.client.write(wire.answer)
            link.client.close()
            return
        wait_s = wire.delay_s + (len(data) / wire.bytes_per_s if wire.bytes_per_s else 0.0)
        if wait_s:
            await asyncio.sleep(wait_s)
        if link in self._state.links:
            every = wire.damaged_answers if writer is link.client else wire.damaged_sent
            writer.write(self._damaged(data, every) if every and link.is_marked else data)
            await writer.drain()

    def _sprung(self, link: _Link, data: bytes) -> list[Trap]:
        """Spring the traps that the bytes meet; those for afterwards are given back."""
        seen = link.tail + data
        met = [trap for trap in self._state.traps if trap.pattern in seen]
        self._state.traps = [trap for trap in self._state.traps if trap not in met]
        link.tail = seen[-64:] if not met else b""
        for trap in met:
            if not trap.is_after:
                trap.spring()
        return [trap for trap in met if trap.is_after]

    def _damaged(self, data: bytes, every: int) -> bytes:
        """The bytes, about one in `every` of them with a bit flipped."""
        damaged = bytearray(data)
        at = int(self._random.expovariate(1 / every))
        while at < len(damaged):
            damaged[at] ^= 1 << self._random.randrange(8)
            at += 1 + int(self._random.expovariate(1 / every))
        return bytes(damaged)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST."""
    raw: socket.socket | None = writer.get_extra_info("socket")
    with suppress(OSError):
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
