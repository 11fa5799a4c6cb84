"""Pictures of detections."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from twin_lakehouse.report.crops import crop_jpeg
from twin_lakehouse.report.slices import ImageMessage

from .conftest import STORE, header, image_message, make


def recorded(message: object, type_name: str = "sensor_msgs/msg/Image") -> ImageMessage:
    return ImageMessage(type_name=type_name, cdr=bytes(STORE.serialize_cdr(message, type_name)))


def opened(jpeg: bytes | None) -> np.ndarray:
    assert jpeg is not None
    return np.asarray(Image.open(io.BytesIO(jpeg)))


def test_crop_shows_the_box_in_its_middle() -> None:
    picture = opened(crop_jpeg(recorded(image_message(1, (150, 100, 40, 40), (200, 30, 30))), (150, 100, 40, 40)))
    rows, columns, _ = picture.shape
    assert (rows, columns) == (240, 320)
    red, green, blue = picture[rows // 2, columns // 2 + 30].astype(int)
    assert red > 150
    assert max(green, blue) < 90


@pytest.mark.parametrize("box", [(0, 0, 30, 30), (300, 220, 20, 20), (0, 0, 320, 240), (310, 100, 40, 40)])
def test_box_at_the_edge_gives_a_picture_of_the_same_shape(box: tuple[int, int, int, int]) -> None:
    assert opened(crop_jpeg(recorded(image_message(1, (10, 10, 5, 5), (9, 9, 9))), box)).shape == (240, 320, 3)


@pytest.mark.parametrize("box", [(400, 10, 20, 20), (10, 10, 0, 20), (-50, 10, 20, 20)])
def test_box_outside_of_the_image_gives_no_picture(box: tuple[int, int, int, int]) -> None:
    assert crop_jpeg(recorded(image_message(1, (10, 10, 5, 5), (9, 9, 9))), box) is None


@pytest.mark.parametrize(("encoding", "expected"), [("rgb8", (200, 20, 20)), ("bgr8", (20, 20, 200))])
def test_channel_order_follows_the_encoding(encoding: str, expected: tuple[int, int, int]) -> None:
    pixels = np.full((100, 100, 3), (200, 20, 20), dtype=np.uint8)
    message = make(
        "sensor_msgs/msg/Image",
        header=header(1),
        height=100,
        width=100,
        encoding=encoding,
        is_bigendian=0,
        step=300,
        data=pixels.reshape(-1),
    )
    picture = opened(crop_jpeg(recorded(message), (10, 10, 60, 60)))
    assert picture[120, 160].astype(int) == pytest.approx(expected, abs=12)


def test_unknown_encoding_gives_no_picture() -> None:
    message = make(
        "sensor_msgs/msg/Image",
        header=header(1),
        height=2,
        width=2,
        encoding="bayer_rggb8",
        is_bigendian=0,
        step=2,
        data=np.zeros(4, dtype=np.uint8),
    )
    assert crop_jpeg(recorded(message), (0, 0, 2, 2)) is None


def test_compressed_image_is_read() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (80, 60), (10, 160, 30)).save(buffer, format="PNG")
    message = make(
        "sensor_msgs/msg/CompressedImage",
        header=header(1),
        format="png",
        data=np.frombuffer(buffer.getvalue(), dtype=np.uint8),
    )
    picture = opened(crop_jpeg(recorded(message, "sensor_msgs/msg/CompressedImage"), (20, 20, 20, 20)))
    assert picture[20, 300].astype(int) == pytest.approx((10, 160, 30), abs=12)


def test_bytes_that_are_no_message_give_no_picture() -> None:
    assert crop_jpeg(ImageMessage(type_name="sensor_msgs/msg/Image", cdr=b"\x00\x01\x00\x00\x05"), (0, 0, 2, 2)) is None
