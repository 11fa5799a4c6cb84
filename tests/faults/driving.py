"""Children from the parent's side: started, killed, and heard."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from tests.faults.child import ACK, RUN_S, T0_S, TOPICS, Said, Task, record

_ROOT: Final = Path(__file__).resolve().parents[2]
_END_S: Final = 110.0

Stamps = npt.NDArray[np.int64]


@dataclass(slots=True)
class Acks:
    """What recorders have acknowledged: by asset and topic, ranges of stamps in µs since the epoch."""

    ranges: dict[tuple[str, str], list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))

    def stamps(self, asset_id: str, topic: str) -> Stamps:
        """All of them, sorted."""
        parts = [np.arange(first, end, dtype=np.int64) for first, end in self.ranges[asset_id, topic]]
        return np.sort(np.concatenate([np.zeros(0, np.int64), *parts]))

    @property
    def assets(self) -> set[str]:
        """Whose messages they are."""
        return {asset_id for asset_id, _ in self.ranges}


class Child:
    """A recorder at work. `kill` or `stop` it; both take what it has acknowledged into `acks`."""

    def __init__(self, task: Task, acks: Acks) -> None:
        self._task = task
        self._acks = acks
        self._here, there = multiprocessing.Pipe(duplex=False)
        self.said: Said | None = None
        self._has_spoken = False
        self._process: ForkServerProcess = context().Process(target=record, args=(task, there))
        self._process.start()
        there.close()

    @property
    def pid(self) -> int:
        """Its process."""
        return int(self._process.pid or 0)

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.is_alive()

    def hear(self, wait_s: float = 0.0) -> int:
        """Take what it has said by now, for at least `wait_s` if it still talks; how many acknowledgements."""
        heard = 0
        while self._here.poll(wait_s):
            if not self._hear_one(self._here):
                break
            heard, wait_s = heard + 1, 0.0
        return heard

    def kill(self) -> None:
        """SIGKILL it. Raises AssertionError where it had ended by itself."""
        assert self._process.is_alive(), f"the recorder has ended with {self._process.exitcode}"
        self._process.kill()
        self._end()

    def died(self) -> None:
        """Wait until it has killed itself. Raises AssertionError where it ends otherwise, or not."""
        self._end()
        assert self._process.exitcode == -signal.SIGKILL, f"the recorder ended with {self._process.exitcode}"

    def stop(self) -> Said:
        """Tell it to end, and what it then says. Raises AssertionError where it doesn't end, or badly."""
        if not self._has_spoken:
            self.hear(_END_S)  # before it listens to signals it would die of one
        self._process.terminate()
        return self.finished()

    def finished(self) -> Said:
        """Wait for its own end."""
        self._end()
        assert self._process.exitcode == 0, f"the recorder ended with {self._process.exitcode}"
        assert self.said is not None
        return self.said

    def _end(self) -> None:
        while self._here.poll(_END_S) and self._hear_one(self._here):
            pass
        self._process.join(_END_S)
        assert self._process.exitcode is not None, f"recorder {self.pid} doesn't end"
        self._here.close()

    def _hear_one(self, pipe: Connection) -> bool:
        """One message; False at the end."""
        try:
            data = pipe.recv_bytes()
        except (EOFError, OSError):
            return False
        self._has_spoken = True
        if len(data) != ACK.size:
            self.said = multiprocessing.reduction.ForkingPickler.loads(data)
            return True
        topic, first, end = ACK.unpack(data)
        start = 1_000_000 * (T0_S + RUN_S * self._task.run)
        self._acks.ranges[self._task.asset_id, TOPICS[topic]].append((start + first, start + end))
        return True


@cache
def context() -> ForkServerContext:
    """Children are forked from a process that has imported everything and has no threads."""
    found = multiprocessing.get_context("forkserver")
    # The server is a fresh interpreter: it finds this workspace as this process does.
    os.environ["PYTHONPATH"] = os.pathsep.join([str(_ROOT), *filter(None, sys.path)])
    found.set_forkserver_preload(["tests.faults.warm"])
    return found
