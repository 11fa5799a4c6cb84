import pytest

from embedded_ros.wire.errors import InvalidTokenError, WireError
from embedded_ros.wire.gid import gid_of
from embedded_ros.wire.liveliness import EntityKind, parse
from embedded_ros.wire.qos import Qos

from .vectors import PUBLISHER_TOKEN, TOKENS


@pytest.mark.parametrize(("token", "gid"), TOKENS.items())
def test_token_reads_back_and_gives_the_gid(token: str, gid: str) -> None:
    entity = parse(token)
    assert entity.token == token
    assert entity.gid.hex() == gid_of(token).hex() == gid


def test_fields_of_an_endpoint_token() -> None:
    entity = parse(list(TOKENS)[3])
    assert entity.kind is EntityKind.SUBSCRIPTION
    assert (entity.domain, entity.nid, entity.eid) == (7, 3, 4)
    assert (entity.enclave, entity.namespace, entity.node_name) == ("/secure/robot1", "/robot1/arm", "cam_view")
    assert (entity.name, entity.ros_type) == ("/robot1/arm/image", "sensor_msgs/msg/Image")
    assert entity.qos == Qos(reliability=2, depth=5)


def test_a_token_with_a_fourteenth_chunk_is_accepted() -> None:
    assert parse(f"{PUBLISHER_TOKEN}/backend").name == "/chatter"


@pytest.mark.parametrize(
    "token",
    [
        "@ros2_lv/0/abc/0/0/NN/%/%",
        "@other/0/abc/0/0/NN/%/%/talker",
        "@ros2_lv/0//0/0/NN/%/%/talker",
        "@ros2_lv/0/abc/0/0/XX/%/%/talker",
        "@ros2_lv/0/abc/x/0/NN/%/%/talker",
        "@ros2_lv/0/abc/0/1/MP/%/%/talker/%chatter",
    ],
)
def test_malformed_tokens_are_refused(token: str) -> None:
    with pytest.raises(InvalidTokenError):
        parse(token)


def test_a_token_with_wrong_qos_is_refused() -> None:
    with pytest.raises(WireError, match="QoS text"):
        parse(PUBLISHER_TOKEN.removesuffix("::,10:,:,:,,") + "reliable")
