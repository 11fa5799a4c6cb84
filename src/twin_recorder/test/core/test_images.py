"""Images as they are stored: what image_transport's own decoders would make of them."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from PIL import Image

from twin_lakehouse.images import decode_image, decode_message
from twin_recorder.core.definitions import Definition, Definitions
from twin_recorder.core.images import COMPRESSED_TYPE, IMAGE_TYPE, compress
from twin_recorder.core.topics import TopicSpec

HEIGHT, WIDTH = 24, 40
SPEC = TopicSpec(name="/camera/image_raw", type_name=IMAGE_TYPE, image="jpeg", jpeg_quality=95)
PNG = TopicSpec(name="/camera/image_raw", type_name=IMAGE_TYPE, image="png")


@pytest.fixture(scope="module")
def definition() -> Definition:
    return Definitions().find(IMAGE_TYPE)


def scene() -> np.ndarray:
    """A smooth picture, uint8 (HEIGHT, WIDTH, 3), RGB."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    return np.stack([rows * 8 + 20, columns * 5 + 30, np.full(rows.shape, 90)], axis=-1).astype(np.uint8)


def image(
    messages: Any,
    pixels: np.ndarray,
    encoding: str,
    *,
    padding: int = 0,
    big: bool = False,
    changes: Mapping[str, int] | None = None,
) -> bytes:
    """A sensor_msgs/Image of (height, width[, channels]) with `padding` bytes after each row."""
    height, width = pixels.shape[:2]
    stored = pixels.astype(pixels.dtype.newbyteorder(">")) if big else pixels
    rows = np.pad(stored.reshape(height, -1).view(np.uint8), ((0, 0), (0, padding)), constant_values=7)
    values = {"height": height, "width": width, "step": rows.shape[1], **(changes or {})}
    header = messages.header(3, "optical_frame")
    return bytes(
        messages.cdr(
            messages.make(
                IMAGE_TYPE,
                *(header, values["height"], values["width"], encoding, int(big), values["step"], rows.reshape(-1)),
            )
        )
    )


def decoded(data: bytes) -> Any:
    """The CompressedImage, which must be whole."""
    message = decode_message(COMPRESSED_TYPE, data)
    assert message is not None
    return message


def stored(definition: Definition, cdr: bytes, spec: TopicSpec = SPEC) -> tuple[str, str, np.ndarray]:
    """Topic suffix, format and decoded pixels of what is stored."""
    result = compress(spec, definition, memoryview(cdr))
    assert result is not None
    suffix, made, data = result
    assert made.type_name == COMPRESSED_TYPE
    pixels = decode_image(COMPRESSED_TYPE, data)
    assert pixels is not None
    return suffix, decoded(data).format, pixels


COLOURS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "rgb8": lambda rgb: rgb,
    "bgr8": lambda rgb: rgb[:, :, ::-1],
    "8UC3": lambda rgb: rgb[:, :, ::-1],
    "rgba8": lambda rgb: np.dstack([rgb, np.full(rgb.shape[:2], 9, np.uint8)]),
    "bgra8": lambda rgb: np.dstack([rgb[:, :, ::-1], np.full(rgb.shape[:2], 9, np.uint8)]),
}


@pytest.mark.parametrize("encoding", COLOURS)
@pytest.mark.parametrize("padding", [0, 5])
def test_colour_becomes_jpeg_as_image_transport_names_it(
    messages: Any, definition: Definition, encoding: str, padding: int
) -> None:
    cdr = image(messages, np.ascontiguousarray(COLOURS[encoding](scene())), encoding, padding=padding)
    suffix, text, pixels = stored(definition, cdr)
    assert (suffix, text) == ("/compressed", f"{encoding}; jpeg compressed bgr8")
    assert np.abs(pixels.astype(int) - scene()).max() <= 8


@pytest.mark.parametrize("encoding", ["mono8", "8UC1"])
def test_grey_becomes_grey_jpeg(messages: Any, definition: Definition, encoding: str) -> None:
    suffix, text, pixels = stored(definition, image(messages, np.ascontiguousarray(scene()[:, :, 0]), encoding))
    assert (suffix, text) == ("/compressed", f"{encoding}; jpeg compressed mono8")
    assert np.abs(pixels.astype(int) - scene()[:, :, 0]).max() <= 4


@pytest.mark.parametrize("encoding", [*COLOURS, "mono8"])
def test_colour_as_png_is_exact(messages: Any, definition: Definition, encoding: str) -> None:
    given = scene()[:, :, 0] if encoding == "mono8" else COLOURS[encoding](scene())
    _, text, pixels = stored(definition, image(messages, np.ascontiguousarray(given), encoding, padding=3), PNG)
    assert text.startswith(f"{encoding}; png compressed ")
    np.testing.assert_array_equal(pixels, given if encoding == "mono8" else scene())


