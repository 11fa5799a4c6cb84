"""Generated classes behave as Jazzy's do."""

import array
import copy
import math
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
from action_msgs.msg import GoalStatusArray
from action_msgs.srv import CancelGoal
from builtin_interfaces.msg import Time
from geometry_msgs.msg import PoseWithCovariance, Quaternion, Twist, Vector3
from nav2_msgs.action import NavigateToPose
from sensor_msgs.msg import Image, LaserScan
from std_msgs.msg import ColorRGBA, Header, String
from std_srvs.srv import SetBool, Trigger
from test_msgs.msg import Arrays, BoundedSequences, Constants, Defaults, Nested, UnboundedSequences, WStrings
from test_msgs.msg import Strings as StringsMessage

from embedded_ros.rosidl import (
    CdrError,
    InterfaceNotFoundError,
    dds_type_name,
    get_message,
    interface_name,
    serialize,
)
from embedded_ros.rosidl.model import FLOAT32_MAX
from rosidl_parser.definition import Array, BasicType, NamespacedType, UnboundedSequence


def test_fields_start_with_the_definitions_defaults() -> None:
    assert (Quaternion().x, Quaternion().w) == (0.0, 1.0)
    defaults = Defaults()
    assert (defaults.bool_value, defaults.byte_value, defaults.char_value) == (True, b"2", 100)
    assert (defaults.float64_value, defaults.int64_value) == (1.125, -40000000)
    assert StringsMessage().string_value_default1 == "Hello world!"
    assert WStrings().wstring_value_default2 == "Hellö wörld!"
    assert Arrays().int8_values_default.tolist() == [0, 127, -128]
    assert UnboundedSequences().string_values_default == ["", "max value", "min value"]
    assert Quaternion.W__DEFAULT == 1.0


def test_mutable_initial_values_are_not_shared() -> None:
    first, second = UnboundedSequences(), UnboundedSequences()
    first.string_values_default.append("x")
    first.int32_values.append(1)
    assert "x" not in second.string_values_default
    assert not second.int32_values


def test_constants_are_class_attributes() -> None:
    assert (Constants.INT8_CONST, Constants.BYTE_CONST, Constants.FLOAT32_CONST) == (-50, b"2", 1.125)
    with pytest.raises(AttributeError):
        Constants().INT8_CONST = 3


@pytest.mark.parametrize(("owner", "name"), [(Constants, "INT8_CONST"), (Defaults, "INT8_VALUE__DEFAULT")])
def test_constants_and_defaults_stay_as_they_are(owner: type, name: str) -> None:
    with pytest.raises(AttributeError, match=f"{name}' is a constant"):
        setattr(owner, name, 3)


def test_numbers_are_taken_for_float_sequences_as_jazzy_takes_them() -> None:
    assert LaserScan(ranges=[1, 2]).ranges == array.array("f", [1.0, 2.0])
    assert PoseWithCovariance(covariance=[1] * 36).covariance.dtype == np.float64
    assert LaserScan(ranges=[FLOAT32_MAX, -math.inf, math.nan]).ranges[0] == FLOAT32_MAX


def test_checks_can_be_switched_off() -> None:
    message = String(check_fields=False)
    message.data = 5
    assert message.data == 5
    scan = LaserScan(ranges=(1.0, 2.0), check_fields=False)
    assert scan.ranges == array.array("f", [1.0, 2.0])
    with pytest.raises(CdrError, match="std_msgs/msg/String"):
        serialize(message)


def test_the_environment_switches_checks_off() -> None:
    program = "from std_msgs.msg import String; print(String(data=5).data)"
    environment = {**os.environ, "ROS_PYTHON_CHECK_FIELDS": "0"}
    ended = subprocess.run(
        [sys.executable, "-c", program], check=False, env=environment, capture_output=True, text=True
    )
    assert (ended.stdout, ended.stderr) == ("5\n", "")


