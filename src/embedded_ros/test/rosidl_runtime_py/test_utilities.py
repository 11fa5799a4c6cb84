"""Interfaces by name, and their definition files."""

import pytest
from nav2_msgs.action import NavigateToPose
from std_msgs.msg import String
from std_srvs.srv import Trigger

from rosidl_parser.definition import NamespacedType, UnboundedSequence
from rosidl_runtime_py import (
    get_action_interfaces,
    get_interface_path,
    get_interfaces,
    get_service_interfaces,
    import_message_from_namespaced_type,
)
from rosidl_runtime_py.utilities import get_action, get_interface, get_message, get_service


def test_classes_by_name() -> None:
    assert get_message("std_msgs/msg/String") is get_message("std_msgs/String") is String
    assert get_service("std_srvs/srv/Trigger") is Trigger
    assert get_action("nav2_msgs/action/NavigateToPose") is NavigateToPose
    assert get_interface("std_srvs/srv/Trigger_Request") is Trigger.Request


def test_a_name_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected the full name of a message, got 'std_srvs/srv/Trigger'"):
        get_message("std_srvs/srv/Trigger")
    with pytest.raises(ValueError, match="'String' is no interface name"):
        get_message("String")
    with pytest.raises(AttributeError):
        get_message("std_msgs/msg/Nope")
    with pytest.raises(ModuleNotFoundError):
        get_message("nope_msgs/msg/Nope")


def test_definition_files_are_found() -> None:
    assert get_interface_path("std_msgs/msg/String").endswith("share/std_msgs/msg/String.msg")
    assert get_interface_path("std_srvs/srv/Trigger.srv").endswith("Trigger.srv")
    with pytest.raises(LookupError, match="Unknown package 'nope'"):
        get_interface_path("nope/msg/X")
    with pytest.raises(LookupError, match="Could not find the interface"):
        get_interface_path("std_msgs/msg/Nope")
    with pytest.raises(ValueError, match="at least two parts"):
        get_interface_path("String")


def test_interfaces_of_packages() -> None:
    assert get_service_interfaces(["std_srvs"]) == {"std_srvs": ["srv/Empty", "srv/SetBool", "srv/Trigger"]}
    assert get_action_interfaces(["std_srvs"]) == {}
    assert "msg/Header" in get_interfaces()["std_msgs"]
    with pytest.raises(LookupError, match="Unknown package 'nope'"):
        get_interfaces(["nope"])


def test_the_type_of_an_array_stands_for_that_of_its_elements_with_a_warning() -> None:
    element = NamespacedType(["std_msgs", "msg"], "String")
    with pytest.warns(DeprecationWarning, match="pass its value_type"):
        assert import_message_from_namespaced_type(UnboundedSequence(element)) is String
