"""Events of a mission: what goes on /twin/events, and the line that a person reads about each."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class EventType(Enum):
    """Names as the lakehouse keeps them."""

    MISSION_STARTED = "mission.started"
    MISSION_SUCCEEDED = "mission.succeeded"
    MISSION_FAILED = "mission.failed"
    GOAL_SET = "nav.goal_set"
    GOAL_REACHED = "nav.goal_reached"
    GOAL_FAILED = "nav.goal_failed"
    GOAL_CANCELED = "nav.goal_canceled"
    OBSTACLE_DETECTED = "nav.obstacle_detected"
    LOCATION_SKIPPED = "nav.location_skipped"
    TARGET_SEEN = "perception.target_seen"


def _new_id() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at `stamp_ns` (ROS time); the payload holds JSON values only."""

    type: EventType
    stamp_ns: int
    payload: Mapping[str, object] = field(default_factory=dict)
    event_id: str = field(default_factory=_new_id)

    def payload_json(self) -> str:
        """The payload as one line of JSON."""
        return json.dumps(self.payload, ensure_ascii=False, sort_keys=True)


def describe(event: Event) -> str | None:
    """One line for the terminal; None for what a person need not read (the turns of a look around)."""
    payload = event.payload
    if payload.get("kind") == "look" and event.type is not EventType.OBSTACLE_DETECTED:
        return None
    template = _LINES[event.type]
    return template.format_map(_Blank(payload))


class _Blank(dict[str, object]):
    """A payload whose missing entries read as a dash."""

    def __missing__(self, key: str) -> str:
        return "-"


_LINES = {
    EventType.MISSION_STARTED: "mission started: looking for {target} at {locations}",
    EventType.MISSION_SUCCEEDED: "mission succeeded: {target} found after {duration_s} s and {distance_m} m",
    EventType.MISSION_FAILED: "mission failed: {reason}",
    EventType.GOAL_SET: "→ {location}: going to {where}",
    EventType.GOAL_REACHED: "✓ {location}: reached after {duration_s} s and {distance_m} m; looking around",
    EventType.GOAL_FAILED: "✗ {location}: {outcome}, {reason}",
    EventType.GOAL_CANCELED: "■ {location}: stopped, {reason}",
    EventType.OBSTACLE_DETECTED: "! {location}: the way is blocked, recovery {recoveries}",
    EventType.LOCATION_SKIPPED: "» {location}: skipped",
    EventType.TARGET_SEEN: "● {target} seen {frames} times, {area_px} px large, score {score}",
}