def test_shape_of_the_class() -> None:
    assert Header.__slots__ == ["_stamp", "_frame_id", "_check_fields"]
    assert Header.get_fields_and_field_types() == {"stamp": "builtin_interfaces/Time", "frame_id": "string"}
    assert Header.SLOT_TYPES[0] == NamespacedType(["builtin_interfaces", "msg"], "Time")
    assert LaserScan.SLOT_TYPES[-1] == UnboundedSequence(BasicType("float"))
    assert PoseWithCovariance.SLOT_TYPES[1] == Array(BasicType("double"), 36)
    assert [type_.has_maximum_size() for type_ in (PoseWithCovariance.SLOT_TYPES[1], LaserScan.SLOT_TYPES[-1])] == [
        True,
        False,
    ]
    assert Header.SLOT_TYPES[0].namespaces == ["builtin_interfaces", "msg"]
    assert LaserScan.__module__ == "sensor_msgs.msg._laser_scan"
    assert BoundedSequences.get_fields_and_field_types()["basic_types_values"] == "sequence<test_msgs/BasicTypes, 3>"
    assert Arrays.get_fields_and_field_types()["float64_values"] == "double[3]"
    assert StringsMessage.get_fields_and_field_types()["bounded_string_value"] == "string<22>"
    assert WStrings.get_fields_and_field_types()["unbounded_sequence_of_wstrings"] == "sequence<wstring>"


def test_unknown_constructor_arguments_are_refused() -> None:
    with pytest.raises(AssertionError, match="Invalid arguments passed to constructor: foo, zoo"):
        String(data="x", zoo=1, foo=2)


def test_unknown_attributes_are_refused() -> None:
    with pytest.raises(AttributeError):
        Twist().liner = Vector3()


@pytest.mark.parametrize(
    ("owner", "field", "value", "text"),
    [
        (String(), "data", 5, "The 'data' field must be of type 'str'"),
        (Vector3(), "x", 1, "The 'x' field must be of type 'float'"),
        (Time(), "sec", 1.0, "The 'sec' field must be of type 'int'"),
        (Time(), "sec", 2**31, r"The 'sec' field must be an integer in \[-2147483648, 2147483647\]"),
        (Time(), "nanosec", -1, r"The 'nanosec' field must be an unsigned integer in \[0, 4294967295\]"),
        (ColorRGBA(), "r", 1e39, "The 'r' field must be a float in"),
        (Twist(), "linear", Quaternion(), "The 'linear' field must be a sub message of type 'Vector3'"),
        (LaserScan(), "ranges", "abc", "The 'ranges' field must be a set or sequence"),
        (LaserScan(), "ranges", [1.0, "2"], "The 'ranges' field must be of type 'float'; got '2'"),
        (LaserScan(), "ranges", [1e39], "The 'ranges' field must be a float in"),
        (LaserScan(), "ranges", array.array("d", [1.0]), "with the type code of 'f'"),
        (Image(), "data", [256], r"an unsigned integer in \[0, 255\]"),
        (Image(), "data", np.array([300]), "whose values fit dtype 'uint8'"),
        (PoseWithCovariance(), "covariance", [0.0] * 35, "with length 36 .* not of length 35"),
        (PoseWithCovariance(), "covariance", np.zeros(35), "of size 36"),
        (StringsMessage(), "bounded_string_value", "x" * 23, "not longer than 22"),
        (BoundedSequences(), "int8_values", [1, 2, 3, 4], "with length <= 3"),
        (Nested(), "basic_types_value", None, "a sub message of type 'BasicTypes'"),
        (Arrays(), "bool_values", [True, False, 1], "must be of type 'bool'"),
        (Defaults(), "byte_value", b"ab", "of type 'bytes' with length 1"),
    ],
)
def test_a_wrong_value_is_refused_with_field_and_type(owner: object, field: str, value: object, text: str) -> None:
    with pytest.raises(AssertionError, match=text):
        setattr(owner, field, value)


