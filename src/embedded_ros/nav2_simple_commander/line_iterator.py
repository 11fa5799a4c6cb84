"""The points of a line, one step after the other."""

from __future__ import annotations

import cmath

_DIGITS = 5
"""To which coordinates are rounded, so that steps of 0.1 add up to whole numbers."""


class LineIterator:
    """Walks from (x0, y0) to (x1, y1): steps of `step_size` along x, along y where the line is vertical.

    Raises TypeError if something is no number, ValueError for a step that is not positive or a line without length.
    """

    def __init__(self, x0: float, y0: float, x1: float, y1: float, step_size: float = 1.0) -> None:
        for name, value in (("x0", x0), ("y0", y0), ("x1", x1), ("y1", y1), ("step_size", step_size)):
            if type(value) not in (int, float):
                raise TypeError(f"{name} must be a number (int or float), not {value!r}")
        if step_size <= 0:
            raise ValueError(f"step_size must be a positive number, not {step_size}")
        if (x0, y0) == (x1, y1):
            raise ValueError(f"Line has zero length: it starts and ends at ({x0}, {y0})")
        self.x0_, self.y0_, self.x1_, self.y1_ = x0, y0, x1, y1
        self.x_, self.y_ = x0, y0
        self.step_size_ = step_size
        self.valid_ = True
        if x0 != x1:
            self.m_ = (y1 - y0) / (x1 - x0)
            self.b_ = y1 - self.m_ * x1

    def isValid(self) -> bool:
        """Whether the current point is on the line: False once `advance` went past the end."""
        return self.valid_

    def advance(self) -> None:
        """On to the next point; the last step is shortened so that it ends on (x1, y1)."""
        if (self.x_, self.y_) == (self.x1_, self.y1_):
            self.valid_ = False
        elif self.x0_ == self.x1_:
            self.y_ = self._step(self.y_, self.y0_, self.y1_)
        else:
            self.x_ = self._step(self.x_, self.x0_, self.x1_)
            self.y_ = self.y1_ if self.x_ == self.x1_ else round(self.m_ * self.x_ + self.b_, _DIGITS)

    def _step(self, at: float, start: float, end: float) -> float:
        if end > start:
            return end if at + self.step_size_ >= end else round(at + self.step_size_, _DIGITS)
        return end if at - self.step_size_ <= end else round(at - self.step_size_, _DIGITS)

    def getX(self) -> float:
        """X of the current point."""
        return self.x_

    def getY(self) -> float:
        """Y of the current point."""
        return self.y_

    def getX0(self) -> float:
        """X of the first point."""
        return self.x0_

    def getY0(self) -> float:
        """Y of the first point."""
        return self.y0_

    def getX1(self) -> float:
        """X of the last point."""
        return self.x1_

    def getY1(self) -> float:
        """Y of the last point."""
        return self.y1_

    def get_line_length(self) -> complex:
        """Distance between the ends; complex, with nothing in its imaginary part, as Nav2 returns it."""
        return cmath.sqrt((self.x1_ - self.x0_) ** 2 + (self.y1_ - self.y0_) ** 2)

    def clamp(self, n: float, min_n: float, max_n: float) -> float:
        """`n`, or the bound that it lies beyond."""
        return max(min_n, min(n, max_n))
