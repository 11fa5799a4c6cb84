"""What people's own nodes may be like."""

import re

from std_msgs.msg import String

from rclpy.context import Context
from rclpy.lifecycle import LifecycleNode

from .conftest import Spin

# Private names that Jazzy's nodes have, too: who takes them breaks a node there as well.
_JAZZYS = (
    "_allow_undeclared_parameters",
    "_check_undeclared_parameters",
    "_clock",
    "_context",
    "_default_callback_group",
    "_descriptors",
    "_logger",
    "_logger_service",
    "_managed_entities",
    "_on_set_parameters_callbacks",
    "_parameter_event_publisher",
    "_parameter_overrides",
    "_parameter_service",
    "_parameters",
    "_post_set_parameters_callbacks",
    "_pre_set_parameters_callbacks",
    "_rate_group",
    "_state_machine",
    "_time_source",
    "_type_description_service",
    "_wake_executor",
)


def test_private_names_are_jazzys_or_ours_alone(context: Context) -> None:
    node = LifecycleNode("named", context=context)
    names = {name for cls in type(node).__mro__ for name in vars(cls)} | set(vars(node))
    ours = re.compile(r"__|_rclpy_|_service_|_(Node|Lifecycle|Declared)\w*__")
    assert {name for name in names if name.startswith("_") and not ours.match(name)} <= set(_JAZZYS)
    node.destroy_node()


def test_a_node_may_have_attributes_of_any_other_name(context: Context, executor: object, spin: Spin) -> None:
    class Own(LifecycleNode):
        def __init__(self) -> None:
            self._add = self._count = self._entities = self._store = self._declare = self._resolve = None
            super().__init__("own", context=context)
            self._init_parameters()

        def _init_parameters(self) -> None:
            self.declare_parameter("speed", 1.0)

    node = Own()
    received: list[String] = []
    node.create_subscription(String, "chatter", received.append, 10)
    executor.add_node(node)  # type: ignore[attr-defined]
    node.create_publisher(String, "chatter", 10).publish(String(data="hello"))
    spin(lambda: received)
    assert node.count_publishers("chatter") == 1
    assert node.trigger_configure().name == "SUCCESS"
    node.destroy_node()
