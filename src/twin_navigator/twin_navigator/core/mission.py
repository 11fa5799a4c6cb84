"""Bookkeeping of one search mission: goals, trials, places visited, distance driven, and how it ended."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, IntEnum

from twin_navigator.core.errors import MissionStateError
from twin_navigator.core.events import Event, EventType
from twin_navigator.core.locations import Location, Pose
from twin_navigator.core.sightings import Sighting

# One odometry step longer than this is a reset or a teleport, not driving: a TurtleBot needs 4 s for a metre.
MAX_ODOMETRY_STEP_M = 1.0


class Outcome(IntEnum):
    """How a goal ended; the numbers are twin_interfaces/NavigationTrial's."""

    SUCCEEDED = 4
    CANCELED = 5
    ABORTED = 6
    REJECTED = 7


class GoalKind(Enum):
    """Why the robot goes somewhere: to get to a location, or to turn there and look."""

    GO = "go"
    LOOK = "look"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One goal from sending to end. Times in ns of ROS time; `start` is None where no pose was known."""

    location: str
    kind: GoalKind
    start: Pose | None
    goal: Pose
    outcome: Outcome
    error_code: int
    error_msg: str
    started_ns: int
    ended_ns: int
    distance_m: float
    recoveries: int
    trial_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def duration_s(self) -> float:
        """ROS time from sending to end."""
        return (self.ended_ns - self.started_ns) / 1e9

    @property
    def label(self) -> str:
        """The location, with `/look` behind it for a turn at the place."""
        return self.location if self.kind is GoalKind.GO else f"{self.location}/{self.kind.value}"


class MissionState(Enum):
    """A mission waits for the system, runs, and ends."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


