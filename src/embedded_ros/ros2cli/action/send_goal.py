"""`ros2 action send_goal`."""

from __future__ import annotations

import argparse
from typing import Any

from ros2cli.direct import add_node_arguments, direct_node, filled, interface_class, show
from ros2cli.errors import Ros2CliError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    add_node_arguments(parser)
    parser.epilog = (
        "example: ros2 action send_goal -f /navigate_to_pose nav2_msgs/action/NavigateToPose "
        "'{pose: {header: {frame_id: map}, pose: {position: {x: 1.0}}}}'"
    )
    parser.add_argument("action_name", help="name of the action")
    parser.add_argument("action_type", help="type of the action")
    parser.add_argument("goal", help="fields of the goal, in YAML")
    parser.add_argument("-f", "--feedback", action="store_true", help="print feedback")
    parser.add_argument(
        "--timeout", type=float, default=10.0, help="wait so many s for the server (default: %(default)s)"
    )


def main(args: argparse.Namespace) -> int:
    """Send the goal, wait for its end, print the result; 1 unless it succeeded. Ctrl-C cancels it."""
    from rclpy.action import ActionClient

    action_class = interface_class("action", args.action_type)
    goal = filled(action_class.Goal(), args.goal)
    with direct_node(args) as node:
        client: Any = ActionClient(node, action_class, args.action_name)
        if not client.wait_for_server(timeout_sec=args.timeout):
            raise Ros2CliError(f"action '{args.action_name}' did not come up in {args.timeout} s: start its server")
        try:
            return _run(node, client, goal, args)
        finally:
            client.destroy()


def _run(node: Any, client: Any, goal: Any, args: argparse.Namespace) -> int:
    from action_msgs.msg import GoalStatus

    import rclpy

    show(f"Sending goal:\n     {_indented(goal)}")
    on_feedback = (lambda message: show(f"Feedback:\n    {_indented(message.feedback)}")) if args.feedback else None
    sent = client.send_goal_async(goal, on_feedback)
    rclpy.spin_until_future_complete(node, sent)
    handle = sent.result()
    if not handle.accepted:
        raise Ros2CliError("Goal was rejected.")
    try:
        show(f"Goal accepted with ID: {bytes(handle.goal_id.uuid).hex()}\n")
        ended = handle.get_result_async()
        rclpy.spin_until_future_complete(node, ended)
    except KeyboardInterrupt:
        show("Canceling goal...")
        rclpy.spin_until_future_complete(node, handle.cancel_goal_async(), timeout_sec=args.timeout)
        raise
    status = ended.result().status
    show(f"Result:\n    {_indented(ended.result().result)}")
    name = {value: key for key, value in vars(GoalStatus).items() if key.startswith("STATUS_")}.get(status, str(status))
    show(f"Goal finished with status: {name.removeprefix('STATUS_')}")
    return 0 if status == GoalStatus.STATUS_SUCCEEDED else 1


def _indented(message: Any) -> str:
    from rosidl_runtime_py import message_to_yaml

    return message_to_yaml(message).replace("\n", "\n    ")
