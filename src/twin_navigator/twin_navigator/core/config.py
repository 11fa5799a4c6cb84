"""The one typed configuration of a search, checked when it is made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from twin_navigator.core.detector import COLOUR_NAMES, DetectorConfig
from twin_navigator.core.errors import ConfigError
from twin_navigator.core.sightings import SightingPolicy

# What the lakehouse accepts as a partition name.
_JOB_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchConfig:
    """What to look for, where, and how long. Times in s; those with `wall` are real time, the others ROS time."""

    target: str = "red"
    locations_file: str
    route: Sequence[str] = ()
    asset_id: str = "turtlebot-01"
    job_id: str = ""
    tick_rate_hz: float = 10.0
    mission_timeout_s: float = 900.0
    goal_timeout_s: float = 180.0
    camera_timeout_s: float = 10.0
    startup_timeout_wall_s: float = 60.0
    clock_timeout_wall_s: float = 60.0
    look_headings: int = 6
    look_frames: int = 3
    look_timeout_s: float = 5.0
    detector: DetectorConfig = field(default_factory=DetectorConfig)
    sighting: SightingPolicy = field(default_factory=SightingPolicy)

    def __post_init__(self) -> None:
        if self.target not in COLOUR_NAMES:
            raise ConfigError(
                "target", self.target, f"the detector knows {', '.join(COLOUR_NAMES)}; choose one of them"
            )
        if not self.locations_file:
            raise ConfigError("locations_file", self.locations_file, "needs the path of a world YAML")
        if not self.asset_id:
            raise ConfigError("asset_id", self.asset_id, "needs the twin's name")
        if self.job_id and not _JOB_ID.fullmatch(self.job_id):
            raise ConfigError("job_id", self.job_id, "needs 1 to 64 of A-Z a-z 0-9 . _ -")
        for parameter, value in self._positive().items():
            if not value > 0:
                raise ConfigError(parameter, value, "needs a value > 0")

    def _positive(self) -> dict[str, float]:
        return {
            "tick_rate": self.tick_rate_hz,
            "mission.timeout": self.mission_timeout_s,
            "goal.timeout": self.goal_timeout_s,
            "camera.timeout": self.camera_timeout_s,
            "startup.timeout": self.startup_timeout_wall_s,
            "clock.timeout": self.clock_timeout_wall_s,
            "look.headings": self.look_headings,
            "look.frames": self.look_frames,
            "look.timeout": self.look_timeout_s,
        }
