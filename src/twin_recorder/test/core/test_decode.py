"""Column-wise decoding, its grouping, and what falls back to one by one."""

from __future__ import annotations

from typing import Any

import pytest

from twin_recorder.core.buffers import Buffers
from twin_recorder.core.decode import decode, decode_one_by_one
from twin_recorder.core.definitions import Definitions
from twin_recorder.core.fields import message_of
from twin_recorder.core.layout import group_by_layout, layout_of

ODOMETRY, SCAN, IMAGE = "nav_msgs/msg/Odometry", "sensor_msgs/msg/LaserScan", "sensor_msgs/msg/Image"


def views(payloads: list[bytes]) -> Buffers:
    return Buffers.of(payloads)


def test_messages_of_one_layout_are_one_group(messages: Any, definitions: Definitions) -> None:
    payloads = views([messages.odometry(i) for i in range(50)])
    groups = list(group_by_layout(message_of(definitions.find(ODOMETRY)), payloads))
    assert [group.indices.tolist() for group in groups] == [list(range(50))]


def test_equal_length_with_other_string_lengths_is_another_group(messages: Any, definitions: Definitions) -> None:
    # "odom" and "odo" take the same room once the next length is aligned to 4.
    payloads = views([messages.odometry(i, "odom" if i % 2 else "odo") for i in range(6)])
    groups = list(group_by_layout(message_of(definitions.find(ODOMETRY)), payloads))
    assert len(set(map(len, payloads))) == 1
    assert sorted(group.indices.tolist() for group in groups) == [[0, 2, 4], [1, 3, 5]]


def test_order_is_kept_over_groups(messages: Any, definitions: Definitions) -> None:
    ranges = [(1.0,) * (i % 3 + 1) for i in range(9)]
    payloads = views([messages.scan(i, r) for i, r in enumerate(ranges)])
    decoded = decode(definitions.find(SCAN), payloads)
    assert decoded.rows.field("ranges").to_pylist() == [list(r) for r in ranges]
    assert decoded.kept.tolist() == list(range(9))


def test_pixels_are_not_touched(messages: Any, definitions: Definitions) -> None:
    image = memoryview(messages.image(0, width=64, height=64))
    layout = layout_of(message_of(definitions.find(IMAGE)), image)
    assert layout is not None
    assert layout.read_bytes < 100 < len(image)


def test_covariances_and_pixels_are_left_out(definitions: Definitions) -> None:
    assert "covariance" not in str(message_of(definitions.find(ODOMETRY)).arrow)
    assert "data" not in message_of(definitions.find(IMAGE)).arrow.names


def test_big_endian_messages_fall_back_and_mix(messages: Any, definitions: Definitions) -> None:
    mixed = views([messages.odometry(i, little_endian=bool(i % 2)) for i in range(6)])
    same = views([messages.odometry(i) for i in range(6)])
    definition = definitions.find(ODOMETRY)
    assert decode(definition, mixed).rows.equals(decode(definition, same).rows)


@pytest.mark.parametrize("padding", [b"", b"\0", b"\0\0\0"])
def test_padding_at_the_end_changes_nothing(messages: Any, definitions: Definitions, padding: bytes) -> None:
    definition = definitions.find(ODOMETRY)
    plain, padded = views([messages.odometry(0)]), views([messages.odometry(0) + padding])
    assert decode(definition, padded).rows.equals(decode(definition, plain).rows)


@pytest.mark.parametrize("length", [0, 3, 4, 20, 100, -1])
def test_damaged_message_is_reported_and_the_others_kept(messages: Any, definitions: Definitions, length: int) -> None:
    good = messages.odometry(1)
    payloads = views([good, good[:length], good])
    decoded = decode(definitions.find(ODOMETRY), payloads)
    assert decoded.kept.tolist() == [0, 2]
    assert list(decoded.damaged) == [1]
    assert len(decoded.rows) == 2


def test_string_that_is_no_utf8_damages_only_its_message(messages: Any, definitions: Definitions) -> None:
    good = messages.odometry(0)
    decoded = decode(definitions.find(ODOMETRY), views([good, good.replace(b"odom", b"od\xff\xff"), good]))
    assert decoded.kept.tolist() == [0, 2]
    assert "utf-8" in decoded.damaged[1]


def test_many_layouts_equal_one_by_one(messages: Any, definitions: Definitions) -> None:
    definition = definitions.find(ODOMETRY)
    payloads = views([messages.odometry(i, "f" * (i % 150)) for i in range(300)])
    assert decode(definition, payloads).rows.equals(decode_one_by_one(definition, payloads, range(300)).rows)


def test_nothing_decodes_to_nothing(definitions: Definitions) -> None:
    assert len(decode(definitions.find(ODOMETRY), Buffers.of([])).rows) == 0
