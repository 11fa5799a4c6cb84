"""Callbacks on Zenoh's own threads."""

import threading
import time

import zenoh

from embedded_ros.wire.direct import direct

WAIT_S = 20.0
KEY = "direct"


def test_python_remembers_the_threads_that_zenoh_calls_from(peer: zenoh.Session, endpoint: str) -> None:
    local, calls = threading.local(), list[tuple[int, int]]()

    def count(_: zenoh.Sample) -> None:
        # What a thread keeps lives in its Python state.
        local.calls = getattr(local, "calls", 0) + 1
        calls.append((threading.get_ident(), local.calls))

    config = zenoh.Config.from_json5(f'{{mode: "client", connect: {{endpoints: ["{endpoint}"]}}}}')
    with zenoh.open(config) as other:
        subscriber = other.declare_subscriber(KEY, direct(count))
        deadline = time.monotonic() + WAIT_S
        while len(calls) < 20:
            assert time.monotonic() < deadline
            peer.put(KEY, b"x")
            time.sleep(0.005)
        subscriber.undeclare()  # type: ignore[no-untyped-call]
    for thread in {ident for ident, _ in calls}:
        counted = [count for ident, count in calls if ident == thread]
        assert counted == list(range(1, len(counted) + 1))
    assert threading.main_thread().ident not in {ident for ident, _ in calls}
