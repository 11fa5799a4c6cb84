"""Keys, tokens and bytes of interfaces as ROS 2 Jazzy has them on the wire."""

from pathlib import Path
from typing import Any

import pytest
from action_msgs.msg import GoalStatusArray
from action_msgs.srv import CancelGoal
from example_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from rcl_interfaces.srv import GetParameters
from std_msgs.msg import String

from embedded_ros.rosidl import dds_type_name, get_message, serialize, type_hash
from embedded_ros.rosidl.hashing import interface_hash
from embedded_ros.wire.keys import DataKey
from embedded_ros.wire.liveliness import Entity, EntityKind, parse
from embedded_ros.wire.qos import TRANSIENT_LOCAL, Qos

ACTION = "example_interfaces::action::dds_::Fibonacci"
SERVICES = Qos(depth=10)
GOAL_HASH = "RIHS01_d1a57fb2a4afe8c21e34fb10db206f16ce6729b28531141472df92277c55b557"
RESULT_HASH = "RIHS01_1b0de0d5d29dc955d92f546706568428632771db13ec84c15ec1c1a59f424a57"
FEEDBACK_HASH = "RIHS01_c1de71afd52e49a89c53d8262366884185bc0a02f78ce051c4e46b0a7fe59bb2"
CANCEL_HASH = "RIHS01_573d8b0a534451d7bc2ac8c5ffde8ac14b8593b7001175d0cd6516dcbeb8689a"
STATUS_HASH = "RIHS01_6c1684b00f177d37438febe6e709fc4e2b0d4248dca4854946f9ed8b30cda83e"

KEYS = [
    (
        (0, "/robot1/chatter", String),
        "0/robot1/chatter/std_msgs::msg::dds_::String_/"
        "RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18",
    ),
    (
        (2, "/add_two_ints", AddTwoInts),
        "2/add_two_ints/example_interfaces::srv::dds_::AddTwoInts_/"
        "RIHS01_e118de6bf5eeb66a2491b5bda11202e7b68f198d6f67922cf30364858239c81a",
    ),
    (
        (0, "/talker/get_parameters", GetParameters),
        "0/talker/get_parameters/rcl_interfaces::srv::dds_::GetParameters_/"
        "RIHS01_bf9803d5c74cf989a5de3e0c2e99444599a627c7ff75f97b8c05b01003675cbc",
    ),
    (
        (0, "/fibonacci/_action/send_goal", Fibonacci.Impl.SendGoalService),
        f"0/fibonacci/_action/send_goal/{ACTION}_SendGoal_/{GOAL_HASH}",
    ),
    (
        (0, "/fibonacci/_action/get_result", Fibonacci.Impl.GetResultService),
        f"0/fibonacci/_action/get_result/{ACTION}_GetResult_/{RESULT_HASH}",
    ),
    (
        (0, "/fibonacci/_action/cancel_goal", CancelGoal),
        f"0/fibonacci/_action/cancel_goal/action_msgs::srv::dds_::CancelGoal_/{CANCEL_HASH}",
    ),
    (
        (0, "/fibonacci/_action/feedback", Fibonacci.Impl.FeedbackMessage),
        f"0/fibonacci/_action/feedback/{ACTION}_FeedbackMessage_/{FEEDBACK_HASH}",
    ),
    (
        (0, "/fibonacci/_action/status", GoalStatusArray),
        f"0/fibonacci/_action/status/action_msgs::msg::dds_::GoalStatusArray_/{STATUS_HASH}",
    ),
]


@pytest.mark.parametrize(("place", "key"), KEYS, ids=[key.split("/RIHS")[0] for _, key in KEYS])
def test_data_keys_have_names_types_and_hashes_as_in_jazzy(place: tuple[int, str, Any], key: str) -> None:
    domain, name, interface = place
    data_key = DataKey(domain=domain, name=name, dds_type=dds_type_name(interface), type_hash=type_hash(interface))
    assert str(data_key) == key
    assert DataKey.parse(key) == data_key


def endpoint(kind: EntityKind, namespace: str, name: str, interface: Any, qos: Qos) -> Entity:
    return Entity(
        domain=3,
        zid="abc",
        nid=0,
        eid=4,
        kind=kind,
        enclave="/",
        namespace=namespace,
        node_name="n",
        name=name,
        dds_type=dds_type_name(interface),
        type_hash=type_hash(interface),
        qos=qos,
    )


@pytest.mark.parametrize("namespace", ["/", "/a", "/a/b"])
def test_slashes_are_mangled_in_tokens_alone(namespace: str) -> None:
    name = f"{namespace.removesuffix('/')}/fibonacci/_action/status"
    qos = Qos(durability=TRANSIENT_LOCAL, depth=1)
    entity = endpoint(EntityKind.PUBLISHER, namespace, name, GoalStatusArray, qos)
    assert entity.token == (
        f"@ros2_lv/3/abc/0/4/MP/%/{namespace.replace('/', '%')}/n/{name.replace('/', '%')}/"
        f"action_msgs::msg::dds_::GoalStatusArray_/{STATUS_HASH}/:1:,1:,:,:,,"
    )
    assert entity.data_key == f"3{name}/action_msgs::msg::dds_::GoalStatusArray_/{STATUS_HASH}"
    assert parse(entity.token) == entity


def test_a_humble_token_is_read_with_the_text_that_stands_for_its_hash() -> None:
    token = endpoint(EntityKind.SERVICE, "/", "/add", AddTwoInts, SERVICES).token
    humble = token.replace(type_hash(AddTwoInts), "TypeHashNotSupported")
    assert parse(humble).type_hash == "TypeHashNotSupported"
    assert parse(humble).token == humble


def test_a_session_id_may_have_fewer_digits() -> None:
    text = "@ros2_lv/0/b20917502ee955ac4476e0266340d5c/0/0/NN/%/%/talker"
    assert parse(text).token == text


def test_the_hash_of_another_packages_action(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "share" / "action_tutorials_interfaces" / "action"
    folder.mkdir(parents=True)
    (folder / "Fibonacci.action").write_text("int32 order\n---\nint32[] sequence\n---\nint32[] partial_sequence\n")
    monkeypatch.setenv("AMENT_PREFIX_PATH", str(tmp_path))
    assert interface_hash("action_tutorials_interfaces/action/Fibonacci_GetResult") == (
        "RIHS01_8b47e383f1e31f6d8df6417ab54957e7d5ea24dad315646ad711ac3fdea81d58"
    )


def test_every_kind_of_field_has_its_alignment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "share" / "wire_vector_msgs" / "msg"
    folder.mkdir(parents=True)
    fields = ("bool b", "uint8[] raw", "float64 d", "bool[] f", "string[<=2] n", "float32[3] v", "int16 s", "uint64 u")
    (folder / "Mixed.msg").write_text("\n".join(fields))
    monkeypatch.setenv("AMENT_PREFIX_PATH", str(tmp_path))
    values = {"b": True, "raw": [1, 2, 3], "d": 1.5, "f": [True, False]}
    values |= {"n": ["a", "bc"], "v": [1.0, 2.0, 3.0], "s": -2, "u": 7}
    assert serialize(get_message("wire_vector_msgs/msg/Mixed")(**values)).hex() == (
        "0001000001000000030000000102030000000000000000000000f83f0200000001000000020000000200000061000000"
        "03000000626300000000803f0000004000004040feff0000000000000700000000000000"
    )
