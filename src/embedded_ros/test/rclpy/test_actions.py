from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from action_msgs.msg import GoalStatus
from action_msgs.srv import CancelGoal
from example_interfaces.action import Fibonacci
from unique_identifier_msgs.msg import UUID

from rclpy.action import ActionClient, ActionServer, CancelResponse, GoalResponse
from rclpy.action.graph import (
    get_action_client_names_and_types_by_node,
    get_action_names_and_types,
    get_action_server_names_and_types_by_node,
)
from rclpy.action.server import RCLError, ServerGoalHandle
from rclpy.executors import SingleThreadedExecutor
from rclpy.impl.goal_state import MOVES, GoalEvent, GoalState, move
from rclpy.node import Node
from rclpy.task import Future

from .conftest import Spin

Run = Callable[[Future], Any]


@pytest.fixture
def client(node: Node) -> Iterator[ActionClient]:
    client = ActionClient(node, Fibonacci, "fibonacci")
    yield client
    client.destroy()


@pytest.fixture
def run(executor: SingleThreadedExecutor) -> Run:
    """Spin until the future is done, and give its result."""

    def run(future: Future) -> Any:
        executor.spin_until_future_complete(future, timeout_sec=20)
        assert future.done()
        return future.result()

    return run


def fibonacci(goal_handle: ServerGoalHandle) -> Fibonacci.Result:
    sequence = [0, 1]
    for _ in range(goal_handle.request.order):
        sequence.append(sequence[-1] + sequence[-2])
        goal_handle.publish_feedback(Fibonacci.Feedback(sequence=sequence))
    goal_handle.succeed()
    return Fibonacci.Result(sequence=sequence)


def serve(node: Node, execute: Callable[[ServerGoalHandle], Any] = fibonacci, **kwargs: Any) -> ActionServer:
    return ActionServer(node, Fibonacci, "fibonacci", execute, **kwargs)


def test_a_goal_succeeds_with_feedback_and_result(node: Node, client: ActionClient, run: Run) -> None:
    serve(node)
    assert client.wait_for_server(timeout_sec=20)
    feedback: list[Any] = []
    goal = run(client.send_goal_async(Fibonacci.Goal(order=3), feedback_callback=feedback.append))
    assert goal.accepted
    response = run(goal.get_result_async())
    assert (response.status, list(response.result.sequence)) == (GoalStatus.STATUS_SUCCEEDED, [0, 1, 1, 2, 3])
    assert [len(message.feedback.sequence) for message in feedback] == [3, 4, 5]


def test_a_rejected_goal_is_not_executed(node: Node, client: ActionClient, run: Run) -> None:
    executed: list[Any] = []
    serve(node, executed.append, goal_callback=lambda goal: GoalResponse.REJECT)
    assert client.wait_for_server(timeout_sec=20)
    goal = run(client.send_goal_async(Fibonacci.Goal(order=3)))
    assert not goal.accepted
    assert (goal.stamp.sec, executed) == (0, [])
    assert run(goal.get_result_async()).status == GoalStatus.STATUS_UNKNOWN


@pytest.mark.parametrize("reason", ["raises", "sets no state", "aborts"])
def test_a_goal_that_fails_is_aborted(node: Node, client: ActionClient, run: Run, reason: str) -> None:
    def execute(goal_handle: ServerGoalHandle) -> Any:
        if reason == "raises":
            raise ValueError("out of battery")
        if reason == "aborts":
            goal_handle.abort()
        return Fibonacci.Result(sequence=[7])

    serve(node, execute)
    assert client.wait_for_server(timeout_sec=20)
    response = run(run(client.send_goal_async(Fibonacci.Goal())).get_result_async())
    assert response.status == GoalStatus.STATUS_ABORTED
    assert list(response.result.sequence) == ([] if reason == "raises" else [7])


def until_canceled(node: Node) -> tuple[Callable[[ServerGoalHandle], Any], list[ServerGoalHandle]]:
    """An execute coroutine that goes on until its goal is cancelled, and the handles that it saw."""
    goals: list[ServerGoalHandle] = []

    async def execute(goal_handle: ServerGoalHandle) -> Fibonacci.Result:
        goals.append(goal_handle)
        while not goal_handle.is_cancel_requested:
            tick = Future()
            timer = node.create_timer(0.01, partial(tick.set_result, None))
            await tick
            node.destroy_timer(timer)
        goal_handle.canceled()
        return Fibonacci.Result(sequence=[1])

    return execute, goals


