"""Column-wise decoding equals rosbags' one-by-one decoding, bit by bit, for every message type there is.

TWIN_PROPERTY_EXAMPLES sets how often each type is tried (default 5; 500 for a night).
"""

from __future__ import annotations

import os
import tracemalloc
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rosbags.typesys import Stores, get_typestore

from twin_recorder.core.buffers import Buffers
from twin_recorder.core.decode import decode, decode_one_by_one
from twin_recorder.core.definitions import Definition, Definitions, default_prefixes
from twin_recorder.core.errors import DefinitionError
from twin_recorder.core.fields import message_of

from .wire import Writer

EXAMPLES = int(os.environ.get("TWIN_PROPERTY_EXAMPLES", "5"))
SOURCES = Path(__file__).resolve().parents[3]
PRIMITIVES = (
    *("bool", "byte", "char", "string", "float32", "float64"),
    *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
)
OWN = {
    "all_msgs/msg/Everything": """\
bool flag
string first
float64 after_string
int8[3] small
string<=5 second
uint16[] counts
float64[<=3] numbers
builtin_interfaces/Time[2] times
Inner[<=3] inners
Inner[2] pair
string[] names
string[2] two_names
bool[] flags
bool[2] two_flags
char letter
byte octet
byte[] octets
float32 single
int64 LARGE=5
string NAME="constant"
int64 last
""",
    "all_msgs/msg/Inner": "string name\nfloat64[] values\nstd_msgs/Empty nothing\nOnlyBytes blob\nuint64 number\n",
    "all_msgs/msg/OnlyBytes": "uint8[] data\n",
    "all_msgs/msg/OnlyConstants": "int32 A=1\nstring B=text\n",
    "all_msgs/msg/EndsWithBytes": "Inner[] inners\nint16 number\nint8[] data\n",
    **{
        f"all_msgs/msg/{name.title()}": f"{name} value\n{name}[] many\n{name}[3] three\n{name}[<=2] few\nuint8 end\n"
        for name in PRIMITIVES
    },
}
NOT_DECODED = {"example_interfaces/msg/WString", "test_msgs/msg/WStrings"}
FUZZED = (
    "nav_msgs/msg/Odometry",
    "sensor_msgs/msg/LaserScan",
    "sensor_msgs/msg/JointState",
    "sensor_msgs/msg/CompressedImage",
    "tf2_msgs/msg/TFMessage",
    "vision_msgs/msg/Detection2DArray",
    "all_msgs/msg/Everything",
)


@cache
def definitions() -> Definitions:
    prefixes = (*default_prefixes(), SOURCES / "embedded_ros" / "embedded_ros" / "prefix")
    return Definitions(prefixes, texts=OWN)


@cache
def definition(type_name: str) -> Definition:
    return definitions().find(type_name)


def type_names() -> list[str]:
    """Jazzy's, those of every package that can be found, and some of our own."""
    prefixes = (*default_prefixes(), SOURCES / "embedded_ros" / "embedded_ros" / "prefix")
    files = [file for prefix in prefixes for file in (prefix / "share").glob("*/msg/*.msg")]
    found = {f"{file.parent.parent.name}/msg/{file.stem}" for file in files}
    return sorted((found | set(get_typestore(Stores.ROS2_JAZZY).fielddefs) | set(OWN)) - NOT_DECODED)


PACKAGES = sorted({name.split("/")[0] for name in type_names()})


def assert_same_bits(ours: pa.Array, theirs: pa.Array) -> None:
    """Equal types, lengths and values, NaN's bits included."""
    assert (ours.type, len(ours)) == (theirs.type, len(theirs))
    if pa.types.is_struct(ours.type):
        for mine, other in zip(ours.flatten(), theirs.flatten(), strict=True):
            assert_same_bits(mine, other)
    elif pa.types.is_list(ours.type):
        assert ours.value_lengths().equals(theirs.value_lengths())
        assert_same_bits(ours.flatten(), theirs.flatten())
    elif pa.types.is_floating(ours.type):
        bits = f"u{ours.type.bit_width // 8}"
        assert ours.to_numpy().view(bits).tolist() == theirs.to_numpy().view(bits).tolist()
    else:
        assert ours.equals(theirs)


def assert_decoded_as_by_rosbags(of: Definition, payloads: Buffers) -> None:
    ours, theirs = decode(of, payloads), decode_one_by_one(of, payloads, range(len(payloads)))
    assert ours.damaged.keys() == theirs.damaged.keys()
    assert ours.kept.tolist() == theirs.kept.tolist()
    assert_same_bits(ours.rows, theirs.rows)


def drawn(of: Definition, random: np.random.Generator) -> list[bytes]:
    """Some messages, most of them several times with other numbers in the same layout."""
    seeds = np.repeat(random.integers(2**32, size=int(random.integers(1, 4))), random.integers(1, 5))
    order = "<" if random.integers(5) else ">"
    tree = message_of(of)
    messages = [Writer(np.random.default_rng(seed), order).message(tree) for seed in seeds]
    return [messages[index] for index in random.permutation(len(messages))]


@pytest.mark.parametrize("package", PACKAGES)
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_column_wise_equals_one_by_one(package: str, seed: int) -> None:
    for type_name in type_names():
        if type_name.startswith(f"{package}/"):
            random = np.random.default_rng(seed)
            assert_decoded_as_by_rosbags(definition(type_name), Buffers.of(drawn(definition(type_name), random)))


@pytest.mark.parametrize("type_name", sorted(NOT_DECODED))
def test_a_type_that_cannot_be_decoded_says_so(type_name: str) -> None:
    with pytest.raises(DefinitionError, match=r"has a wstring field, .* use string instead"):
        definition(type_name)


def broken(of: Definition, random: np.random.Generator) -> bytes:
    """A message that was cut, or has other bytes or an immense length somewhere."""
    writer = Writer(random)
    data = bytearray(writer.message(message_of(of)))
    kind = random.integers(4)
    if kind == 0:
        return bytes(data[: random.integers(len(data))])
    if kind == 1 and writer.counts_at:
        at = int(random.choice(writer.counts_at))
        data[at : at + 4] = random.choice([0, 1, 2**31 - 1, 2**31, 2**32 - 1], 1).astype("<u4").tobytes()
    for _ in range(int(random.integers(1, 4)) if kind > 1 else 0):
        data[random.integers(len(data))] = random.integers(256)
    return bytes(data)


@pytest.mark.parametrize("type_name", FUZZED)
@settings(max_examples=4 * EXAMPLES, deadline=None, derandomize=True, database=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_broken_messages_harm_nobody(type_name: str, seed: int) -> None:
    of, random = definition(type_name), np.random.default_rng(seed)
    good = drawn(of, random)
    messages = good + [broken(of, random) for _ in range(int(random.integers(1, 6)))]
    order = random.permutation(len(messages))
    tracemalloc.start()
    decoded = decode(of, Buffers.of(messages[index] for index in order))
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used < 1 << 24
    assert {index for index in range(len(order)) if order[index] < len(good)} <= set(decoded.kept.tolist())
    assert len(decoded.kept) + len(decoded.damaged) == len(messages)
    assert_decoded_as_by_rosbags(of, Buffers.of(messages[index] for index in order))
