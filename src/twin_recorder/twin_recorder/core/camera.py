"""What a reading says of a compressed image, from its file header alone: no pixel is decoded."""

from __future__ import annotations

import struct
from typing import Final

import pyarrow as pa

from .buffers import Buffers

COMPRESSED_TYPE: Final = "sensor_msgs/msg/CompressedImage"

_STAMP_END: Final = 12  # CDR header, then sec and nanosec
_PNG_MAGIC: Final = b"\x89PNG\r\n\x1a\n"
_DEPTH_HEADER_BYTES: Final = 12  # compressed_depth_image_transport puts its ConfigHeader before the PNG
_JPEG_MAGIC: Final = b"\xff\xd8"
# Start of frame, of any kind of JPEG; 0xC4, 0xC8 and 0xCC among them mean something else.
_JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_LONE: Final = frozenset([0x01, *range(0xD0, 0xD9)])  # markers without a segment


def image_columns(messages: Buffers, formats: pa.Array) -> dict[str, pa.Array]:
    """`encoding`, `width` and `height` (px) of sensor_msgs/CompressedImage messages; null where nobody says.

    formats: their `format`, such as "rgb8; jpeg compressed bgr8", or only "jpeg".
    """
    encodings = [text.partition(";")[0].strip() if ";" in text else None for text in formats.to_pylist()]
    sizes = [size_px(_data(cdr)) or (None, None) for cdr in messages]
    return {
        "encoding": pa.array(encodings, type=pa.string()),
        "width": pa.array([width for width, _ in sizes], type=pa.int64()),
        "height": pa.array([height for _, height in sizes], type=pa.int64()),
    }


def size_px(data: memoryview) -> tuple[int, int] | None:
    """Width and height of a JPEG or PNG file, also of a compressedDepth one; None for anything else."""
    if bytes(data[:2]) == _JPEG_MAGIC:
        return _jpeg_size_px(data)
    for begin in (0, _DEPTH_HEADER_BYTES):
        if bytes(data[begin : begin + 8]) == _PNG_MAGIC and len(data) >= begin + 24:
            width, height = struct.unpack_from(">II", data, begin + 16)
            return int(width), int(height)
    return None


def _jpeg_size_px(data: memoryview) -> tuple[int, int] | None:
    """From segment to segment until the start of the frame."""
    position = 2
    while position + 9 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, position + 5)
            return int(width), int(height)
        position += 1 if marker == 0xFF else 2
        if marker not in _JPEG_LONE and marker != 0xFF:
            position += struct.unpack_from(">H", data, position)[0]
    return None


def _data(cdr: memoryview) -> memoryview:
    """The file inside a message that has been found to be whole."""
    order = "<" if cdr[1] else ">"
    position = _STAMP_END
    for _ in range(2):  # frame_id, format
        (length,) = struct.unpack_from(f"{order}I", cdr, position)
        position += 4 + length
        position += -position % 4
    (count,) = struct.unpack_from(f"{order}I", cdr, position)
    return cdr[position + 4 : position + 4 + count]
