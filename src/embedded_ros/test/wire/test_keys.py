import pytest

from embedded_ros.wire.errors import WireError
from embedded_ros.wire.keys import DataKey, ros_type

HASH = "RIHS01_" + "0" * 64


def test_key_keeps_the_slashes_of_the_name_but_not_the_leading_one() -> None:
    key = DataKey(domain=0, name="/robot1/chatter", dds_type="std_msgs::msg::dds_::String_", type_hash=HASH)
    assert str(key) == f"0/robot1/chatter/std_msgs::msg::dds_::String_/{HASH}"


@pytest.mark.parametrize("name", ["/chatter", "/fibonacci/_action/send_goal", "/a/b/c"])
def test_a_key_is_read_from_the_right(name: str) -> None:
    key = DataKey(domain=42, name=name, dds_type="pkg::srv::dds_::Thing_", type_hash=HASH)
    assert DataKey.parse(str(key)) == key


@pytest.mark.parametrize("text", ["chatter", "0/chatter", "x/chatter/type/hash"])
def test_other_text_is_no_data_key(text: str) -> None:
    with pytest.raises(WireError, match="data key"):
        DataKey.parse(text)


@pytest.mark.parametrize(
    ("dds", "ros"),
    [
        ("std_msgs::msg::dds_::String_", "std_msgs/msg/String"),
        ("pkg::action::dds_::Name_SendGoal_", "pkg/action/Name_SendGoal"),
        ("std_msgs/msg/String", "std_msgs/msg/String"),
    ],
)
def test_type_names_are_demangled(dds: str, ros: str) -> None:
    assert ros_type(dds) == ros