def test_primitive_sequences_become_arrays() -> None:
    scan = LaserScan(ranges=[1.0, 2.5])
    assert scan.ranges == array.array("f", [1.0, 2.5])
    scan.ranges = np.array([1.0, 3.5])
    assert scan.ranges == array.array("f", [1.0, 3.5])
    assert Image(data=b"\x01\x02").data == array.array("B", [1, 2])
    own = array.array("f", [4.0])
    scan.ranges = own
    assert scan.ranges is own


def test_fixed_primitive_arrays_become_numpy_arrays() -> None:
    pose = PoseWithCovariance(covariance=[0.5] * 36)
    assert pose.covariance.dtype == np.float64
    pose.covariance = np.eye(6)
    assert pose.covariance.shape == (36,)
    assert pose.covariance[7] == 1.0


def test_equality_compares_all_fields() -> None:
    first, second = PoseWithCovariance(), PoseWithCovariance()
    assert first == second
    second.covariance[35] = 1.0
    assert first != second
    assert String(data="a") != Header()


def test_repr_shows_every_field() -> None:
    assert repr(Header(frame_id="map")) == (
        "std_msgs.msg.Header(stamp=builtin_interfaces.msg.Time(sec=0, nanosec=0), frame_id='map')"
    )
    assert repr(SetBool.Request(data=True)) == "std_srvs.srv.SetBool_Request(data=True)"
    assert "ranges=[1.0], intensities=[]" in repr(LaserScan(ranges=[1.0]))


def test_messages_can_be_copied_and_pickled() -> None:
    scan = LaserScan(header=Header(frame_id="a"), ranges=[1.0])
    duplicate = copy.deepcopy(scan)
    duplicate.header.frame_id = "b"
    assert scan.header.frame_id == "a"
    assert pickle.loads(pickle.dumps(scan)) == scan  # noqa: S301  # our own bytes
    request = Trigger.Response(message="x")
    assert pickle.loads(pickle.dumps(request)) == request  # noqa: S301


def test_service_classes() -> None:
    assert interface_name(Trigger) == "std_srvs/srv/Trigger"
    assert dds_type_name(Trigger) == "std_srvs::srv::dds_::Trigger_"
    assert dds_type_name(Trigger.Request) == "std_srvs::srv::dds_::Trigger_Request_"
    assert list(Trigger.Event.get_fields_and_field_types().values()) == [
        "service_msgs/ServiceEventInfo",
        "sequence<std_srvs/Trigger_Request, 1>",
        "sequence<std_srvs/Trigger_Response, 1>",
    ]
    with pytest.raises(NotImplementedError):
        Trigger()


def test_action_classes() -> None:
    impl = NavigateToPose.Impl
    assert NavigateToPose.Goal().pose.pose.orientation.w == 1.0
    assert NavigateToPose.Result.NONE == 0
    assert list(impl.SendGoalService.Request.get_fields_and_field_types()) == ["goal_id", "goal"]
    assert isinstance(impl.SendGoalService.Request().goal, NavigateToPose.Goal)
    assert list(impl.GetResultService.Response.get_fields_and_field_types()) == ["status", "result"]
    assert isinstance(impl.FeedbackMessage().feedback, NavigateToPose.Feedback)
    assert (impl.CancelGoalService, impl.GoalStatusMessage) == (CancelGoal, GoalStatusArray)
    assert dds_type_name(impl.SendGoalService) == "nav2_msgs::action::dds_::NavigateToPose_SendGoal_"


def test_an_unknown_interface_is_named_with_the_way_out() -> None:
    with pytest.raises(InterfaceNotFoundError, match=r"'std_msgs/msg/Strin': the package has no such msg; it has Bool"):
        get_message("std_msgs/msg/Strin")
    with pytest.raises(InterfaceNotFoundError, match=r"no package 'nope_msgs' .*source its setup file"):
        get_message("nope_msgs/msg/X")
    with pytest.raises(InterfaceNotFoundError, match="expected 'package/msg/Name'"):
        get_message("String")
