"""Which connections wait for an answer, as Linux shows it."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys

import pytest

from twin_lakehouse._answers import _POLL

_CHILD = """
import select, socket, sys, threading, time
from twin_lakehouse._answers import _polled

one, other = socket.socketpair()
poll = select.poll()
poll.register(one, select.POLLIN)
threading.Thread(target=poll.poll, args=(60_000,), daemon=True).start()
while one.fileno() not in list(_polled()):
    time.sleep(0.01)
print("waits", flush=True)
sys.stdin.readline()
end = time.monotonic() + 10  # the thread goes on a little later
while one.fileno() not in list(_polled()) and time.monotonic() < end:
    time.sleep(0.01)
print("still" if one.fileno() in list(_polled()) else "not seen", flush=True)
"""


@pytest.mark.skipif(platform.machine() not in _POLL, reason="only for machines whose numbers of system calls are known")
def test_wait_of_a_process_that_was_stopped_meanwhile_is_seen() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            assert child.stdout.readline() == "waits\n"
            child.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, child.pid, os.WSTOPPED)
            child.send_signal(signal.SIGCONT)
            child.stdin.write("\n")
            child.stdin.flush()
            assert child.stdout.readline() == "still\n"
        finally:
            child.kill()
