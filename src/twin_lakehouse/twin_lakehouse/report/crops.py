"""Detections cut out of camera images, as JPEG."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw

from twin_lakehouse.images import decode_image
from twin_lakehouse.report.slices import ImageMessage

Box = tuple[float, float, float, float]


def crop_jpeg(image: ImageMessage, box: Box, *, height_px: int = 240) -> bytes | None:
    """The surroundings of `box` (x, y, width, height in px), the box outlined; None where there is no picture."""
    picture = _picture(image)
    if picture is None or box[2] <= 0 or box[3] <= 0:
        return None
    frame = _frame(box, picture.size)
    if frame is None:
        return None
    left, top, _, bottom = frame
    scale = height_px / (bottom - top)
    cut = picture.resize((height_px * 4 // 3, height_px), Image.Resampling.BICUBIC, box=frame)
    x0, y0 = (box[0] - left) * scale, (box[1] - top) * scale
    x1, y1 = x0 + box[2] * scale, y0 + box[3] * scale
    draw = ImageDraw.Draw(cut)
    # White on dark: an outline that shows on every colour.
    draw.rectangle((x0 - 2, y0 - 2, x1 + 2, y1 + 2), outline=(20, 24, 31), width=1)
    draw.rectangle((x0 - 1, y0 - 1, x1 + 1, y1 + 1), outline=(255, 255, 255), width=2)
    buffer = io.BytesIO()
    cut.save(buffer, format="JPEG", quality=88)
    return buffer.getvalue()


def _frame(box: Box, size: tuple[int, int]) -> Box | None:
    """A 4:3 window around the box with as much again around it, pushed inside the image; its edges in px."""
    x, y, width, height = box
    if x >= size[0] or y >= size[1] or x + width <= 0 or y + height <= 0:
        return None
    high = min(max(2.0 * height, 1.5 * width, 60.0), float(size[1]), 0.75 * size[0])
    wide = high * 4.0 / 3.0
    left = min(max(0.0, x + width / 2.0 - wide / 2.0), size[0] - wide)
    top = min(max(0.0, y + height / 2.0 - high / 2.0), size[1] - high)
    return (left, top, left + wide, top + high)


def _picture(image: ImageMessage) -> Image.Image | None:
    pixels = decode_image(image.type_name, image.cdr)
    # Depth is no picture to show.
    return Image.fromarray(pixels).convert("RGB") if pixels is not None and pixels.dtype == np.uint8 else None
