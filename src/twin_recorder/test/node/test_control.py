"""Orders while recording: services, lifecycle, parameters."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState
from nav_msgs.msg import Odometry

from rclpy.parameter import Parameter
from twin_lakehouse import Lake, create_twin, retire_twin
from twin_recorder.core.commit import Committed, LakeCommitter

COUNT = "SELECT count(*) FROM state_snapshots"


@pytest.fixture
def graph(begin: Callable[..., Any]) -> Any:
    """A recorder that records /odom of the robot's publisher."""
    made = begin(topics="[/odom]")
    made.publisher = made.robot.create_publisher(Odometry, "/odom", 100)
    made.wait_until(made.publisher.get_subscription_count, "the subscription")
    return made


def publish(graph: Any, recorded: int, messages: int = 1) -> None:
    """Publish so many, and wait until the recorder has so many."""
    for _ in range(messages):
        graph.publisher.publish(Odometry())
    graph.wait_until(lambda: graph.messages("/odom") == recorded, f"{recorded} messages")


def test_paused_recorder_lets_messages_go_by_and_commits_what_it_has(graph: Any) -> None:
    publish(graph, 2, messages=2)
    assert graph.call("pause") == (True, "paused job node-test: messages go by until resume")
    graph.wait_until(lambda: graph.rows(COUNT) == [(2,)], "the rows")
    publish(graph, 2, messages=3)
    assert graph.status().state == "paused"
    assert graph.call("resume") == (True, "recording job node-test again")
    publish(graph, 3)


def test_split_begins_a_new_segment(begin: Callable[..., Any]) -> None:
    graph = begin(topics="[/odom]", **{"roll.max_age": 3600.0})
    graph.publisher = graph.robot.create_publisher(Odometry, "/odom", 100)
    graph.wait_until(graph.publisher.get_subscription_count, "the subscription")
    publish(graph, 2, messages=2)
    assert graph.call("split") == (True, "split job node-test: a new segment begins")
    graph.wait_until(lambda: graph.rows(COUNT) == [(2,)], "the rows of the first segment")


def test_stop_commits_everything_and_start_begins_again(graph: Any) -> None:
    publish(graph, 2, messages=2)
    assert graph.call("stop") == (True, "stopped job node-test: all of it is in the lake")
    assert graph.rows(COUNT) == [(2,)]
    assert (graph.status().state, graph.status().job_id) == ("stopped", "")
    assert graph.call("start") == (True, "recording job node-test")
    graph.wait_until(graph.publisher.get_subscription_count, "the subscription")
    publish(graph, 1)
    graph.wait_until(lambda: graph.rows(COUNT) == [(3,)], "the row of the second run")


def test_stop_answers_while_a_commit_hangs_and_start_says_when_to_call_again(
    graph: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered, commit = threading.Event(), LakeCommitter.commit

    def hanging(*arguments: Any) -> Committed:
        answered.wait(60.0)
        return commit(*arguments)

    monkeypatch.setattr(LakeCommitter, "commit", hanging)
    monkeypatch.setattr("twin_recorder.node._ANSWER_S", 0.2)
    publish(graph, 2, messages=2)
    success, text = graph.call("stop")
    rest = r"1 segments are on their way into the lake, for \d+ s at most; call again then"
    assert (success, bool(re.match(f"stopped job node-test: {rest}", text))) == (True, True), text
    assert (graph.status().state, graph.status().segments_waiting) == ("stopped", 1)
    success, text = graph.call("start")
    assert (success, bool(re.match(f"job node-test was stopped and still has the spool: {rest}", text))) == (
        False,
        True,
    ), text
    answered.set()
    graph.wait_until(lambda: graph.status().job_id == "", "the end of the recording")
    assert graph.rows(COUNT) == [(2,)]
    assert graph.call("start") == (True, "recording job node-test")


def test_recording_without_a_job_id_is_a_new_job_each_time(begin: Callable[..., Any]) -> None:
    graph = begin(job_id="")
    first = graph.status().job_id
    graph.call("stop")
    graph.call("start")
    second = graph.status().job_id
    assert first.startswith("job-")
    assert second.startswith("job-")
    assert first != second


def test_call_that_does_not_fit_is_refused(graph: Any) -> None:
    sentence = "resume refused: the recorder is recording; it can pause, stop or split"
    assert graph.call("resume") == (False, sentence)


def test_lifecycle_leads_through_recording_and_back(begin: Callable[..., Any]) -> None:
    graph = begin(autostart=False)

    def change(transition: int) -> tuple[bool, str]:
        request = ChangeState.Request(transition=Transition(id=transition))
        return graph.ask(ChangeState, "change_state", request).success, graph.status().state

    assert graph.call("start")[1].startswith("start refused: the recorder is unconfigured; configure and activate it")
    assert change(Transition.TRANSITION_CONFIGURE) == (True, "inactive")
    assert graph.rows("SELECT * FROM twin_jobs") == []
    assert change(Transition.TRANSITION_ACTIVATE) == (True, "recording")
    assert change(Transition.TRANSITION_DEACTIVATE) == (True, "inactive")
    assert change(Transition.TRANSITION_ACTIVATE) == (True, "recording")
    assert change(Transition.TRANSITION_CLEANUP) == (False, "recording")
    assert change(Transition.TRANSITION_DEACTIVATE) == (True, "inactive")
    assert change(Transition.TRANSITION_CLEANUP) == (True, "unconfigured")
    assert change(Transition.TRANSITION_UNCONFIGURED_SHUTDOWN) == (True, "finalized")


def test_end_says_first_how_long_it_may_take(
    begin: Callable[..., Any], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = begin(autostart=False, **{"shutdown.timeout": 7.0}).recorder
    recorder.trigger_configure()
    monkeypatch.setattr(logging.getLogger("twin_recorder"), "propagate", True)
    recorder.trigger_cleanup()
    said = [record.getMessage() for record in caplog.records if record.name == "twin_recorder.recording"]
    assert said == ["job node-test ends: what is left goes to the lake, for 7 s at most"]


def test_configure_fails_where_the_spool_cannot_be_used_and_can_be_tried_again(
    begin: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "spool").write_text("in the way")
    graph = begin(autostart=False)
    graph.recorder.trigger_configure()
    assert graph.status().state == "unconfigured"
    (tmp_path / "spool").unlink()
    graph.recorder.trigger_configure()
    assert graph.status().state == "inactive"


def test_parameters_are_for_the_start(graph: Any) -> None:
    (answer,) = graph.recorder.set_parameters([Parameter("roll.max_age", value=2.0)])
    assert not answer.successful
    assert "read-only" in answer.reason


def test_retired_twin_is_said_and_the_recording_waits_in_the_spool(begin: Callable[..., Any], settings: Any) -> None:
    with Lake.open(settings) as lake:
        create_twin(lake, "turtlebot-01", "robot")
        retire_twin(lake, "turtlebot-01")
    graph = begin(topics="[/odom]", **{"shutdown.timeout": 1.0})
    graph.publisher = graph.robot.create_publisher(Odometry, "/odom", 100)
    graph.wait_until(graph.publisher.get_subscription_count, "the subscription")
    publish(graph, 2, messages=2)
    graph.wait_until(lambda: "retired" in graph.status().problem, "the problem")
    status = graph.status()
    assert (status.state, status.segments_waiting >= 1, status.last_commit.sec) == ("recording", True, 0)
    assert status.oldest_waiting_s > 0
    success, text = graph.call("stop")
    assert (success, text.endswith("segments wait in the spool")) == (True, True)
