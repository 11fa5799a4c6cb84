"""The search tree: built and printed without ROS, ticked by `MissionRunner`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from py_trees.behaviour import Behaviour
from py_trees.common import Status
from py_trees.composites import Selector, Sequence
from py_trees.decorators import FailureIsSuccess
from py_trees.display import unicode_tree

from twin_navigator.core.behaviours import (
    Await,
    AwaitPose,
    Begin,
    CameraAlive,
    ClockRuns,
    GoTo,
    NothingFound,
    Search,
    Skip,
    TargetSeen,
    TimeLeft,
    Watch,
)
from twin_navigator.core.locations import Location
from twin_navigator.core.mission import GoalKind, MissionState, Summary


def build_tree(search: Search) -> Behaviour:
    """The whole mission: wait for the system, then search the route until the target is seen."""
    target = search.mission.target
    route = Sequence("route", memory=True, children=[_location(search, place) for place in search.mission.route])
    patrol = Sequence(
        "patrol",
        memory=False,
        children=[
            ClockRuns("clock runs?", search),
            TimeLeft("time left?", search),
            CameraAlive("camera alive?", search),
            # Memory of its own: the guards before it are asked on every tick, and the route goes on where it was.
            Sequence("all places", memory=True, children=[route, NothingFound("nothing found", search)]),
        ],
    )
    find = Selector(f"find {target}", memory=False, children=[TargetSeen(f"{target} seen?", search), patrol])
    return Sequence(
        "search",
        memory=True,
        children=[*_startup(search), AwaitPose("robot's pose", search), Begin("begin", search), find],
    )


def _startup(search: Search) -> list[Behaviour]:
    wait_s = search.config.startup_timeout_wall_s
    after = f"after {wait_s:g} s (parameter startup.timeout)"
    return [
        Await(
            "clock", search, lambda: search.now_ns() > 0,
            f"no time on /clock {after}: start the simulator, or set use_sim_time to false on a robot",
        ),
        Await(
            "navigation server", search, search.navigator.is_ready,
            f"no action server on navigate_to_pose {after}: start Nav2 or nav_server, or remap the action",
        ),
        Await(
            "camera", search, lambda: search.sightings.frames > 0,
            f"no camera image {after}: start the camera, or remap camera/color/image_raw to its topic",
        ),
    ]  # fmt: skip


def _location(search: Search, place: Location) -> Behaviour:
    """Go there and look around; a place that cannot be reached is skipped."""
    go = GoTo(f"go to {place.name}", search, place, place.pose, GoalKind.GO)
    visit = Sequence(f"visit {place.name}", memory=True, children=[go, _look(search, place)])
    return Selector(place.name, memory=True, children=[visit, Skip(f"skip {place.name}", search, place)])


def _look(search: Search, place: Location) -> Behaviour:
    """Watch in each heading; the turns are goals at the same place, since every navigation server has those."""
    headings = search.config.look_headings
    children: list[Behaviour] = [Watch("watch ahead", search)]
    for number in range(1, headings):
        angle = number * math.tau / headings
        name = f"turn {math.degrees(angle):.0f}°"
        turn = GoTo(name, search, place, place.pose.turned(angle), GoalKind.LOOK)
        # A heading that cannot be taken costs its view only, not the place.
        children += [FailureIsSuccess(f"try {name}", turn), Watch(f"watch {math.degrees(angle):.0f}°", search)]
    return Sequence(f"look around {place.name}", memory=True, children=children)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeState:
    """One node of the tree at one moment; ids count from 1 in drawing order, `parent` 0 is none."""

    id: int
    parent: int
    name: str
    type: str
    status: Status
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeState:
    """The whole tree at one moment; two states are equal if nothing visible changed."""

    nodes: tuple[NodeState, ...]
    text: str


def tree_state(root: Behaviour) -> TreeState:
    """A snapshot of the tree, drawn as text with the status of each node."""
    return TreeState(nodes=tuple(_walk(root)), text=unicode_tree(root, show_status=True))


def _walk(root: Behaviour) -> Iterator[NodeState]:
    pending = [(root, 0)]
    number = 0
    while pending:
        node, parent = pending.pop()
        number += 1
        yield NodeState(
            id=number, parent=parent, name=node.name, type=type(node).__name__, status=node.status,
            message=node.feedback_message,
        )  # fmt: skip
        pending += [(child, number) for child in reversed(node.children)]


class MissionRunner:
    """Ticks the tree until the mission is over."""

    def __init__(self, search: Search) -> None:
        self.root = build_tree(search)
        self._search = search

    @property
    def summary(self) -> Summary | None:
        """The result, once the mission is over."""
        return self._search.mission.summary

    def tick(self) -> None:
        """One tick; the mission ends with the tree. Does nothing once it is over."""
        if self.summary is not None:
            return
        self.root.tick_once()
        if self.root.status is Status.SUCCESS and self._search.sightings.confirmed is not None:
            self._search.mission.succeed(self._search.sightings.confirmed)
        elif self.root.status is Status.FAILURE:
            self._search.mission.fail(self._search.mission.blame)

    def interrupt(self, reason: str) -> None:
        """Ends the mission now: a goal that runs is cancelled."""
        if self._search.mission.state in (MissionState.WAITING, MissionState.RUNNING):
            self.root.stop(Status.INVALID)
            self._search.mission.fail(reason)
