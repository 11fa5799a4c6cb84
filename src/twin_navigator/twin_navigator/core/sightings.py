"""From detections in single frames to "the target is there"."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from twin_navigator.core.detector import Detection
from twin_navigator.core.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingPolicy:
    """The target counts as seen when at least `needed` of the last `window` frames show it with `min_score` or more.

    One frame is not enough: a reflection or a noisy patch lasts one frame, an object does not.
    """

    needed: int = 2
    window: int = 3
    min_score: float = 0.5

    def __post_init__(self) -> None:
        if not 1 <= self.needed <= self.window:
            raise ConfigError("sighting.needed", self.needed, f"needs 1 to sighting.window = {self.window} frames")
        if not 0.0 <= self.min_score <= 1.0:
            raise ConfigError("sighting.min_score", self.min_score, "needs a value from 0 to 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """The target, seen reliably: the best detection of the frames that showed it, and the last frame's time."""

    detection: Detection
    stamp_ns: int
    frames: int


class Sightings:
    """Watches the camera's frames for one target. `confirmed` stays set once the target was seen."""

    def __init__(self, target: str, policy: SightingPolicy) -> None:
        self.target = target
        self.frames = 0
        self.confirmed: Sighting | None = None
        self._policy = policy
        self._recent: deque[Detection | None] = deque(maxlen=policy.window)

    def on_frame(self, stamp_ns: int, detections: Sequence[Detection]) -> None:
        """Takes the detections of the next frame, which may be none."""
        self.frames += 1
        candidates = [d for d in detections if d.colour == self.target and d.score >= self._policy.min_score]
        self._recent.append(max(candidates, key=lambda d: d.score, default=None))
        hits = [detection for detection in self._recent if detection is not None]
        if self.confirmed is None and len(hits) >= self._policy.needed:
            best = max(hits, key=lambda d: d.score)
            self.confirmed = Sighting(detection=best, stamp_ns=stamp_ns, frames=len(hits))
