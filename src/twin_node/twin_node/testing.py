"""For tests of nodes: a node as a process of its own, and its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

END_S = 10.0  # well under 1 s on an idle machine; the wide margin is for a busy one
# Bit of a signal in the masks of /proc.
_SIGTERM_BIT = 1 << (signal.SIGTERM - 1)


def ros_arguments(parameters: Mapping[str, object]) -> list[str]:
    """Command line that sets these parameters."""
    return ["--ros-args", *(word for name, value in parameters.items() for word in ("-p", f"{name}:={value}"))]


def wait_until(is_true: Callable[[], object], what: str, deadline_s: float = 30.0) -> float:
    """Call until it gives something true; s that it took. Raises TimeoutError."""
    began_s = time.monotonic()
    while not is_true():
        if time.monotonic() - began_s > deadline_s:
            raise TimeoutError(f"{what}: not within {deadline_s} s")
        time.sleep(0.01)
    return time.monotonic() - began_s


class NodeProcess:
    """`python -m MODULE`, as a context; what it writes goes to `log`, a file."""

    def __init__(self, log: Path, module: str, *arguments: str, **environment: str) -> None:
        self.log = log
        with log.open("w") as sink:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdout=sink,
                stderr=subprocess.STDOUT,
                env={**os.environ, **environment},
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def said(self) -> str:
        """What it wrote so far."""
        return self.log.read_text()

    def wait_for(self, text: str) -> None:
        """Wait until it has written this; raises AssertionError where it ends before."""
        wait_until(lambda: text in self.said or self.process.poll() is not None, f"{text!r} of {self.process.args!r}")
        assert text in self.said, f"ended with {self.process.returncode}: {self.said}"  # noqa: S101  (for tests)

    def wait_for_start(self) -> None:
        """Wait for the node's first own act: to take SIGTERM, which Python itself leaves alone."""
        wait_until(self._takes_sigterm, f"handlers of {self.process.args!r}")

    def end(self, times: int = 1) -> float:
        """Interrupt it so often and wait; s until it had ended, with exit code 0 and no error in its last words."""
        began_s, before = time.monotonic(), len(self.said)
        for _ in range(times):
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=40.0)
        took_s = time.monotonic() - began_s
        last_words = self.said[before:]
        assert (code, "Traceback" in last_words, "ERROR" in last_words) == (0, False, False), last_words  # noqa: S101
        return took_s

    def _takes_sigterm(self) -> bool:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
        return bool(int(caught.split()[1], 16) & _SIGTERM_BIT)
