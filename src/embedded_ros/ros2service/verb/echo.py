"""`ros2 service echo`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from ros2cli.helpers import complete_with
from ros2cli.node.strategy import NodeStrategy
from ros2service.api import ServiceTypeCompleter, add_service_name, get_service_class, service_class
from ros2service.verb import VerbExtension
from ros2topic.verb.echo import add_format_arguments, format_options


class EchoVerb(VerbExtension):
    """Echo a service."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_service_name(parser)
        action = parser.add_argument("service_type", nargs="?", help="its type, e.g. std_srvs/srv/Empty")
        complete_with(action, ServiceTypeCompleter(service_name_key="service_name"))
        add_format_arguments(parser)

    def main(self, *, args: argparse.Namespace) -> None:
        import rclpy
        from rclpy.qos import qos_profile_services_default

        topic = f"{args.service_name}/_service_event"
        with NodeStrategy(args) as node:
            if args.service_type is None:
                service = get_service_class(node, args.service_name, include_hidden_services=True)
            else:
                service = service_class(args.service_type)
            subscription = node.create_subscription(service.Event, topic, _printer(args), qos_profile_services_default)
            if not node.wait_until(lambda: subscription.get_publisher_count() > 0):
                print(f"No publishers on topic '{topic}'; is service introspection on the client or server enabled?")
            rclpy.spin(node.node)


def _printer(args: argparse.Namespace) -> Callable[[Any], None]:
    from service_msgs.msg import ServiceEventInfo

    from rosidl_runtime_py.convert import message_to_csv, message_to_ordereddict, tree_to_yaml

    options = format_options(args)
    names = ("REQUEST_SENT", "REQUEST_RECEIVED", "RESPONSE_SENT", "RESPONSE_RECEIVED")
    event_names = {getattr(ServiceEventInfo, name): name for name in names}

    def show(message: Any) -> None:
        if args.csv:
            print(message_to_csv(message, **options))
            return
        tree = message_to_ordereddict(message, **options)
        tree["info"]["event_type"] = event_names[tree["info"]["event_type"]]
        print(f"{tree_to_yaml(tree, flow_style=args.flow_style)}---")

    return show
