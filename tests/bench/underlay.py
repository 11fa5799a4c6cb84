"""The underlay beside plain zenoh-python, same payloads, same links, in turn.

- Saturation (`flow`): a process that does nothing but put messages, straight into the receiver's session (no router in
  between), with rmw_zenoh_cpp's attachment and blocking when the link is full. The receiver has a core of its own and
  counts calls of its callback (ours: an executor that spins one subscription of depth 1000) for some seconds. The plain
  receiver is a subscriber with a Python callback, zenoh-python's default, that takes the payload's bytes.
- CPU a message (`flow`): the same two processes at 500 Hz; all threads of the receiver count.
- CPU a message of a recorder (`flow`): Odometry at 2,000 Hz through a router, to one of 20 raw subscriptions.
- Latency and round trips (`latency`): two sessions through a router, each in a process of its own, on one monotonic
  clock.
- Start-up and the graph (`startup`), and the codec beside rosbags' (`codec`).
"""

from __future__ import annotations

from tests.bench.harness import Figure
from tests.bench.pairs import codec, flow, latency, startup


def measure() -> list[Figure]:
    """All figures of the underlay; about a minute and a half."""
    return [*flow.measure(), *latency.measure(), *startup.measure(), *codec.measure()]
