"""Bookkeeping: states, distance, trials, summaries and the lines that people read."""

from __future__ import annotations

import itertools
import json

import pytest

from twin_navigator.core.errors import MissionStateError
from twin_navigator.core.events import Event, EventType, describe
from twin_navigator.core.locations import Pose
from twin_navigator.core.mission import GoalKind, Mission, MissionState, Outcome
from twin_navigator.core.sightings import Sighting
from twin_navigator.core.summary import summary_lines

from .conftest import PLACES, RED, Rig, ScriptedNavigator

ALLOWED = {
    (MissionState.WAITING, MissionState.RUNNING),
    (MissionState.WAITING, MissionState.FAILED),
    (MissionState.RUNNING, MissionState.SUCCEEDED),
    (MissionState.RUNNING, MissionState.FAILED),
}
SIGHTING = Sighting(detection=RED, stamp_ns=7, frames=2)


def mission_in(state: MissionState) -> Mission:
    mission = Mission(target="red", route=PLACES, now_ns=lambda: 10**9, emit=lambda _e: None, record=lambda _t: None)
    steps = {
        MissionState.WAITING: [],
        MissionState.RUNNING: [MissionState.RUNNING],
        MissionState.SUCCEEDED: [MissionState.RUNNING, MissionState.SUCCEEDED],
        MissionState.FAILED: [MissionState.FAILED],
    }
    for step in steps[state]:
        move(mission, step)
    return mission


def move(mission: Mission, to: MissionState) -> None:
    if to is MissionState.RUNNING:
        mission.start()
    elif to is MissionState.SUCCEEDED:
        mission.succeed(SIGHTING)
    else:
        mission.fail("because")


@pytest.mark.parametrize(
    ("start", "to"),
    [pair for pair in itertools.product(MissionState, MissionState) if pair[1] is not MissionState.WAITING],
)
def test_only_the_listed_moves_are_allowed(start: MissionState, to: MissionState) -> None:
    mission = mission_in(start)
    if (start, to) in ALLOWED:
        move(mission, to)
        assert mission.state is to
    else:
        with pytest.raises(MissionStateError, match=f"mission is {start.value} and cannot become {to.value}"):
            move(mission, to)


def test_distance_adds_up_and_leaves_out_jumps() -> None:
    mission = mission_in(MissionState.RUNNING)
    for x, y in [(0.0, 0.0), (0.3, 0.4), (5.0, 5.0), (5.0, 5.1)]:
        mission.on_odometry(x, y)
    assert mission.distance_m == pytest.approx(0.6)


def test_trial_counts_from_sending_to_end() -> None:
    rig = Rig(ScriptedNavigator())
    rig.mission.start()
    rig.mission.on_odometry(0.0, 0.0)
    rig.mission.on_odometry(0.0, 0.5)
    rig.mission.open_goal("kitchen", Pose(x=1.0, y=2.0), GoalKind.GO)
    rig.mission.on_odometry(0.0, 1.25)
    rig.now_ns += 3_000_000_000
    rig.mission.close_goal(Outcome.SUCCEEDED)
    (trial,) = rig.trials
    assert (trial.duration_s, trial.distance_m, trial.start) == (3.0, 0.75, Pose(x=-3.0, y=0.0))
    assert json.loads(rig.events[-1].payload_json())["trial_id"] == trial.trial_id


def test_closing_a_goal_twice_records_one_trial() -> None:
    rig = Rig(ScriptedNavigator())
    rig.mission.open_goal("kitchen", Pose(x=1.0, y=2.0), GoalKind.GO)
    rig.mission.close_goal(Outcome.ABORTED, reason="stuck")
    rig.mission.close_goal(Outcome.SUCCEEDED)
    assert [trial.outcome for trial in rig.trials] == [Outcome.ABORTED]


def test_summary_payload_is_json_with_what_was_found() -> None:
    rig = Rig(ScriptedNavigator())
    rig.mission.start()
    rig.mission.pose_map = Pose(x=1.23456, y=2.0, yaw=0.0)
    rig.mission.open_goal("kitchen", Pose(x=1.0, y=2.0), GoalKind.GO)
    rig.mission.visit("kitchen")
    rig.now_ns += 12_500_000_000
    rig.mission.succeed(SIGHTING)
    assert json.loads(rig.events[-1].payload_json()) == {
        "target": "red",
        "found": True,
        "found_at": {"x": 1.235, "y": 2.0, "yaw": 0.0},
        "found_near": "kitchen",
        "visited": ["kitchen"],
        "skipped": [],
        "goals": 1,
        "duration_s": 12.5,
        "distance_m": 0.0,
        "reason": "",
    }
    assert rig.mission.summary is not None
    block = "\n".join(summary_lines(rig.mission.summary))
    assert "red FOUND" in block
    assert "(1.23, 2.00, 0°) near kitchen" in block


def test_summary_of_a_failure_says_why() -> None:
    mission = mission_in(MissionState.RUNNING)
    mission.fail("time is up")
    assert mission.summary is not None
    block = "\n".join(summary_lines(mission.summary))
    assert "red NOT FOUND" in block
    assert "time is up" in block
    assert "visited" not in block


@pytest.mark.parametrize("event_type", EventType)
def test_every_event_has_a_line_even_without_payload(event_type: EventType) -> None:
    line = describe(Event(type=event_type, stamp_ns=0))
    assert line is not None
    assert "{" not in line


def test_turns_of_a_look_are_not_told() -> None:
    assert describe(Event(type=EventType.GOAL_SET, stamp_ns=0, payload={"kind": "look", "location": "kitchen"})) is None
