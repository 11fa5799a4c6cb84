"""The leaves of the search tree. `update` never blocks; `terminate` takes back what was started; time is passed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from py_trees.behaviour import Behaviour
from py_trees.common import Status

from twin_navigator.core.config import SearchConfig
from twin_navigator.core.locations import Location, Pose
from twin_navigator.core.mission import GoalKind, Mission, Outcome
from twin_navigator.core.navigator import GoalReport, GoalState, Navigator
from twin_navigator.core.sightings import Sightings

_NO_GOAL = 0
POSE_TIMEOUT_WALL_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What the behaviours work on.

    now_ns: ROS time, which a simulation may stop or speed up; wall_ns: monotonic real time, for waits on processes.
    """

    config: SearchConfig
    mission: Mission
    navigator: Navigator
    sightings: Sightings
    now_ns: Callable[[], int]
    wall_ns: Callable[[], int]


class Await(Behaviour):
    """Waits for a part of the system; without it by the deadline (wall time) the mission fails with `sentence`."""

    def __init__(self, name: str, search: Search, is_there: Callable[[], bool], sentence: str) -> None:
        super().__init__(name)
        self._search = search
        self._is_there = is_there
        self._sentence = sentence
        self._deadline_ns = 0

    def initialise(self) -> None:
        """Sets the deadline."""
        self._deadline_ns = self._search.wall_ns() + int(self._search.config.startup_timeout_wall_s * 1e9)
        self.feedback_message = f"waiting for {self.name}"

    def update(self) -> Status:
        """RUNNING until the part is there."""
        if self._is_there():
            self.feedback_message = "ready"
            return Status.SUCCESS
        if self._search.wall_ns() < self._deadline_ns:
            return Status.RUNNING
        return _fail_mission(self, self._search.mission, self._sentence)


class AwaitPose(Behaviour):
    """Waits for the robot's pose in the map, a sign that localization runs: before that, Nav2 refuses goals.

    Not for long (POSE_TIMEOUT_WALL_S), since some localizations, SLAM for one, never publish it on amcl_pose.
    """

    def __init__(self, name: str, search: Search) -> None:
        super().__init__(name)
        self._search = search
        self._deadline_ns = 0

    def initialise(self) -> None:
        """Sets the deadline."""
        self._deadline_ns = self._search.wall_ns() + int(POSE_TIMEOUT_WALL_S * 1e9)

    def update(self) -> Status:
        """RUNNING until there is a pose or the time is over; then SUCCESS."""
        is_known = self._search.mission.pose_map is not None
        self.feedback_message = "known" if is_known else "not known yet"
        return Status.SUCCESS if is_known or self._search.wall_ns() >= self._deadline_ns else Status.RUNNING


class Begin(Behaviour):
    """Starts the mission's clock."""

    def __init__(self, name: str, search: Search) -> None:
        super().__init__(name)
        self._mission = search.mission

    def update(self) -> Status:
        """Always SUCCESS."""
        self._mission.start()
        return Status.SUCCESS


class TargetSeen(Behaviour):
    """Whether the target was seen reliably, at any time since the camera runs."""

    def __init__(self, name: str, search: Search) -> None:
        super().__init__(name)
        self._sightings = search.sightings

    def update(self) -> Status:
        """FAILURE is the normal answer: the search goes on."""
        return Status.SUCCESS if self._sightings.confirmed else Status.FAILURE


class CameraAlive(Behaviour):
    """Fails the mission when no frame came for `camera.timeout`: a blind robot would report that nothing is there."""

    def __init__(self, name: str, search: Search) -> None:
        super().__init__(name)
        self._search = search
        self._frames = -1
        self._last_ns = 0

    def update(self) -> Status:
        """SUCCESS as long as frames come."""
        now_ns = self._search.now_ns()
        if self._search.sightings.frames != self._frames:
            self._frames = self._search.sightings.frames
            self._last_ns = now_ns
        limit_s = self._search.config.camera_timeout_s
        if now_ns - self._last_ns <= limit_s * 1e9:
            return Status.SUCCESS
        sentence = (
            f"no camera image for {limit_s:g} s after {self._frames} images: the search would be blind;"
            " check the camera driver, or raise parameter camera.timeout for a slower one"
        )
        return _fail_mission(self, self._search.mission, sentence)


class TimeLeft(Behaviour):
    """Fails the mission after `mission.timeout`."""

    def __init__(self, name: str, search: Search) -> None:
        super().__init__(name)
        self._search = search

    def update(self) -> Status:
        """SUCCESS as long as there is time."""
        limit_s = self._search.config.mission_timeout_s
        if self._search.mission.elapsed_s <= limit_s:
            return Status.SUCCESS
        target = self._search.mission.target
        sentence = f"time is up: no {target} object seen in {limit_s:g} s; parameter mission.timeout gives more time"
        return _fail_mission(self, self._search.mission, sentence)


