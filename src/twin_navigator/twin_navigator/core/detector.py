"""Coloured objects in camera images, by hue and saturation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from twin_navigator.core.errors import ConfigError, ImageError

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
Bool = npt.NDArray[np.bool_]
T = TypeVar("T", np.bool_, np.float32)

# Channel order of the encodings that a ROS camera commonly gives (sensor_msgs/image_encodings).
_CHANNELS = {"rgb8": (0, 1, 2, 3), "bgr8": (2, 1, 0, 3), "rgba8": (0, 1, 2, 4), "bgra8": (2, 1, 0, 4)}
_NEIGHBOURS_8 = np.ones((3, 3), dtype=bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class Colour:
    """A named range of hues: centre and half width in degrees on the colour circle."""

    name: str
    hue: float
    half_width: float


# The ranges leave gaps: orange and brown (wood, cardboard) lie between red and yellow, cyan between green and blue.
COLOURS = (
    Colour(name="red", hue=0.0, half_width=14.0),
    Colour(name="yellow", hue=55.0, half_width=14.0),
    Colour(name="green", hue=122.0, half_width=38.0),
    Colour(name="blue", hue=228.0, half_width=28.0),
)
COLOUR_NAMES = tuple(colour.name for colour in COLOURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorConfig:
    """What counts as an object.

    `min_area_px`: its pixels; `min_saturation`, `min_value`: of each pixel, 0 to 1 (painted walls and floors lie below,
    and dark pixels have no trustworthy hue); `min_fill`: share of the bounding box that the object covers (a solid
    thing, no wire or reflection line).
    """

    min_area_px: int = 150
    min_saturation: float = 0.5
    min_value: float = 0.18
    min_fill: float = 0.35

    def __post_init__(self) -> None:
        if self.min_area_px < 1:
            raise ConfigError("detector.min_area", self.min_area_px, "needs at least 1 px")
        for name in ("min_saturation", "min_value", "min_fill"):
            value = getattr(self, name)
            if not 0.0 <= value <= 1.0:
                raise ConfigError(f"detector.{name}", value, "needs a value from 0 to 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """One object: bounding box in px from the image's top left corner, area in px, score from 0 to 1."""

    colour: str
    score: float
    x: int
    y: int
    width: int
    height: int
    area_px: int


def to_rgb(data: bytes | bytearray | memoryview, *, width: int, height: int, step: int, encoding: str) -> U8:
    """The pixels of a sensor_msgs/Image as uint8 (height, width, 3), red first. Raises ImageError."""
    if encoding not in _CHANNELS:
        known = ", ".join(_CHANNELS)
        raise ImageError(f"image encoding {encoding!r}: the detector reads {known}; set the camera to one of them")
    *order, channels = _CHANNELS[encoding]
    if width < 1 or height < 1 or step < width * channels or len(data) < step * height:
        raise ImageError(
            f"image of {width}x{height} px, step {step}, {len(data)} bytes: {encoding} needs a step of at least"
            f" {width * channels} and step times height bytes; check the camera driver"
        )
    rows = np.frombuffer(data, dtype=np.uint8, count=step * height).reshape(height, step)
    pixels = rows[:, : width * channels].reshape(height, width, channels)
    return pixels[:, :, order]


def detect(rgb: U8, config: DetectorConfig, colours: Sequence[Colour] = COLOURS) -> tuple[Detection, ...]:
    """All coloured objects in a uint8 (rows, columns, 3) image, best score first."""
    vivid, hue, saturation = _vivid_pixels(rgb, config)
    found: list[Detection] = []
    for colour in colours:
        distance = np.abs((hue - colour.hue + 180.0) % 360.0 - 180.0)
        near = distance <= colour.half_width
        if np.count_nonzero(near) >= config.min_area_px:
            # Beyond the colour's own pixels the distance is never read.
            purity = _scatter(vivid, 1.0 - distance / colour.half_width)
            found += _blobs(colour, _scatter(vivid, near), purity, _scatter(vivid, saturation), config)
    return tuple(sorted(found, key=lambda detection: detection.score, reverse=True))


def _vivid_pixels(rgb: U8, config: DetectorConfig) -> tuple[Bool, F32, F32]:
    """Where a hue means something, bool (rows, columns); hue in degrees and saturation of those n pixels, (n,).

    Most of a scene is grey: only what is left after this costs anything.
    """
    red, green, blue = (np.ascontiguousarray(rgb[:, :, channel]) for channel in range(3))
    value = np.maximum(np.maximum(red, green), blue)
    chroma = value - np.minimum(np.minimum(red, green), blue)
    # Both in uint8 steps: chroma / value >= s without a division over the whole image.
    needed = (value.astype(np.float32) * config.min_saturation).astype(np.uint8)
    vivid = (chroma > needed) & (value >= np.uint8(config.min_value * 255.0))
    top, spread = value[vivid].astype(np.float32), chroma[vivid].astype(np.float32)
    hue = _hue_degrees(red[vivid].astype(np.float32), green[vivid].astype(np.float32), blue[vivid].astype(np.float32))
    return vivid, hue, spread / top


def _hue_degrees(red: F32, green: F32, blue: F32) -> F32:
    """Hue of n vivid pixels (chroma > 0), in [0, 360), float32 (n,). Source: A. R. Smith, SIGGRAPH 1978."""
    top = np.maximum(np.maximum(red, green), blue)
    chroma = top - np.minimum(np.minimum(red, green), blue)
    sector = np.where(
        top == red,
        ((green - blue) / chroma) % 6.0,
        np.where(top == green, (blue - red) / chroma + 2.0, (red - green) / chroma + 4.0),
    )
    hue: F32 = np.float32(60.0) * sector
    return hue


def _scatter(where: Bool, values: npt.NDArray[T]) -> npt.NDArray[T]:
    """An image that has `values` at `where` and 0 elsewhere."""
    image = np.zeros(where.shape, dtype=values.dtype)
    image[where] = values
    return image


def _blobs(colour: Colour, mask: Bool, purity: F32, saturation: F32, config: DetectorConfig) -> list[Detection]:
    # Opening removes single noisy pixels and the thin bridges by which they would join two objects.
    mask = ndimage.binary_opening(mask, structure=_NEIGHBOURS_8)
    labels, count = ndimage.label(mask, structure=_NEIGHBOURS_8)
    found: list[Detection] = []
    for number, box in enumerate(ndimage.find_objects(labels, max_label=count), start=1):
        inside = labels[box] == number
        area = int(inside.sum())
        fill = area / inside.size
        if area < config.min_area_px or fill < config.min_fill:
            continue
        rows, columns = box
        found.append(
            Detection(
                colour=colour.name,
                score=_score(float(purity[box][inside].mean()), float(saturation[box][inside].mean()), fill),
                x=columns.start,
                y=rows.start,
                width=columns.stop - columns.start,
                height=rows.stop - rows.start,
                area_px=area,
            )
        )
    return found


def _score(purity: float, saturation: float, fill: float) -> float:
    """How much a blob looks like a solid painted thing, 0 to 1; a box of which 0.8 is covered counts as solid."""
    return round(0.4 * purity + 0.3 * saturation + 0.3 * min(1.0, fill / 0.8), 3)
