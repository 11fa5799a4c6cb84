"""Whatever comes in: it is read, or refused by the error that is documented."""

import contextlib
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sensor_msgs.msg import JointState, PointCloud2
from std_msgs.msg import String
from std_srvs.srv import SetBool

from embedded_ros.rosidl import CdrError, deserialize
from embedded_ros.wire import attachment, liveliness, qos
from embedded_ros.wire.errors import InvalidAttachmentError, InvalidQosError, InvalidTokenError, WireError
from embedded_ros.wire.graph import GraphCache
from embedded_ros.wire.keys import DataKey

from .vectors import PUBLISHER_TOKEN

CHUNKS = PUBLISHER_TOKEN.split("/")
# A busy machine is no finding.
ANY_TIME = settings(deadline=None)
HEADERS = [b"\x00\x01\x00\x00", b"\x00\x00\x00\x00", b""]


@ANY_TIME
@given(data=st.binary(max_size=80))
def test_attachments(data: bytes) -> None:
    with contextlib.suppress(InvalidAttachmentError):
        assert len(attachment.unpack(data).gid) == 16


@ANY_TIME
@given(text=st.text(alphabet="0123456789:,-x", max_size=40))
def test_qos_texts(text: str) -> None:
    with contextlib.suppress(InvalidQosError):
        qos.encode(qos.decode(text))


@ANY_TIME
@given(text=st.text(max_size=60))
def test_tokens_of_any_text(text: str) -> None:
    with contextlib.suppress(InvalidTokenError, InvalidQosError):
        liveliness.parse(text)


@ANY_TIME
@given(changes=st.dictionaries(st.integers(0, len(CHUNKS) - 1), st.text(max_size=12)), length=st.integers(0, 14))
def test_damaged_tokens_enter_the_graph_or_do_not(changes: dict[int, str], length: int) -> None:
    chunks = [changes.get(index, chunk) for index, chunk in enumerate(CHUNKS)]
    graph = GraphCache()
    token = "/".join(chunks[:length])
    graph.put(token)
    for entity in graph.entities():
        assert entity.gid
        assert entity.data_key
    graph.remove(token)
    assert graph.entities() == []


@ANY_TIME
@given(text=st.text(max_size=60))
def test_data_keys(text: str) -> None:
    with contextlib.suppress(WireError):
        DataKey.parse(text)


@pytest.mark.parametrize("cls", [String, SetBool.Request, JointState, PointCloud2])
@ANY_TIME
@given(header=st.sampled_from(HEADERS), body=st.binary(max_size=120))
def test_messages(cls: type[String], header: bytes, body: bytes) -> None:
    with contextlib.suppress(CdrError):
        deserialize(cls, header + body)


@pytest.mark.parametrize("count", [2**31 - 1, 2**31, 2**32 - 1])
@pytest.mark.parametrize(("cls", "prefix"), [(String, b""), (JointState, bytes(8) + b"\1\0\0\0\0\0\0\0")])
def test_absurd_lengths_allocate_nothing(cls: type[String], prefix: bytes, count: int) -> None:
    data = HEADERS[0] + prefix + count.to_bytes(4, "little") + bytes(64)
    tracemalloc.start()
    try:
        with pytest.raises(CdrError):
            deserialize(cls, data)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
