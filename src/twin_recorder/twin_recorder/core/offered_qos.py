"""What a topic's publishers offered, as rosbag2 writes it: the YAML text in a channel's metadata."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import yaml

from .topics import Qos

# rmw's "no limit": what a publisher offers that sets none.
_FOREVER: Final = {"sec": 9223372036, "nsec": 854775807}


@lru_cache(maxsize=64)
def offered_qos(qos: Qos | None) -> str:
    """A profile as rosbag2 has it (version 9); empty where it isn't known."""
    if qos is None:
        return ""
    profile = {
        "history": "keep_last",
        "depth": qos.depth,
        "reliability": qos.reliability,
        "durability": qos.durability,
        "deadline": dict(_FOREVER),
        "lifespan": dict(_FOREVER),
        "liveliness": "automatic",
        "liveliness_lease_duration": dict(_FOREVER),
        "avoid_ros_namespace_conventions": False,
    }
    return yaml.safe_dump([profile], sort_keys=False)
