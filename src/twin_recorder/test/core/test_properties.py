"""Column-wise decoding equals one-by-one decoding, over random messages of many types."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twin_recorder.core.buffers import Buffers
from twin_recorder.core.decode import decode, decode_one_by_one
from twin_recorder.core.definitions import Definition, Definitions, store_of
from twin_recorder.core.fields import Message, Node, Scalar, Sequence, Text, message_of

OWN = "test_msgs/msg/Everything"
OWN_TEXT = """\
bool flag
string first
float64 after_string
int8[3] small
string second
uint16[] counts
float64[] numbers
builtin_interfaces/Time[2] times
bool[] flags
char letter
byte octet
int64 last
"""
TYPES = (
    "nav_msgs/msg/Odometry",
    "sensor_msgs/msg/LaserScan",
    "sensor_msgs/msg/JointState",
    "sensor_msgs/msg/Image",
    "sensor_msgs/msg/NavSatFix",
    "tf2_msgs/msg/TFMessage",
    "std_msgs/msg/Empty",
    OWN,
)
INTEGERS = {"byte": (-128, 127), "char": (0, 255)}
for _bits in (8, 16, 32, 64):
    INTEGERS[f"int{_bits}"] = (-(2 ** (_bits - 1)), 2 ** (_bits - 1) - 1)
    INTEGERS[f"uint{_bits}"] = (0, 2**_bits - 1)


def scalars(primitive: str) -> st.SearchStrategy[Any]:
    if primitive == "bool":
        return st.booleans()
    if primitive in INTEGERS:
        return st.integers(*INTEGERS[primitive])
    return st.floats(width=32 if primitive == "float32" else 64, allow_nan=False)


def values(node: Node, definition: Definition, type_of: dict[int, str]) -> st.SearchStrategy[Any]:
    """Values that rosbags serializes, for any field."""
    match node:
        case Scalar(primitive=primitive):
            return scalars(primitive)
        case Text():
            return st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6)
        case Message():
            return objects(node, definition, type_of)
        case Sequence(element=Scalar(primitive=primitive), fixed_size=size):
            dtype = np.dtype({"bool": "bool", "byte": "i1", "char": "u1"}.get(primitive, primitive))
            items = st.lists(scalars(primitive), min_size=size or 0, max_size=3 if size is None else size)
            return items.map(lambda drawn: np.array(drawn, dtype=dtype))
        case Sequence(element=element, fixed_size=size):
            inner = values(element, definition, type_of)
            return st.lists(inner, min_size=size or 0, max_size=2 if size is None else size)


def objects(message: Message, definition: Definition, type_of: dict[int, str]) -> st.SearchStrategy[Any]:
    cls = store_of(definition).types[type_of[id(message)]]
    fields = {field.attribute: values(field.node, definition, type_of) for field in message.fields}
    return st.builds(cls, **fields)


def names(message: Message, definition: Definition, type_name: str, found: dict[int, str]) -> dict[int, str]:
    """The ROS type of each message node."""
    found[id(message)] = type_name
    for field, (_, description) in zip(message.fields, store_of(definition).fielddefs[type_name][1], strict=True):
        node = field.node.element if isinstance(field.node, Sequence) else field.node
        if isinstance(node, Message):
            inner: Any = description[1][0] if isinstance(field.node, Sequence) else description
            names(node, definition, inner[1], found)
    return found


@pytest.mark.parametrize("type_name", TYPES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(data=st.data())
def test_column_wise_equals_one_by_one(type_name: str, data: st.DataObject) -> None:
    definition = Definitions(texts={OWN: OWN_TEXT}).find(type_name)
    tree = message_of(definition)
    strategy = objects(tree, definition, names(tree, definition, type_name, {}))
    drawn = data.draw(st.lists(strategy, min_size=1, max_size=5))
    repeats = data.draw(st.integers(1, 3))
    little = data.draw(st.lists(st.booleans(), min_size=len(drawn), max_size=len(drawn)))
    store = store_of(definition)
    payloads = Buffers.of(
        bytes(store.serialize_cdr(message, type_name, little_endian=is_little))
        for _ in range(repeats)
        for message, is_little in zip(drawn, little, strict=True)
    )
    columns = decode(definition, payloads)
    reference = decode_one_by_one(definition, payloads, range(len(payloads)))
    assert not columns.damaged
    assert columns.rows.equals(reference.rows)
