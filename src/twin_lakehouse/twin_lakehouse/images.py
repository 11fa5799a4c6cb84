"""Camera images of raw files as arrays: sensor_msgs/Image, and CompressedImage as image_transport writes it."""

from __future__ import annotations

import io
import struct
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from rosbags.typesys import Stores, get_typestore
from rosbags.typesys.store import Typestore

# Channel order and count of the encodings that cameras give (sensor_msgs/image_encodings).
_ENCODINGS = {
    "rgb8": ((0, 1, 2), 3),
    "bgr8": ((2, 1, 0), 3),
    "rgba8": ((0, 1, 2), 4),
    "bgra8": ((2, 1, 0), 4),
    "mono8": ((0,), 1),
    "8UC3": ((2, 1, 0), 3),
    "8UC1": ((0,), 1),
}
_DEPTHS = {"16UC1": "u2", "mono16": "u2", "32FC1": "f4"}
_CONFIG_HEADER = struct.Struct("<iff")

Pixels = npt.NDArray[np.uint8 | np.uint16 | np.float32]


def decode_image(type_name: str, cdr: bytes | memoryview) -> Pixels | None:
    """Pixels of an image message; None for another type, another encoding, or bytes that do not fit.

    Colour: uint8 (height, width, 3), RGB. Grey: uint8 (height, width). Depth: uint16 (height, width) in the sensor's
    unit (REP-118: mm), or float32 (height, width) in m, NaN where nothing is known.
    """
    message = decode_message(type_name, cdr)
    try:
        if type_name == "sensor_msgs/msg/Image" and message is not None:
            return _raw(message)
        if type_name == "sensor_msgs/msg/CompressedImage" and message is not None:
            return _compressed(message)
    except (OSError, ValueError, struct.error):
        pass
    return None


def decode_message(type_name: str, cdr: bytes | memoryview) -> Any | None:  # noqa: ANN401  the classes are made at run time
    """A message of a standard type behind CDR bytes; None for another type, or bytes that do not fit."""
    try:
        return _typestore().deserialize_cdr(cdr, type_name)
    except Exception:  # noqa: BLE001  rosbags lets numpy's and struct's errors through for foreign bytes
        return None


def _raw(message: Any) -> Pixels | None:  # noqa: ANN401
    order, channels = _ENCODINGS.get(message.encoding, ((), 1))
    dtype = np.dtype(_DEPTHS.get(message.encoding, "u1")).newbyteorder(">" if message.is_bigendian else "<")
    if not order and message.encoding not in _DEPTHS:
        return None
    row_bytes = message.width * channels * dtype.itemsize
    data = np.asarray(message.data, dtype=np.uint8)
    if message.step < row_bytes or data.size < message.step * message.height:
        return None
    rows = data[: message.step * message.height].reshape(message.height, message.step)
    pixels = np.ascontiguousarray(rows[:, :row_bytes]).view(dtype).astype(dtype.newbyteorder("="))
    if len(order) < 3:
        return pixels
    return np.ascontiguousarray(pixels.reshape(message.height, message.width, channels)[:, :, list(order)])


def _compressed(message: Any) -> Pixels | None:  # noqa: ANN401
    encoding, _, way = message.format.partition(";")
    data = bytes(message.data)
    if "compressedDepth" not in way:
        picture = Image.open(io.BytesIO(data))
        return np.asarray(picture if picture.mode == "L" else picture.convert("RGB"))
    _, scale, offset = _CONFIG_HEADER.unpack_from(data)
    stored = np.asarray(Image.open(io.BytesIO(data[_CONFIG_HEADER.size :]))).astype(np.uint16)
    if encoding != "32FC1":
        return stored
    with np.errstate(divide="ignore", invalid="ignore"):
        metres = scale / (stored.astype(np.float64) - offset)
    return np.where(stored > 0, metres, np.nan).astype(np.float32)


@cache
def _typestore() -> Typestore:
    return get_typestore(Stores.ROS2_JAZZY)
