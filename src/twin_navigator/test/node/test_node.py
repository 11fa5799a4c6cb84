"""The node as it is started, against a fake robot: what it publishes, and its exit codes."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from twin_interfaces.msg import BehaviorTreeNode, NavigationTrial

from twin_navigator.main import main
from twin_node.run import BAD_CONFIG, FAILED, OK
from twin_node.testing import END_S, NodeProcess, wait_until

from .conftest import FakeRobot

Arguments = Callable[..., Sequence[str]]
DEADLINE_S = 30.0


@pytest.fixture(autouse=True)
def _signals() -> object:
    """The node installs handlers; the test run keeps its own."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def until(is_true: Callable[[], bool]) -> None:
    wait_until(is_true, "what another thread brings", DEADLINE_S)


def run(arguments: Sequence[str]) -> int:
    return main([*arguments])


def test_target_found_gives_exit_code_0_events_trials_and_detections(
    robot: FakeRobot, arguments: Arguments, capfd: pytest.CaptureFixture[str]
) -> None:
    robot.red_after_goals = 1
    robot.answer = lambda x, _y: "succeed" if x > 0 else "drive"
    assert run(arguments()) == OK
    until(lambda: "mission.succeeded" in robot.event_types())
    assert robot.cancelled.wait(DEADLINE_S)
    assert robot.goals == [(1.0, 2.0), (-1.0, 0.5)]
    done = robot.events[-1]
    payload = json.loads(done.payload)
    assert (done.job_id, done.asset_id, done.actor) == ("job-7", "turtlebot-01", "twin_navigator")
    assert (payload["target"], payload["found_near"], payload["visited"]) == ("red", "office", ["kitchen"])
    until(lambda: len(robot.trials) == 2)
    assert [trial.outcome for trial in robot.trials] == [NavigationTrial.SUCCEEDED, NavigationTrial.CANCELED]
    assert robot.trials[0].location == "kitchen"
    assert robot.trials[0].goal.position.y == 2.0
    until(lambda: len(robot.detections) >= 2)
    box = robot.detections[0].detections[0]
    assert (box.results[0].hypothesis.class_id, box.bbox.center.position.x, box.bbox.size_y) == ("red", 42.5, 20.0)
    assert robot.detections[0].header.frame_id == "camera_rgb_optical_frame"
    output = capfd.readouterr()
    assert "red FOUND" in output.out
    assert "near office" in output.out


def test_places_that_fail_are_skipped_and_the_exit_code_is_1(robot: FakeRobot, arguments: Arguments) -> None:
    robot.answer = lambda x, _y: "abort" if x > 0 else "reject"
    assert run(arguments()) == FAILED
    until(lambda: len(robot.trials) == 2 and "mission.failed" in robot.event_types())
    aborted, rejected = robot.trials
    assert (aborted.outcome, aborted.error_code, aborted.error_msg) == (
        NavigationTrial.ABORTED,
        106,
        "no path around the sofa",
    )
    assert rejected.outcome == NavigationTrial.REJECTED
    assert json.loads(robot.events[-1].payload)["skipped"] == ["kitchen", "office"]
    assert robot.event_types().count("nav.location_skipped") == 2


def test_route_and_tree_follow_the_parameters(robot: FakeRobot, arguments: Arguments) -> None:
    assert run(arguments(route="[office]", look__headings="2")) == FAILED
    until(lambda: bool(robot.trees) and robot.trees[-1].nodes[0].status == BehaviorTreeNode.FAILURE)
    assert robot.goals == [(-1.0, 0.5), (-1.0, 0.5)]
    last = robot.trees[-1]
    assert "look around office" in last.text
    assert "kitchen" not in last.text
    assert {node.parent for node in last.nodes} <= {0} | {node.id for node in last.nodes}


def test_missing_camera_fails_with_one_sentence(robot: FakeRobot, arguments: Arguments) -> None:
    robot.has_camera = False
    assert run(arguments(startup__timeout="3.0")) == FAILED
    until(lambda: robot.event_types() == ["mission.failed"])
    reason = json.loads(robot.events[0].payload)["reason"]
    assert reason.startswith("no camera image after 3 s")
    assert robot.goals == []


def test_missing_navigation_server_fails_with_one_sentence(
    arguments: Arguments, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments(startup__timeout="1.0")) == FAILED
    assert "no action server on navigate_to_pose after 1 s" in capfd.readouterr().out


def test_interrupt_cancels_the_goal_and_ends(robot: FakeRobot, arguments: Arguments) -> None:
    robot.answer = lambda _x, _y: "drive"

    def interrupt() -> None:
        until(lambda: bool(robot.goals))
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    assert run(arguments()) == OK
    thread.join()
    assert robot.cancelled.wait(DEADLINE_S)
    until(lambda: "mission.failed" in robot.event_types())
    assert json.loads(robot.events[-1].payload)["reason"] == "stopped by SIGINT"


@pytest.mark.parametrize("times", [1, 2])
def test_interrupted_process_cancels_its_goal_and_ends(
    robot: FakeRobot, arguments: Arguments, tmp_path: Path, times: int
) -> None:
    robot.answer = lambda _x, _y: "drive"
    with NodeProcess(tmp_path / "log", "twin_navigator.main", *arguments()) as node:
        until(lambda: bool(robot.goals))
        assert node.end(times) < END_S
        assert robot.cancelled.wait(DEADLINE_S)
        assert "stopped by SIGINT" in node.said


def test_interrupt_while_starting_ends_the_process(arguments: Arguments, tmp_path: Path) -> None:
    with NodeProcess(tmp_path / "log", "twin_navigator.main", *arguments()) as node:
        node.wait_for_start()
        assert node.end() < END_S


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"target": "purple"}, "parameter target = 'purple'"),
        ({"route": "[garage]"}, "location 'garage' of parameter route is not in"),
        ({"locations_file": "/nowhere/world.yaml"}, "locations file '/nowhere/world.yaml': cannot be read"),
        ({"tick_rate": "0.0"}, "parameter tick_rate"),
        ({"mission__timeout": "soon"}, "parameter mission.timeout"),
        ({"job_id": "a b"}, "parameter job_id"),
    ],
)
def test_bad_configuration_is_one_sentence_and_exit_code_2(
    arguments: Arguments, capfd: pytest.CaptureFixture[str], change: dict[str, str], words: str
) -> None:
    assert run(arguments(**change)) == BAD_CONFIG
    lines = [line for line in capfd.readouterr().err.splitlines() if line.startswith("twin_navigator:")]
    assert len(lines) == 1
    assert words in lines[0]
