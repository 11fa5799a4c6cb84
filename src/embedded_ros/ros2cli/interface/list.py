"""`ros2 interface list`."""

from __future__ import annotations

import argparse

from ros2cli.direct import show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    parser.add_argument("-m", "--only-msgs", action="store_true", help="only messages")
    parser.add_argument("-s", "--only-srvs", action="store_true", help="only services")
    parser.add_argument("-a", "--only-actions", action="store_true", help="only actions")


def main(args: argparse.Namespace) -> int:
    """List interface types by kind."""
    from rosidl_runtime_py import get_action_interfaces, get_message_interfaces, get_service_interfaces

    is_any = args.only_msgs or args.only_srvs or args.only_actions
    for title, is_wanted, get in (
        ("Messages", args.only_msgs, get_message_interfaces),
        ("Services", args.only_srvs, get_service_interfaces),
        ("Actions", args.only_actions, get_action_interfaces),
    ):
        if is_wanted or not is_any:
            show(f"{title}:")
            for package, names in sorted(get().items()):
                for name in names:
                    show(f"    {package}/{name}")
    return 0
