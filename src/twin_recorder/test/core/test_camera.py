"""What readings say of compressed images."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from twin_recorder.core.buffers import Buffers
from twin_recorder.core.camera import COMPRESSED_TYPE, image_columns, size_px
from twin_recorder.core.decode import decode
from twin_recorder.core.definitions import Definitions
from twin_recorder.core.fields import message_of
from twin_recorder.core.layout import group_by_layout
from twin_recorder.core.payload import payloads


def image(kind: str, width: int = 13, height: int = 7, **options: Any) -> bytes:
    file = io.BytesIO()
    Pillow.new("RGB", (width, height)).save(file, kind, **options)
    return file.getvalue()


def message(messages: Any, i: int, text: str, data: bytes, *, little_endian: bool = True) -> bytes:
    pixels = np.frombuffer(data, dtype=np.uint8)
    made = messages.make(COMPRESSED_TYPE, messages.header(i, "camera"), text, pixels)
    cdr: bytes = messages.cdr(made, little_endian=little_endian)
    return cdr


@pytest.mark.parametrize(
    "data",
    [
        image("JPEG"),
        image("JPEG", progressive=True),
        image("JPEG", exif=b"Exif\0\0" + bytes(500)),
        image("PNG"),
        bytes(12) + image("PNG"),
    ],
)
def test_the_size_comes_from_the_file_header(data: bytes) -> None:
    assert size_px(memoryview(data)) == (13, 7)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xe0", image("JPEG")[:150], image("PNG")[:20], b"GIF89a" + bytes(40)]
)
def test_what_is_no_image_has_no_size(data: bytes) -> None:
    assert size_px(memoryview(data)) is None


def test_a_compressed_reading_has_size_encoding_and_format(messages: Any, definitions: Definitions) -> None:
    cdrs = Buffers.of(
        [
            message(messages, 0, "rgb8; jpeg compressed bgr8", image("JPEG")),
            message(messages, 1, "jpeg", image("JPEG", 640, 480), little_endian=False),
            message(messages, 2, "16UC1; compressedDepth png", b"broken"),
        ]
    )
    decoded = decode(definitions.find(COMPRESSED_TYPE), cdrs)
    texts = payloads(decoded.rows, image_columns(cdrs, decoded.rows.field("format"))).to_pylist()
    names = ("frame_id", "format", "encoding", "width", "height")
    assert [json.loads(text) for text in texts] == [
        dict(zip(names, ("camera", "rgb8; jpeg compressed bgr8", "rgb8", 13, 7), strict=True)),
        dict(zip(names, ("camera", "jpeg", None, 640, 480), strict=True)),
        dict(zip(names, ("camera", "16UC1; compressedDepth png", "16UC1", None, None), strict=True)),
    ]


def test_images_of_any_length_share_a_layout(messages: Any, definitions: Definitions) -> None:
    cdrs = Buffers.of([message(messages, i, "jpeg", bytes(97 * i)) + bytes(i % 4) for i in range(100)])
    (group,) = group_by_layout(message_of(definitions.find(COMPRESSED_TYPE)), cdrs)
    assert group.layout is not None
    assert group.indices.tolist() == list(range(100))


@pytest.mark.parametrize("cut", [1, 50, -5])
def test_an_image_that_is_cut_off_is_damaged(messages: Any, definitions: Definitions, cut: int) -> None:
    whole = message(messages, 0, "jpeg", bytes(100))
    decoded = decode(
        definitions.find(COMPRESSED_TYPE), Buffers.of([whole, whole[:-cut] if cut > 0 else whole + bytes(-cut), whole])
    )
    assert (decoded.kept.tolist(), list(decoded.damaged)) == ([0, 2], [1])
