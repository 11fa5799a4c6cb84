"""`ros2 action send_goal`."""

from __future__ import annotations

import argparse
from typing import Any

from ros2action.api import ActionGoalPrototypeCompleter, ActionTypeCompleter, action_class, add_action_name
from ros2action.verb import VerbExtension
from ros2cli.errors import Ros2CliError
from ros2cli.helpers import collect_stdin, complete_with, yaml_values
from ros2cli.node import NODE_NAME_PREFIX
from ros2cli.node.direct import DirectNode


class SendGoalVerb(VerbExtension):
    """Send an action goal."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_action_name(parser)
        action = parser.add_argument("action_type", help="its type, e.g. example_interfaces/action/Fibonacci")
        complete_with(action, ActionTypeCompleter(action_name_key="action_name"))
        goals = parser.add_mutually_exclusive_group()
        action = goals.add_argument("goal", nargs="?", default="{}", help="fields of the goal in YAML")
        complete_with(action, ActionGoalPrototypeCompleter(action_type_key="action_type"))
        goals.add_argument("--stdin", action="store_true", help="read the fields from standard input")
        parser.add_argument("-f", "--feedback", action="store_true", help="show the feedback")

    def main(self, *, args: argparse.Namespace) -> int:
        from rclpy.action import ActionClient

        action = action_class(args.action_type)
        goal = _filled(action.Goal(), collect_stdin() if args.stdin else args.goal)
        name = f"{NODE_NAME_PREFIX}_send_goal_{args.action_type.replace('/', '_')}"
        with DirectNode(args, node_name=name) as node:
            client = ActionClient(node.node, action, args.action_name)
            try:
                print("Waiting for an action server to become available...")
                client.wait_for_server()
                return _run(node.node, client, goal, _show_feedback if args.feedback else None)
            finally:
                client.destroy()


def _filled(goal: Any, values: str | bytes) -> Any:
    from rosidl_runtime_py import set_message_fields

    try:
        set_message_fields(goal, yaml_values(values))
    except (AssertionError, AttributeError, OverflowError, TypeError, ValueError) as error:
        raise Ros2CliError(f"Failed to populate message fields: {error!r}") from error
    return goal


def _run(node: Any, client: Any, goal: Any, on_feedback: Any) -> int:
    """0 if the goal succeeded."""
    from action_msgs.msg import GoalStatus

    from rosidl_runtime_py import message_to_yaml

    print(f"Sending goal:\n     {message_to_yaml(goal)}")
    handle = _result(node, client.send_goal_async(goal, on_feedback), "sending goal")
    if not handle.accepted:
        print("Goal was rejected.")
        return 1
    try:
        print(f"Goal accepted with ID: {bytes(handle.goal_id.uuid).hex()}\n")
        response = _result(node, handle.get_result_async(), "getting result")
    except BaseException:  # Ctrl-C too: the robot must not go on when nobody waits for it
        _cancel(node, handle)
        raise
    print(f"Result:\n    {message_to_yaml(response.result)}")
    print(f"Goal finished with status: {_status_name(response.status)}")
    return 0 if response.status == GoalStatus.STATUS_SUCCEEDED else 1


def _result(node: Any, future: Any, what: str) -> Any:
    import rclpy

    rclpy.spin_until_future_complete(node, future)
    if future.result() is None:
        raise Ros2CliError(f"Exception while {what}: {future.exception()!r}")
    return future.result()


def _cancel(node: Any, handle: Any) -> None:
    import rclpy

    if not rclpy.ok():
        return
    print("Canceling goal...")
    response = _result(node, handle.cancel_goal_async(), "canceling goal")
    if [info.goal_id for info in response.goals_canceling] != [handle.goal_id]:
        raise Ros2CliError("Failed to cancel goal")
    print("Goal canceled.")


def _status_name(status: int) -> str:
    from action_msgs.msg import GoalStatus

    names = ("ACCEPTED", "EXECUTING", "CANCELING", "SUCCEEDED", "CANCELED", "ABORTED")
    return next((name for name in names if getattr(GoalStatus, f"STATUS_{name}") == status), "UNKNOWN")


def _show_feedback(message: Any) -> None:
    from rosidl_runtime_py import message_to_yaml

    print(f"Feedback:\n    {message_to_yaml(message.feedback)}")