def test_a_running_goal_can_be_cancelled(node: Node, client: ActionClient, run: Run) -> None:
    execute, _ = until_canceled(node)
    serve(node, execute, cancel_callback=lambda _: CancelResponse.ACCEPT)
    assert client.wait_for_server(timeout_sec=20)
    goal = run(client.send_goal_async(Fibonacci.Goal()))
    answer = run(goal.cancel_goal_async())
    assert (answer.return_code, len(answer.goals_canceling)) == (CancelGoal.Response.ERROR_NONE, 1)
    response = run(goal.get_result_async())
    assert (response.status, list(response.result.sequence)) == (GoalStatus.STATUS_CANCELED, [1])


def test_a_refused_cancel_leaves_the_goal(node: Node, client: ActionClient, run: Run, spin: Spin) -> None:
    execute, goals = until_canceled(node)
    server = serve(node, execute)
    assert client.wait_for_server(timeout_sec=20)
    goal = run(client.send_goal_async(Fibonacci.Goal()))
    assert run(goal.cancel_goal_async()).goals_canceling == []
    spin(lambda: goal.status == GoalStatus.STATUS_EXECUTING)
    assert goals[0].is_active
    server.register_cancel_callback(lambda _: CancelResponse.ACCEPT)
    run(goal.cancel_goal_async())
    assert run(goal.get_result_async()).status == GoalStatus.STATUS_CANCELED


def test_cancelling_an_ended_or_unknown_goal_says_so(node: Node, client: ActionClient, run: Run) -> None:
    serve(node, cancel_callback=lambda _: CancelResponse.ACCEPT)
    assert client.wait_for_server(timeout_sec=20)
    goal = run(client.send_goal_async(Fibonacci.Goal()))
    run(goal.get_result_async())
    assert run(goal.cancel_goal_async()).return_code == CancelGoal.Response.ERROR_GOAL_TERMINATED
    goal._goal_id = UUID(uuid=list(range(16)))
    assert run(goal.cancel_goal_async()).return_code == CancelGoal.Response.ERROR_UNKNOWN_GOAL_ID


def test_a_goal_id_is_accepted_once(node: Node, client: ActionClient, run: Run) -> None:
    serve(node)
    assert client.wait_for_server(timeout_sec=20)
    goal_id = UUID(uuid=list(range(16)))
    assert run(client.send_goal_async(Fibonacci.Goal(), goal_uuid=goal_id)).accepted
    assert not run(client.send_goal_async(Fibonacci.Goal(), goal_uuid=goal_id)).accepted


def test_a_deferred_goal_waits_for_its_execution(node: Node, client: ActionClient, run: Run, spin: Spin) -> None:
    accepted: list[ServerGoalHandle] = []
    serve(node, handle_accepted_callback=accepted.append)
    assert client.wait_for_server(timeout_sec=20)
    goal = run(client.send_goal_async(Fibonacci.Goal(order=1)))
    spin(lambda: goal.status == GoalStatus.STATUS_UNKNOWN and accepted)
    assert accepted[0].status == GoalStatus.STATUS_ACCEPTED
    accepted[0].execute()
    assert run(goal.get_result_async()).status == GoalStatus.STATUS_SUCCEEDED


def test_results_expire(node: Node, client: ActionClient, run: Run, spin: Spin) -> None:
    server = serve(node, result_timeout=0.05)
    assert client.wait_for_server(timeout_sec=20)
    goal = run(client.send_goal_async(Fibonacci.Goal()))
    assert run(goal.get_result_async()).status == GoalStatus.STATUS_SUCCEEDED
    spin(lambda: not server._goal_handles)
    assert run(goal.get_result_async()).status == GoalStatus.STATUS_UNKNOWN


def test_a_server_is_there_until_it_is_destroyed(node: Node, client: ActionClient) -> None:
    assert not client.wait_for_server(timeout_sec=0.05)
    server = serve(node)
    assert client.server_is_ready()
    expected = [("/fibonacci", ["example_interfaces/action/Fibonacci"])]
    assert get_action_names_and_types(node) == expected
    assert get_action_server_names_and_types_by_node(node, "tester", "/") == expected
    assert get_action_client_names_and_types_by_node(node, "tester", "/") == expected
    server.destroy()
    assert not client.server_is_ready()
    assert get_action_server_names_and_types_by_node(node, "tester", "/") == []


def test_goals_of_another_type_are_refused(node: Node, client: ActionClient) -> None:
    with pytest.raises(TypeError, match=r"Fibonacci\.Goal"):
        client.send_goal_async(Fibonacci.Result())
    with pytest.raises(TypeError, match="not callable"):
        serve(node, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", GoalState)
@pytest.mark.parametrize("event", GoalEvent)
def test_goals_move_only_as_the_table_says(state: GoalState, event: GoalEvent) -> None:
    if (state, event) in MOVES:
        assert move(state, event) is MOVES[state, event]
    else:
        with pytest.raises(RCLError, match=f"{state.name} with event {event.name}"):
            move(state, event)
