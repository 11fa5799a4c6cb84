"""Lifecycle nodes: the table of moves, callbacks, services and the transition topic."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from lifecycle_msgs.msg import Transition, TransitionEvent
from lifecycle_msgs.srv import ChangeState, GetAvailableStates, GetAvailableTransitions, GetState
from std_msgs.msg import String

from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.impl.errors import RCLError
from rclpy.impl.lifecycle_state_machine import STATES, TRANSITIONS, LifecycleStateMachine
from rclpy.lifecycle import LifecycleNode, LifecycleState, ManagedEntity, SimpleManagedEntity, TransitionCallbackReturn
from rclpy.node import Node

from .conftest import Spin

SUCCESS, FAILURE, ERROR = TransitionCallbackReturn

Ask = Callable[[type[Any], str, Any], Any]


class Managed(LifecycleNode):
    """Answers as its test says, and notes what it was asked."""

    def __init__(self, context: Context, **answers: TransitionCallbackReturn) -> None:
        super().__init__("managed", context=context)
        self.answers = answers
        self.asked: list[tuple[str, str]] = []

    def _answer(self, name: str, state: LifecycleState) -> TransitionCallbackReturn:
        self.asked.append((name, state.label))
        return self.answers.get(name, SUCCESS)

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        return self._answer("configure", state)

    def on_error(self, state: LifecycleState) -> TransitionCallbackReturn:
        return self._answer("error", state)


@pytest.fixture
def managed(context: Context, executor: SingleThreadedExecutor) -> Iterator[Managed]:
    managed = Managed(context)
    executor.add_node(managed)
    yield managed
    managed.destroy_node()


@pytest.fixture
def ask(node: Node, executor: SingleThreadedExecutor) -> Ask:
    """Call a service of the managed node."""

    def ask(srv_type: type[Any], name: str, request: Any) -> Any:
        client = node.create_client(srv_type, f"/managed/{name}")
        assert client.wait_for_service(timeout_sec=20)
        future = client.call_async(request)
        executor.spin_until_future_complete(future, timeout_sec=20)
        return future.result()

    return ask


def label(node: LifecycleNode) -> str:
    return node._state_machine.current_state.label


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.label)
def test_only_the_moves_of_the_table_are_made(state: Any) -> None:
    goals = {move.id: move.goal for move in TRANSITIONS if move.start == state}
    for number in {move.id for move in TRANSITIONS} | {Transition.TRANSITION_DESTROY}:
        machine = LifecycleStateMachine()
        machine.current_state = state
        if number in goals:
            machine.trigger_transition_by_id(number, True)
            assert machine.current_state == goals[number]
            continue
        with pytest.raises(RCLError, match=f"no transition {number} from state '{state.label}'; there are: "):
            machine.trigger_transition_by_id(number, True)


def test_a_node_is_configured_activated_and_shut_down(managed: Managed) -> None:
    steps = (
        (managed.trigger_configure, "inactive"),
        (managed.trigger_activate, "active"),
        (managed.trigger_deactivate, "inactive"),
        (managed.trigger_cleanup, "unconfigured"),
        (managed.trigger_shutdown, "finalized"),
    )
    for trigger, state in steps:
        assert trigger() is SUCCESS
        assert label(managed) == state
    with pytest.raises(RCLError, match="shutdown is not possible in state 'finalized'"):
        managed.trigger_shutdown()


@pytest.mark.parametrize(
    ("answers", "returned", "state", "asked"),
    [
        ({"configure": FAILURE}, FAILURE, "unconfigured", ["configure"]),
        ({"configure": ERROR}, ERROR, "unconfigured", ["configure", "error"]),
        ({"configure": ERROR, "error": FAILURE}, ERROR, "finalized", ["configure", "error"]),
        ({"configure": ERROR, "error": ERROR}, ERROR, "finalized", ["configure", "error"]),
        ({"configure": None}, ERROR, "unconfigured", ["configure", "error"]),
    ],
)
def test_failures_and_errors_lead_where_the_callbacks_say(
    managed: Managed, answers: Any, returned: TransitionCallbackReturn, state: str, asked: list[str]
) -> None:
    managed.answers = answers
    assert managed.trigger_configure() is returned
    assert (label(managed), managed.asked) == (state, [(name, "unconfigured") for name in asked])


def test_a_callback_that_raises_is_an_error_and_is_logged(context: Context, capsys: pytest.CaptureFixture[str]) -> None:
    class Broken(LifecycleNode):
        def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
            raise ValueError("no map")

    node = Broken("broken", context=context, enable_communication_interface=False)
    assert node.trigger_configure() is ERROR
    assert label(node) == "unconfigured"
    assert "on_configure() failed with ValueError: no map" in capsys.readouterr().err
    node.destroy_node()


def test_others_drive_the_node_by_its_services(managed: Managed, ask: Ask) -> None:
    configure = ChangeState.Request(transition=Transition(id=Transition.TRANSITION_CONFIGURE))
    assert ask(ChangeState, "change_state", configure).success
    assert ask(ChangeState, "change_state", ChangeState.Request(transition=Transition(label="activate"))).success
    assert ask(GetState, "get_state", GetState.Request()).current_state.label == "active"
    states = ask(GetAvailableStates, "get_available_states", GetAvailableStates.Request()).available_states
    assert [state.id for state in states] == [state.id for state in STATES]
    moves = ask(GetAvailableTransitions, "get_available_transitions", GetAvailableTransitions.Request())
    assert [move.transition.label for move in moves.available_transitions] == ["deactivate", "shutdown"]
    graph = ask(GetAvailableTransitions, "get_transition_graph", GetAvailableTransitions.Request())
    assert len(graph.available_transitions) == len(TRANSITIONS) == 25


def test_a_request_that_the_state_does_not_allow_is_answered(managed: Managed, ask: Ask) -> None:
    for transition in (Transition(id=Transition.TRANSITION_ACTIVATE), Transition(label="fly")):
        assert not ask(ChangeState, "change_state", ChangeState.Request(transition=transition)).success
    assert label(managed) == "unconfigured"


def test_each_move_is_published(node: Node, managed: Managed, spin: Spin) -> None:
    events: list[TransitionEvent] = []
    node.create_subscription(TransitionEvent, "/managed/transition_event", events.append, 10)
    managed.trigger_configure()
    spin(lambda: len(events) == 2)
    assert [(event.transition.label, event.start_state.label, event.goal_state.label) for event in events] == [
        ("configure", "unconfigured", "configuring"),
        ("transition_success", "configuring", "inactive"),
    ]


def test_a_lifecycle_publisher_is_silent_unless_active(node: Node, context: Context, spin: Spin) -> None:
    managed = LifecycleNode("quiet", context=context, enable_communication_interface=False)
    publisher = managed.create_lifecycle_publisher(String, "/chatter", 10)
    received: list[String] = []
    node.create_subscription(String, "/chatter", received.append, 10)
    for text in ("early", "heard", "late"):
        publisher.publish(String(data=text))
        if text == "early":
            managed.trigger_configure()
            managed.trigger_activate()
            assert publisher.is_activated
        elif not received:
            publisher.publish(String(data="heard"))
            spin(lambda: received)
            managed.trigger_deactivate()
    node.create_publisher(String, "/chatter", 10).publish(String(data="end"))
    spin(lambda: received[-1].data == "end")
    assert {message.data for message in received} == {"heard", "end"}
    assert managed.destroy_lifecycle_publisher(publisher)
    managed.destroy_node()


def test_managed_entities_are_asked_until_one_does_not_succeed(context: Context) -> None:
    class Failing(ManagedEntity):
        def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
            return FAILURE

    node = LifecycleNode("crew", context=context, enable_communication_interface=False)
    entity = SimpleManagedEntity()
    node.add_managed_entity(entity)
    node.trigger_configure()
    node.trigger_activate()
    assert entity.is_activated
    node.trigger_deactivate()
    node.trigger_cleanup()
    node.add_managed_entity(Failing())
    assert node.trigger_configure() is FAILURE
    with pytest.raises(TypeError, match="a ManagedEntity is needed, not str"):
        node.add_managed_entity("no entity")  # type: ignore[arg-type]
    node.destroy_node()