_MOVES: Mapping[MissionState, tuple[MissionState, ...]] = {
    MissionState.WAITING: (MissionState.RUNNING, MissionState.FAILED),
    MissionState.RUNNING: (MissionState.SUCCEEDED, MissionState.FAILED),
    MissionState.SUCCEEDED: (),
    MissionState.FAILED: (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The result of a mission. `found_at`: where the robot stood when the target was confirmed, in the map frame."""

    target: str
    found: bool
    found_at: Pose | None
    found_near: str
    visited: tuple[str, ...]
    skipped: tuple[str, ...]
    goals: int
    duration_s: float
    distance_m: float
    reason: str

    def payload(self) -> dict[str, object]:
        """The JSON values of mission.succeeded and mission.failed."""
        return {
            "target": self.target,
            "found": self.found,
            "found_at": self.found_at.as_dict() if self.found_at else None,
            "found_near": self.found_near,
            "visited": list(self.visited),
            "skipped": list(self.skipped),
            "goals": self.goals,
            "duration_s": round(self.duration_s, 2),
            "distance_m": round(self.distance_m, 2),
            "reason": self.reason,
        }


@dataclass(slots=True, kw_only=True)
class _OpenGoal:
    location: str
    kind: GoalKind
    start: Pose | None
    goal: Pose
    started_ns: int
    start_distance_m: float
    recoveries: int = 0


class Mission:
    """Everything that is remembered of a search. Each change is told through `emit` and `record`.

    now_ns: ROS time. `emit` takes every event, `record` every finished trial; both at the moment they happen.
    """

    def __init__(
        self,
        *,
        target: str,
        route: Sequence[Location],
        now_ns: Callable[[], int],
        emit: Callable[[Event], None],
        record: Callable[[Trial], None],
    ) -> None:
        self.target = target
        self.route = tuple(route)
        self.state = MissionState.WAITING
        self.pose_map: Pose | None = None
        self.distance_m = 0.0
        self.blame = ""
        self.summary: Summary | None = None
        self._now_ns = now_ns
        self._emit = emit
        self._record = record
        self._started_ns = 0
        self._start_distance_m = 0.0
        self._odometry_xy: tuple[float, float] | None = None
        self._visited: list[str] = []
        self._skipped: list[str] = []
        self._goals = 0
        self._near = ""
        self._open: _OpenGoal | None = None

    def on_odometry(self, x: float, y: float) -> None:
        """Adds the way from the last position (m, odom frame) to the distance driven."""
        if self._odometry_xy is not None:
            step = math.hypot(x - self._odometry_xy[0], y - self._odometry_xy[1])
            self.distance_m += step if step <= MAX_ODOMETRY_STEP_M else 0.0
        self._odometry_xy = (x, y)

    def start(self) -> None:
        """The system is ready: the mission's clock runs from here."""
        self._move(MissionState.RUNNING)
        self._started_ns = self._now_ns()
        self._start_distance_m = self.distance_m
        names = [location.name for location in self.route]
        self._say(EventType.MISSION_STARTED, {"target": self.target, "route": names, "locations": ", ".join(names)})

    @property
    def elapsed_s(self) -> float:
        """ROS time since `start`, 0 before it."""
        return 0.0 if self.state is MissionState.WAITING else (self._now_ns() - self._started_ns) / 1e9

    def open_goal(self, location: str, goal: Pose, kind: GoalKind) -> None:
        """A goal was sent; it stays open until `close_goal`."""
        self._goals += 1
        self._near = location
        self._open = _OpenGoal(
            location=location, kind=kind, start=self.pose_map, goal=goal,
            started_ns=self._now_ns(), start_distance_m=self.distance_m,
        )  # fmt: skip
        payload = {"location": location, "kind": kind.value, "goal": goal.as_dict(), "where": str(goal)}
        self._say(EventType.GOAL_SET, payload)

    def progress(self, pose_map: Pose | None, recoveries: int) -> None:
        """Takes the feedback of the open goal; each new recovery is an event, since something stood in the way."""
        if self._open is None:
            return
        if pose_map is not None:
            self._open.start = self._open.start or pose_map
            self.pose_map = pose_map
        if recoveries > self._open.recoveries:
            self._open.recoveries = recoveries
            where = pose_map.as_dict() if pose_map else None
            what = {"location": self._open.location, "kind": self._open.kind.value, "recoveries": recoveries}
            self._say(EventType.OBSTACLE_DETECTED, {**what, "at": where})

    def close_goal(self, outcome: Outcome, *, reason: str = "", error_code: int = 0, interrupted: bool = False) -> None:
        """The open goal ended; `reason` says why where it did not succeed, `interrupted` that the tree wanted it so."""
        if self._open is None:
            return
        goal, self._open = self._open, None
        trial = Trial(
            location=goal.location, kind=goal.kind, start=goal.start, goal=goal.goal, outcome=outcome,
            error_code=error_code, error_msg=reason, started_ns=goal.started_ns, ended_ns=self._now_ns(),
            distance_m=self.distance_m - goal.start_distance_m, recoveries=goal.recoveries,
        )  # fmt: skip
        self._record(trial)
        ended = EventType.GOAL_CANCELED if interrupted else EventType.GOAL_FAILED
        self._say(EventType.GOAL_REACHED if outcome is Outcome.SUCCEEDED else ended, _trial_payload(trial))

    def visit(self, location: str) -> None:
        """The robot is at the location."""
        self._visited.append(location)

    def skip(self, location: str) -> None:
        """The location could not be reached; the search goes on without it."""
        self._skipped.append(location)
        self._say(EventType.LOCATION_SKIPPED, {"location": location})

    def succeed(self, sighting: Sighting) -> None:
        """The target was seen."""
        self._move(MissionState.SUCCEEDED)
        detection = sighting.detection
        self._say(
            EventType.TARGET_SEEN,
            {
                "target": self.target,
                "score": detection.score,
                "area_px": detection.area_px,
                "frames": sighting.frames,
                "bbox": [detection.x, detection.y, detection.width, detection.height],
                "image_stamp_ns": sighting.stamp_ns,
                "robot_at": self.pose_map.as_dict() if self.pose_map else None,
                "location": self._near,
            },
        )
        self._finish(EventType.MISSION_SUCCEEDED, found=True, reason="")

    def fail(self, reason: str) -> None:
        """The mission ended without the target."""
        self._move(MissionState.FAILED)
        self._finish(EventType.MISSION_FAILED, found=False, reason=reason)

    def _finish(self, event_type: EventType, *, found: bool, reason: str) -> None:
        started = self._started_ns or self._now_ns()
        self.summary = Summary(
            target=self.target, found=found, found_at=self.pose_map if found else None,
            found_near=self._near if found else "", visited=tuple(self._visited), skipped=tuple(self._skipped),
            goals=self._goals, duration_s=(self._now_ns() - started) / 1e9,
            distance_m=self.distance_m - self._start_distance_m, reason=reason,
        )  # fmt: skip
        self._say(event_type, self.summary.payload())

    def _move(self, to: MissionState) -> None:
        if to not in _MOVES[self.state]:
            raise MissionStateError(self.state.value, to.value, [state.value for state in _MOVES[self.state]])
        self.state = to

    def _say(self, event_type: EventType, payload: Mapping[str, object]) -> None:
        self._emit(Event(type=event_type, stamp_ns=self._now_ns(), payload=payload))


def _trial_payload(trial: Trial) -> dict[str, object]:
    return {
        "trial_id": trial.trial_id,
        "location": trial.location,
        "kind": trial.kind.value,
        "goal": trial.goal.as_dict(),
        "outcome": trial.outcome.name.lower(),
        "reason": trial.error_msg,
        "error_code": trial.error_code,
        "duration_s": round(trial.duration_s, 2),
        "distance_m": round(trial.distance_m, 2),
        "recoveries": trial.recoveries,
    }
