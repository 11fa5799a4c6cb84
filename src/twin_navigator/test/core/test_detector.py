"""Colour detection on synthetic images."""

from __future__ import annotations

import numpy as np
import pytest

from twin_navigator.core.detector import COLOUR_NAMES, DetectorConfig, detect, to_rgb
from twin_navigator.core.errors import ImageError

PAINT = {"red": (190, 30, 25), "green": (40, 150, 50), "blue": (30, 60, 180), "yellow": (220, 190, 30)}
# What worlds are made of: plaster, concrete, parquet, brick dust, cardboard, a shadow, a bluish and a greenish wall.
SURFACES = [
    (200, 200, 200),
    (120, 120, 118),
    (150, 115, 80),
    (170, 130, 110),
    (181, 140, 99),
    (20, 18, 16),
    (150, 165, 185),
    (160, 178, 158),
]
Image = np.ndarray


def scene(wall: tuple[int, int, int] = (200, 200, 200), floor: tuple[int, int, int] = (140, 120, 100)) -> Image:
    image = np.empty((240, 320, 3), dtype=np.uint8)
    image[:130], image[130:] = wall, floor
    return image


def with_block(image: Image, colour: tuple[int, int, int], box: tuple[int, int, int, int]) -> Image:
    x, y, width, height = box
    image = image.copy()
    image[y : y + height, x : x + width] = colour
    return image


def noisy(image: Image, sigma: float, seed: int = 0) -> Image:
    noise = np.random.default_rng(seed).normal(0.0, sigma, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def names(image: Image, config: DetectorConfig | None = None) -> list[str]:
    return [detection.colour for detection in detect(image, config or DetectorConfig())]


@pytest.mark.parametrize("colour", COLOUR_NAMES)
def test_block_is_found_where_it_is(colour: str) -> None:
    (found,) = detect(with_block(scene(), PAINT[colour], (100, 90, 40, 50)), DetectorConfig())
    assert (found.colour, found.x, found.y, found.width, found.height) == (colour, 100, 90, 40, 50)
    assert found.area_px == 2000
    assert found.score > 0.7


@pytest.mark.parametrize("colour", COLOUR_NAMES)
@pytest.mark.parametrize("light", [0.45, 0.7, 1.0, 1.25])
def test_block_is_found_in_shade_and_in_light(colour: str, light: float) -> None:
    image = with_block(scene(), PAINT[colour], (100, 90, 40, 50))
    assert names(np.clip(image * light, 0, 255).astype(np.uint8)) == [colour]


@pytest.mark.parametrize("colour", COLOUR_NAMES)
@pytest.mark.parametrize("sigma", [4.0, 10.0, 16.0])
def test_noise_moves_the_box_by_a_few_pixels_only(colour: str, sigma: float) -> None:
    found = detect(noisy(with_block(scene(), PAINT[colour], (100, 90, 40, 50)), sigma), DetectorConfig())
    assert [detection.colour for detection in found] == [colour]
    box = (found[0].x, found[0].y, found[0].width, found[0].height)
    assert box == pytest.approx((100, 90, 40, 50), abs=3)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("sigma", [0.0, 8.0, 16.0])
def test_walls_and_floors_are_no_objects(surface: tuple[int, int, int], sigma: float) -> None:
    assert names(noisy(scene(wall=surface, floor=surface), sigma)) == []


@pytest.mark.parametrize("paint", [(230, 110, 20), (120, 60, 160), (0, 170, 190), (230, 120, 160)])
def test_orange_purple_cyan_and_pink_are_none_of_the_colours(paint: tuple[int, int, int]) -> None:
    assert names(with_block(scene(), paint, (100, 90, 40, 50))) == []


def test_several_blocks_of_several_colours_are_told_apart() -> None:
    image = scene()
    for number, (_name, paint) in enumerate(PAINT.items()):
        image = with_block(image, paint, (10 + 75 * number, 100, 30, 30))
    image = with_block(image, PAINT["red"], (60, 180, 25, 25))
    assert sorted(names(noisy(image, 8.0))) == ["blue", "green", "red", "red", "yellow"]


def test_best_score_comes_first() -> None:
    image = with_block(scene(), PAINT["red"], (20, 90, 40, 40))
    image = with_block(image, (150, 70, 66), (200, 90, 40, 40))
    scores = [detection.score for detection in detect(image, DetectorConfig(min_saturation=0.4))]
    assert len(scores) == 2
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(("side", "expected"), [(12, []), (14, ["red"])])
def test_object_needs_its_area(side: int, expected: list[str]) -> None:
    image = with_block(scene(), PAINT["red"], (100, 90, side, side))
    assert names(image, DetectorConfig(min_area_px=150)) == expected


def test_thin_frame_is_no_solid_object() -> None:
    image = with_block(scene(), PAINT["green"], (60, 60, 120, 120))
    image = with_block(image, (200, 200, 200), (65, 65, 110, 110))
    assert names(image) == []


def test_salt_of_vivid_pixels_is_no_object() -> None:
    image = scene()
    rng = np.random.default_rng(1)
    rows, columns = rng.integers(0, 240, 2000), rng.integers(0, 320, 2000)
    image[rows, columns] = PAINT["red"]
    assert names(image) == []


def test_block_that_fills_the_image_is_found() -> None:
    (found,) = detect(np.full((240, 320, 3), PAINT["blue"], dtype=np.uint8), DetectorConfig())
    assert (found.x, found.y, found.width, found.height) == (0, 0, 320, 240)


def test_red_is_found_on_both_ends_of_the_hue_circle() -> None:
    for paint in ((190, 30, 50), (190, 45, 25)):
        assert names(with_block(scene(), paint, (100, 90, 40, 50))) == ["red"]


@pytest.mark.parametrize(("encoding", "channels"), [("rgb8", 3), ("bgr8", 3), ("rgba8", 4), ("bgra8", 4)])
def test_encodings_and_row_padding_are_read(encoding: str, channels: int) -> None:
    rgb = with_block(scene(), PAINT["green"], (100, 90, 40, 50))
    pixels = rgb[:, :, ::-1] if encoding.startswith("bgr") else rgb
    if channels == 4:
        pixels = np.dstack([pixels, np.full(pixels.shape[:2], 255, dtype=np.uint8)])
    step = 320 * channels + 12
    rows = np.zeros((240, step), dtype=np.uint8)
    rows[:, : 320 * channels] = pixels.reshape(240, -1)
    read = to_rgb(rows.tobytes(), width=320, height=240, step=step, encoding=encoding)
    assert np.array_equal(read, rgb)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"encoding": "16UC1"}, "image encoding '16UC1': the detector reads rgb8, bgr8, rgba8, bgra8"),
        ({"step": 100}, "step 100"),
        ({"height": 300}, "image of 320x300 px"),
        ({"width": 0}, "image of 0x240 px"),
    ],
)
def test_image_that_cannot_be_read_is_named(change: dict[str, int | str], words: str) -> None:
    fields = {"width": 320, "height": 240, "step": 960, "encoding": "rgb8", **change}
    with pytest.raises(ImageError) as caught:
        to_rgb(bytes(230400), **fields)  # type: ignore[arg-type]
    assert words in str(caught.value)