@pytest.mark.parametrize("encoding", ["16UC1", "mono16"])
@pytest.mark.parametrize("big", [False, True])
def test_16_bit_depth_is_exact(messages: Any, definition: Definition, encoding: str, big: bool) -> None:
    depth = np.random.default_rng(1).integers(0, 65536, (HEIGHT, WIDTH)).astype(np.uint16)
    suffix, text, pixels = stored(definition, image(messages, depth, encoding, padding=2, big=big))
    assert (suffix, text) == ("/compressedDepth", f"{encoding}; compressedDepth png")
    np.testing.assert_array_equal(pixels, depth)


def test_float_depth_is_within_half_a_step(messages: Any, definition: Definition) -> None:
    depth = np.random.default_rng(2).uniform(0.13, 10.0, (HEIGHT, WIDTH)).astype(np.float32)
    depth[0, :5] = np.nan, np.inf, -np.inf, 0.0, -1.0
    _, text, pixels = stored(definition, image(messages, depth, "32FC1"))
    assert text == "32FC1; compressedDepth png"
    known = np.ones(depth.shape, dtype=bool)
    known[0, :5] = False
    np.testing.assert_array_equal(np.isfinite(pixels), known)
    near, far = depth[known].min(), depth[known].max()
    step = depth[known] ** 2 * (1 / near - 1 / far) / 65534
    # The header holds A and B as float32: a little beside the half step.
    assert (np.abs(pixels[known] - depth[known]) <= 0.51 * step + 4e-6 * depth[known] ** 2 / near).all()


@pytest.mark.parametrize("value", [2.5, np.nan])
def test_flat_float_depth_keeps_its_value(messages: Any, definition: Definition, value: float) -> None:
    depth = np.full((HEIGHT, WIDTH), value, dtype=np.float32)
    np.testing.assert_allclose(stored(definition, image(messages, depth, "32FC1"))[2], depth, rtol=1e-5)


def test_stored_depth_reads_as_image_transport_reads_it(messages: Any, definition: Definition) -> None:
    depth = np.linspace(0.5, 4.0, HEIGHT * WIDTH, dtype=np.float32).reshape(HEIGHT, WIDTH)
    result = compress(SPEC, definition, memoryview(image(messages, depth, "32FC1")))
    assert result is not None
    data = bytes(decoded(result[2]).data)
    kind, a, b = np.frombuffer(data[:4], "<i4")[0], *np.frombuffer(data[4:12], "<f4")
    quantised = np.asarray(Image.open(io.BytesIO(data[12:]))).astype(np.float32)
    np.testing.assert_allclose(np.float32(a) / (quantised - np.float32(b)), depth, rtol=1e-4)
    assert kind == 0


def test_header_is_kept(messages: Any, definition: Definition) -> None:
    result = compress(SPEC, definition, memoryview(image(messages, scene(), "rgb8")))
    assert result is not None
    header = decoded(result[2]).header
    expected = messages.header(3, "optical_frame")
    assert (header.stamp.sec, header.stamp.nanosec) == (expected.stamp.sec, expected.stamp.nanosec)
    assert header.frame_id == "optical_frame"


def test_big_endian_message_is_read(messages: Any, definition: Definition) -> None:
    message = messages.definitions.store.deserialize_cdr(image(messages, scene(), "rgb8"), IMAGE_TYPE)
    _, _, pixels = stored(definition, messages.cdr(message, little_endian=False), PNG)
    np.testing.assert_array_equal(pixels, scene())


@pytest.mark.parametrize(
    ("encoding", "changes", "reason"),
    [
        ("bayer_rggb8", {}, "encoding 'bayer_rggb8' can't be compressed without loss of colour or range"),
        ("rgb16", {}, "encoding 'rgb16' can't be compressed without loss of colour or range"),
        ("rgb8", {"width": 0}, "it has no pixels"),
        ("rgb8", {"height": 0}, "it has no pixels"),
        ("rgb8", {"height": HEIGHT + 1}, "its size doesn't fit its width, height and step"),
        ("rgb8", {"step": 3}, "its size doesn't fit its width, height and step"),
        ("16UC1", {"width": 4 * WIDTH}, "its size doesn't fit its width, height and step"),
    ],
)
def test_what_would_lose_stays_as_it_came(
    messages: Any, definition: Definition, encoding: str, changes: dict[str, int], reason: str
) -> None:
    kept: Counter[str] = Counter()
    assert compress(SPEC, definition, memoryview(image(messages, scene(), encoding, changes=changes)), kept) is None
    assert kept == {reason: 1}


def test_damaged_image_stays_as_it_came_wherever_it_is_cut(messages: Any, definition: Definition) -> None:
    whole = memoryview(image(messages, scene(), "rgb8"))
    kept: Counter[str] = Counter()
    for end in range(100):
        assert compress(SPEC, definition, whole[:end], kept) is None
    assert compress(SPEC, definition, whole[:-1], kept) is None
    assert kept == {"it is damaged": 101}


@pytest.mark.parametrize("spec", [TopicSpec(name="/x", type_name=IMAGE_TYPE, image="raw")])
def test_raw_topic_is_left_alone(messages: Any, definition: Definition, spec: TopicSpec) -> None:
    kept: Counter[str] = Counter()
    assert compress(spec, definition, memoryview(image(messages, scene(), "rgb8")), kept) is None
    assert not kept
