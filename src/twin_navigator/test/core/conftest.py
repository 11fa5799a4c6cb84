"""A robot on a string: scripted navigator, clocks that tests move, and a mission that remembers what it said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from twin_navigator.core.behaviours import Search
from twin_navigator.core.config import SearchConfig
from twin_navigator.core.detector import Detection
from twin_navigator.core.events import Event
from twin_navigator.core.locations import Location, Pose
from twin_navigator.core.mission import Mission, Trial
from twin_navigator.core.navigator import GoalReport, GoalState
from twin_navigator.core.sightings import Sightings
from twin_navigator.core.tree import MissionRunner

RED = Detection(colour="red", score=0.8, x=10, y=20, width=30, height=30, area_px=800)
PLACES = (
    Location(name="kitchen", pose=Pose(x=1.0, y=2.0, yaw=0.5)),
    Location(name="office", pose=Pose(x=-1.0, y=0.0)),
)


@dataclass
class ScriptedNavigator:
    """Plays for each goal the states that `script` gives; the last one stays. Without a script: at once there."""

    script: Callable[[Pose], list[GoalReport]] = field(default=lambda _goal: [GoalReport(state=GoalState.SUCCEEDED)])
    ready: bool = True
    goals: list[Pose] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)
    _left: dict[int, list[GoalReport]] = field(default_factory=dict)

    def is_ready(self) -> bool:
        return self.ready

    def send(self, goal: Pose) -> int:
        self.goals.append(goal)
        self._left[len(self.goals)] = self.script(goal)
        return len(self.goals)

    def report(self, goal_id: int) -> GoalReport:
        left = self._left[goal_id]
        return left.pop(0) if len(left) > 1 else left[0]

    def cancel(self, goal_id: int) -> None:
        self.cancelled.append(goal_id)

    def is_idle(self) -> bool:
        return True


class Rig:
    """One search with everything in reach of the test. Each tick moves both clocks by `step_s` and gives a frame."""

    def __init__(self, navigator: ScriptedNavigator, **settings: float) -> None:
        self.navigator = navigator
        self.now_ns = 1_000_000_000
        self.wall_ns = 5_000_000_000
        self.events: list[Event] = []
        self.trials: list[Trial] = []
        self.config = SearchConfig(locations_file="world.yaml", **settings)  # type: ignore[arg-type]
        self.sightings = Sightings("red", self.config.sighting)
        self.mission = Mission(
            target="red",
            route=PLACES,
            now_ns=lambda: self.now_ns,
            emit=self.events.append,
            record=self.trials.append,
        )
        self.search = Search(
            config=self.config,
            mission=self.mission,
            navigator=navigator,
            sightings=self.sightings,
            now_ns=lambda: self.now_ns,
            wall_ns=lambda: self.wall_ns,
        )
        self.mission.pose_map = Pose(x=-3.0, y=0.0)
        self.runner = MissionRunner(self.search)

    def tick(self, count: int = 1, *, step_s: float = 0.5, frame: tuple[Detection, ...] | None = ()) -> None:
        """`frame`: the detections of the camera's next image; None: no image comes."""
        for _ in range(count):
            self.now_ns += int(step_s * 1e9)
            self.wall_ns += int(step_s * 1e9)
            if frame is not None:
                self.sightings.on_frame(self.now_ns, frame)
            self.runner.tick()

    def run(self, limit: int = 200) -> None:
        """Ticks until the mission is over; fails the test if it never is."""
        for _ in range(limit):
            if self.runner.summary is not None:
                return
            self.tick()
        pytest.fail(f"mission not over after {limit} ticks")

    def said(self) -> list[str]:
        """Event types so far."""
        return [event.type.value for event in self.events]


@pytest.fixture
def driving() -> ScriptedNavigator:
    """A robot that never arrives."""
    return ScriptedNavigator(script=lambda _goal: [GoalReport(state=GoalState.ACTIVE, pose_map=Pose(x=0.0, y=0.0))])
