"""Child processes of an event loop, through pipes or pseudo-terminals."""

from __future__ import annotations

import asyncio
import os
import pty
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

OutputCallback = Callable[[bytes], None]

# A grandchild may keep the pipes open: this long after its parent's end, its output no longer holds the exit up.
_DRAIN_S = 0.5


class ChildProcess(asyncio.SubprocessProtocol):
    """A running process; `complete` gets its exit code (-N for signal N) when it has ended and its output is read."""

    def __init__(self, loop: asyncio.AbstractEventLoop, on_stdout: OutputCallback, on_stderr: OutputCallback) -> None:
        self._loop = loop
        self._callbacks = {1: on_stdout, 2: on_stderr}
        self._transport: asyncio.SubprocessTransport | None = None
        self._terminals: list[asyncio.ReadTransport] = []
        self._open_outputs = {1, 2}
        self._returncode: int | None = None
        self.complete: asyncio.Future[int] = loop.create_future()

    @property
    def pid(self) -> int:
        """The process id."""
        return cast("asyncio.SubprocessTransport", self._transport).get_pid()

    @property
    def returncode(self) -> int | None:
        """The exit code; None while it runs."""
        return self._returncode

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The process runs."""
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes | str) -> None:
        """The process has said something."""
        self._callbacks[fd](cast("bytes", data))

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002
        """One of its outputs is closed."""
        self._open_outputs.discard(fd)
        self._check_complete()

    def process_exited(self) -> None:
        """It has ended; output may still be under way."""
        self._returncode = cast("asyncio.SubprocessTransport", self._transport).get_returncode()
        self._loop.call_later(_DRAIN_S, self._finish)
        self._check_complete()

    def _check_complete(self) -> None:
        if self._returncode is not None and not self._open_outputs:
            self._finish()

    def _finish(self) -> None:
        if not self.complete.done():
            self.complete.set_result(cast("int", self._returncode))

    def send_signal(self, signum: int) -> None:
        """Signal the process; ProcessLookupError if it has ended."""
        if self._returncode is not None:
            raise ProcessLookupError(f"process {self.pid} has ended with {self._returncode}")
        # Not Popen.send_signal(): it polls, and would take the exit code away from asyncio's watcher.
        os.kill(self.pid, signum)

    def close(self) -> None:
        """Close the pipes; kills the process if it still runs."""
        for transport in (self._transport, *self._terminals):
            if transport is not None:
                transport.close()

    async def read_terminal(self, fd: int, leader: int) -> None:
        """Read output number `fd` from the leader side of a pseudo-terminal."""
        pipe = os.fdopen(leader, "rb", buffering=0)
        transport, _ = await self._loop.connect_read_pipe(lambda: _TerminalReader(self, fd), pipe)
        self._terminals.append(transport)


class _TerminalReader(asyncio.Protocol):
    def __init__(self, child: ChildProcess, fd: int) -> None:
        self._child = child
        self._fd = fd

    def data_received(self, data: bytes) -> None:
        self._child.pipe_data_received(self._fd, data)

    def connection_lost(self, exc: Exception | None) -> None:
        # Linux reports the end of a terminal as EIO, not as end of file.
        self._child.pipe_connection_lost(self._fd, exc)


async def start_process(
    cmd: Sequence[str],
    *,
    cwd: str | Path | None,
    env: Mapping[str, str] | None,
    shell: bool,
    emulate_tty: bool,
    on_stdout: OutputCallback,
    on_stderr: OutputCallback,
) -> ChildProcess:
    """Start `cmd` (`shell`: its words, joined, for a shell); OSError if it can't be started."""
    loop = asyncio.get_running_loop()
    child = ChildProcess(loop, on_stdout, on_stderr)
    terminals = [pty.openpty(), pty.openpty()] if emulate_tty else []
    streams: dict[str, Any] = {"stdin": asyncio.subprocess.PIPE, "cwd": cwd, "env": env}
    for name, (_, follower) in zip(("stdout", "stderr"), terminals, strict=False):
        streams[name] = follower
    try:
        if shell:
            await loop.subprocess_shell(lambda: child, " ".join(cmd), **streams)
        else:
            await loop.subprocess_exec(lambda: child, *cmd, **streams)
    except OSError:
        for leader, _ in terminals:
            os.close(leader)
        raise
    finally:
        for _, follower in terminals:
            os.close(follower)
    for fd, (leader, _) in enumerate(terminals, start=1):
        await child.read_terminal(fd, leader)
    return child
