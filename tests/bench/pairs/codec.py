"""CDR of the messages a robot streams: our compiled codec beside rosbags', same values, same bytes."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from nav_msgs.msg import Odometry
from rosbags.typesys import Stores, get_typestore
from sensor_msgs.msg import Image, Imu, LaserScan

from embedded_ros.rosidl import deserialize, interface_name, serialize
from tests.bench.harness import Figure, Goal, time_paired

CALLS = 2000
RUNS = 5
NO_SLOWER = Goal(subject="ratio", bound=1.0, at_most=True)


def samples() -> list[Any]:
    """One message of each kind, filled as a TurtleBot fills it."""
    scan = LaserScan(angle_max=2 * math.pi, angle_increment=math.radians(1), range_min=0.12, range_max=3.5)
    scan.header.frame_id = "base_scan"
    scan.ranges = np.linspace(0.2, 3.4, 360, dtype=np.float32).tolist()
    image = Image(height=240, width=320, encoding="rgb8", step=960, data=bytes(320 * 240 * 3))
    return [Odometry(child_frame_id="base_footprint"), Imu(), scan, image]


def repeated(call: Callable[[], object]) -> Callable[[], object]:
    """`CALLS` calls as one, so that the clock's own cost does not count."""

    def run() -> None:
        for _ in range(CALLS):
            call()

    return run


def figure(way: str, name: str, ours: Callable[[], object], peer: Callable[[], object]) -> Figure:
    """Microseconds a message of one way."""
    ours_s, peer_s = time_paired(repeated(ours), repeated(peer), runs=RUNS)
    return Figure(
        name=f"{way} {name.rsplit('/', maxsplit=1)[-1]}",
        value=ours_s / CALLS * 1e6,
        unit="us",
        runs=RUNS,
        peer=peer_s / CALLS * 1e6,
        peer_name="rosbags",
        goals=(NO_SLOWER,),
    )


def measure() -> list[Figure]:
    """Both ways, for each kind."""
    store = get_typestore(Stores.ROS2_JAZZY)
    figures = []
    for message in samples():
        message_type = type(message)
        name, cdr = interface_name(message_type), serialize(message)
        twin = store.deserialize_cdr(cdr, name)
        figures.append(figure("serialize", name, partial(serialize, message), partial(store.serialize_cdr, twin, name)))
        ours, peer = partial(deserialize, message_type, cdr), partial(store.deserialize_cdr, cdr, name)
        figures.append(figure("deserialize", name, ours, peer))
    return figures
