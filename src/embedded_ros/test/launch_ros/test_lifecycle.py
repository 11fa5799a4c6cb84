"""Lifecycle nodes that a launch leads."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lifecycle_msgs.msg import State, Transition, TransitionEvent
from lifecycle_msgs.srv import ChangeState as ChangeStateService

from launch import EventHandler
from launch.actions import EmitEvent, LogInfo, RegisterEventHandler, Shutdown
from launch.events import matches_action
from launch_ros.actions import LifecycleNode, LifecycleTransition
from launch_ros.event_handlers import OnStateTransition
from launch_ros.events import matches_node_name
from launch_ros.events.lifecycle import ChangeState, StateTransition
from launch_testing_ros import MessagePump
from rclpy.context import Context
from rclpy.node import Node

Launched = Callable[..., int]

# Cannot be activated where its parameter says so.
NODE = """
import rclpy
from rclpy.lifecycle import LifecycleNode, TransitionCallbackReturn
from rclpy.executors import ExternalShutdownException


class Arm(LifecycleNode):
    def on_activate(self, state):
        is_broken = self.declare_parameter("is_broken", False).value
        return TransitionCallbackReturn.ERROR if is_broken else super().on_activate(state)

    def on_error(self, state):
        return TransitionCallbackReturn.SUCCESS


rclpy.init()
try:
    rclpy.spin(Arm("arm"))
except (KeyboardInterrupt, ExternalShutdownException):
    pass
"""
CONFIGURE, ACTIVATE = Transition.TRANSITION_CONFIGURE, Transition.TRANSITION_ACTIVATE


@pytest.fixture
def arm(tmp_path: Path, own_router: str) -> Callable[..., LifecycleNode]:
    file = tmp_path / "arm.py"
    file.write_text(NODE)

    def make(**parameters: Any) -> LifecycleNode:
        return LifecycleNode(
            executable=sys.executable, arguments=[str(file)], name="arm", namespace="/left", parameters=[parameters]
        )

    return make


def on(goal_state: str, *entities: Any) -> RegisterEventHandler:
    return RegisterEventHandler(OnStateTransition(goal_state=goal_state, entities=list(entities)))


def event_of(action: Any, start: str, goal: str) -> StateTransition:
    states = {"start_state": State(label=start), "goal_state": State(label=goal)}
    return StateTransition(action=action, msg=TransitionEvent(transition=Transition(label="go"), timestamp=7, **states))


def test_a_launch_leads_a_node_through_its_states(
    launched: Launched, arm: Callable[..., LifecycleNode], capfd: pytest.CaptureFixture[str]
) -> None:
    transition = LifecycleTransition(lifecycle_node_names=["left/arm"], transition_ids=[CONFIGURE, str(ACTIVATE)])
    told = (on("inactive", LogInfo(msg="it is inactive")), on("active", LogInfo(msg="it is active"), Shutdown()))
    assert launched(*told, arm(), transition) == 0
    out = capfd.readouterr().out
    assert out.index("it is inactive") < out.index("it is active")


def test_an_error_in_a_node_stops_its_transitions(
    launched: Launched, arm: Callable[..., LifecycleNode], capfd: pytest.CaptureFixture[str]
) -> None:
    ids = [CONFIGURE, ACTIVATE, Transition.TRANSITION_DEACTIVATE]
    transition = LifecycleTransition(lifecycle_node_names=["/left/arm"], transition_ids=ids)
    assert launched(on("errorprocessing", Shutdown()), arm(is_broken=True), transition) == 0
    assert "Stopping transitions for /left/arm because 'error occurred during transitions'" in capfd.readouterr().out


def test_a_transition_that_is_refused_is_told(
    launched: Launched, own_router: str, capfd: pytest.CaptureFixture[str]
) -> None:
    action = LifecycleNode(executable="true", name="arm", namespace="/left")
    request = ChangeState(lifecycle_node_matcher=matches_action(action), transition_id=ACTIVATE)
    with Context() as context:
        node = Node("refuser", context=context)
        # It leaves `success` of the response as it is: false.
        node.create_service(ChangeStateService, "/left/arm/change_state", lambda _, response: response)
        pump = MessagePump(node, context=context)
        pump.start()
        assert launched(action, EmitEvent(event=request)) == 0
        pump.stop()
        node.destroy_node()
    assert "Failed to make transition 'TRANSITION_ACTIVATE' for LifecycleNode '/left/arm'" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("wanted", "is_match"),
    [
        ({}, True),
        ({"goal_state": "active"}, True),
        ({"transition": "go", "start_state": "activating", "goal_state": "active"}, True),
        ({"start_state": "configuring"}, False),
        ({"matcher": lambda event: event.timestamp == 7, "goal_state": "ignored"}, True),
    ],
)
def test_a_handler_matches_all_that_it_is_given(wanted: dict[str, Any], is_match: bool) -> None:
    handler: EventHandler = OnStateTransition(entities=[], **wanted)
    assert handler.matches(event_of(None, "activating", "active")) is is_match


def test_a_handler_is_for_lifecycle_nodes() -> None:
    with pytest.raises(RuntimeError, match="requires a 'LifecycleNode' action"):
        OnStateTransition(entities=[], target_lifecycle_node="arm")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["/left/arm", "left/arm"])
def test_nodes_are_matched_by_name(name: str) -> None:
    matches: Any = matches_node_name(name)
    assert matches(SimpleNamespace(node_name="/left/arm"))
    assert not matches(SimpleNamespace(node_name="/arm"))


def test_an_unknown_transition_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match=r"'99', expected one of .*TRANSITION_CONFIGURE: 1"):
        ChangeState(lifecycle_node_matcher=matches_node_name("arm"), transition_id=99)


@pytest.mark.parametrize("missing", [{"transition_ids": []}, {"lifecycle_node_names": []}])
def test_a_sequence_needs_nodes_and_transitions(missing: dict[str, list[str]]) -> None:
    with pytest.raises(ValueError, match=f"No {next(iter(missing))} provided"):
        LifecycleTransition(**{"lifecycle_node_names": ["arm"], "transition_ids": ["1"], **missing})