class ClockRuns(Behaviour):
    """Fails the mission when ROS time stands still for `clock.timeout` of real time: the simulator is gone."""

    def __init__(self, name: str, search: Search) -> None:
        super().__init__(name)
        self._search = search
        self._time_ns = -1
        self._seen_wall_ns = 0

    def update(self) -> Status:
        """SUCCESS as long as ROS time moves."""
        now_ns, wall_ns = self._search.now_ns(), self._search.wall_ns()
        if now_ns != self._time_ns:
            self._time_ns, self._seen_wall_ns = now_ns, wall_ns
        limit_s = self._search.config.clock_timeout_wall_s
        if wall_ns - self._seen_wall_ns <= limit_s * 1e9:
            return Status.SUCCESS
        sentence = (
            f"/clock has stood still for {limit_s:g} s of real time:"
            " restart the simulator, or raise parameter clock.timeout"
        )
        return _fail_mission(self, self._search.mission, sentence)


class GoTo(Behaviour):
    """Drives to a pose; fails where the goal is rejected, aborted, or not reached within `goal.timeout`."""

    def __init__(self, name: str, search: Search, location: Location, goal: Pose, kind: GoalKind) -> None:
        super().__init__(name)
        self._search = search
        self._location = location
        self._goal = goal
        self._kind = kind
        self._goal_id = _NO_GOAL
        self._deadline_ns = 0

    def initialise(self) -> None:
        """Sends the goal."""
        self._goal_id = self._search.navigator.send(self._goal)
        self._deadline_ns = self._search.now_ns() + int(self._search.config.goal_timeout_s * 1e9)
        self._search.mission.open_goal(self._location.name, self._goal, self._kind)
        self.feedback_message = f"to {self._goal}"

    def update(self) -> Status:
        """RUNNING until the goal is over or late."""
        report = self._search.navigator.report(self._goal_id)
        self._search.mission.progress(report.pose_map, report.recoveries)
        if report.state.is_final:
            return self._ended(report)
        if self._search.now_ns() <= self._deadline_ns:
            return Status.RUNNING
        self._search.navigator.cancel(self._goal_id)
        self._goal_id = _NO_GOAL
        self.feedback_message = f"not reached within {self._search.config.goal_timeout_s:g} s"
        self._search.mission.close_goal(Outcome.CANCELED, reason=self.feedback_message)
        return Status.FAILURE

    def terminate(self, new_status: Status) -> None:
        """Cancels the goal if the tree moves on while the robot still drives."""
        if new_status is not Status.INVALID or self._goal_id == _NO_GOAL:
            return
        self._search.navigator.cancel(self._goal_id)
        self._goal_id = _NO_GOAL
        reason = "target seen" if self._search.sightings.confirmed else "mission stopped"
        self._search.mission.close_goal(Outcome.CANCELED, reason=reason, interrupted=True)

    def _ended(self, report: GoalReport) -> Status:
        self._goal_id = _NO_GOAL
        outcome = _OUTCOME_OF[report.state]
        if outcome is Outcome.SUCCEEDED:
            reason = ""
        else:
            reason = report.error_msg or f"{report.state.value} by the navigation server"
        self._search.mission.close_goal(outcome, reason=reason, error_code=report.error_code)
        if outcome is Outcome.SUCCEEDED and self._kind is GoalKind.GO:
            self._search.mission.visit(self._location.name)
        self.feedback_message = reason or "reached"
        return Status.SUCCESS if outcome is Outcome.SUCCEEDED else Status.FAILURE


class Watch(Behaviour):
    """Stands still until the camera gave `look.frames` new frames, at most for `look.timeout`."""

    def __init__(self, name: str, search: Search) -> None:
        super().__init__(name)
        self._search = search
        self._until_frame = 0
        self._deadline_ns = 0

    def initialise(self) -> None:
        """Counts frames from here."""
        self._until_frame = self._search.sightings.frames + self._search.config.look_frames
        self._deadline_ns = self._search.now_ns() + int(self._search.config.look_timeout_s * 1e9)

    def update(self) -> Status:
        """RUNNING until enough frames came; then SUCCESS, also without them."""
        is_done = self._search.sightings.frames >= self._until_frame or self._search.now_ns() > self._deadline_ns
        return Status.SUCCESS if is_done else Status.RUNNING


class Skip(Behaviour):
    """Goes on without a location."""

    def __init__(self, name: str, search: Search, location: Location) -> None:
        super().__init__(name)
        self._mission = search.mission
        self._location = location

    def update(self) -> Status:
        """Always SUCCESS."""
        self._mission.skip(self._location.name)
        return Status.SUCCESS


class NothingFound(Behaviour):
    """The route is over: the mission fails."""

    def __init__(self, name: str, search: Search) -> None:
        super().__init__(name)
        self._search = search

    def update(self) -> Status:
        """Always FAILURE."""
        mission = self._search.mission
        sentence = f"all {len(mission.route)} locations are done and no {mission.target} object was seen"
        return _fail_mission(self, mission, sentence)


_OUTCOME_OF = {
    GoalState.SUCCEEDED: Outcome.SUCCEEDED,
    GoalState.CANCELED: Outcome.CANCELED,
    GoalState.ABORTED: Outcome.ABORTED,
    GoalState.REJECTED: Outcome.REJECTED,
}


def _fail_mission(behaviour: Behaviour, mission: Mission, sentence: str) -> Status:
    """FAILURE with the sentence as message, and as what the mission failed by, unless something else was first."""
    behaviour.feedback_message = sentence
    mission.blame = mission.blame or sentence
    return Status.FAILURE
