"""Messages as YAML, CSV and dictionaries."""

from geometry_msgs.msg import Pose, PoseArray, Twist, Vector3
from sensor_msgs.msg import CameraInfo, LaserScan
from std_msgs.msg import Byte, Header, String
from test_msgs.msg import BoundedSequences

from rosidl_runtime_py import message_to_csv, message_to_ordereddict, message_to_yaml


def test_yaml_keeps_the_order_of_fields() -> None:
    assert message_to_yaml(Twist(linear=Vector3(x=0.5))) == (
        "linear:\n  x: 0.5\n  y: 0.0\n  z: 0.0\nangular:\n  x: 0.0\n  y: 0.0\n  z: 0.0\n"
    )
    assert message_to_yaml(Vector3(), flow_style=True) == "{x: 0.0, y: 0.0, z: 0.0}\n"


def test_dictionary_holds_plain_values() -> None:
    tree = message_to_ordereddict(PoseArray(header=Header(frame_id="map"), poses=[Pose()]))
    assert tree["header"] == {"stamp": {"sec": 0, "nanosec": 0}, "frame_id": "map"}
    assert tree["poses"][0]["orientation"]["w"] == 1.0
    assert message_to_ordereddict(CameraInfo())["k"] == [0.0] * 9
    assert message_to_ordereddict(Byte(data=b"\xff"))["data"] == "\xff"


def test_csv_is_flat() -> None:
    assert message_to_csv(Header(frame_id="map")) == "0,0,map"
    assert message_to_csv(LaserScan(ranges=[1.0, 2.0])).endswith("0.0,1.0,2.0,")


def test_long_values_are_cut() -> None:
    assert message_to_ordereddict(LaserScan(ranges=[1.0] * 9), truncate_length=2)["ranges"] == [1.0, 1.0, "..."]
    assert message_to_ordereddict(String(data="abcdef"), truncate_length=3)["data"] == "abc..."
    assert message_to_csv(String(data="abcdef"), truncate_length=3) == "abc..."
    assert message_to_csv(LaserScan(ranges=[1.0] * 9), truncate_length=2).endswith(",1.0,1.0,...,")


def test_arrays_and_strings_are_described_on_request() -> None:
    scan = message_to_ordereddict(LaserScan(ranges=[1.0] * 9), no_arr=True, no_str=True)
    assert scan["ranges"] == "<sequence type: float, length: 9>"
    assert scan["header"]["frame_id"] == "<string length: <0>>"
    assert message_to_ordereddict(CameraInfo(), no_arr=True)["k"] == "<array type: double[9]>"
    bounded = message_to_ordereddict(BoundedSequences(), no_arr=True)
    assert bounded["string_values"] == "<sequence type: string[3], length: 0>"
    assert bounded["basic_types_values"] == "<sequence type: test_msgs/msg/BasicTypes[3], length: 0>"
