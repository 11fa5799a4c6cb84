"""Every ROS parameter of the node: name, default, unit, range, description; read once into a SearchConfig."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from twin_navigator.core.config import SearchConfig
from twin_navigator.core.detector import DetectorConfig
from twin_navigator.core.sightings import SightingPolicy
from twin_node.parameters import Values, number, text, texts

PARAMETERS = (
    text("target", "red", "colour to look for: red, yellow, green or blue"),
    text("locations_file", "", "world YAML whose locations are searched (required)"),
    texts("route", "names of locations in order; empty: all, in file order"),
    text("asset_id", "turtlebot-01", "the twin that the events belong to"),
    text("job_id", "", "the job that the events belong to; empty: none"),
    text("map_frame", "map", "frame of the locations"),
    number("tick_rate", 10.0, "Hz, real time", 0.5, 100.0, "ticks of the tree"),
    number("mission.timeout", 900.0, "s", 1.0, 86400.0, "the mission fails after this"),
    number("goal.timeout", 180.0, "s", 1.0, 3600.0, "a goal not reached after this is cancelled, its location skipped"),
    number("camera.timeout", 10.0, "s", 0.5, 600.0, "the mission fails when no image came for this long"),
    number("startup.timeout", 60.0, "s, real time", 1.0, 3600.0, "wait for clock, navigation server and camera"),
    number("clock.timeout", 60.0, "s, real time", 1.0, 3600.0, "the mission fails when /clock stands still this long"),
    # Six: 60 degrees apart, a little less than the 62 that a TurtleBot's camera sees.
    number("look.headings", 6, "", 1, 16, "directions to look in at each location"),
    number("look.frames", 3, "", 1, 100, "images to wait for in each direction"),
    number("look.timeout", 5.0, "s", 0.1, 600.0, "longest wait for those images"),
    number("detector.min_area", 150, "px", 1, 10_000_000, "smallest object"),
    number("detector.min_saturation", 0.5, "", 0.0, 1.0, "palest pixel of an object"),
    number("detector.min_value", 0.18, "", 0.0, 1.0, "darkest pixel of an object"),
    number("detector.min_fill", 0.35, "", 0.0, 1.0, "share of its bounding box that an object covers"),
    number("sighting.needed", 2, "", 1, 100, "frames that must show the target …"),
    number("sighting.window", 3, "", 1, 100, "… of this many last frames"),
    number("sighting.min_score", 0.5, "", 0.0, 1.0, "score that a detection of the target needs"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeConfig:
    """The search, and the frame in which its goals are sent."""

    search: SearchConfig
    map_frame: str


def parse(given: Mapping[str, object]) -> NodeConfig:
    """Check and group values. Raises ParameterError or ConfigError."""
    values = Values(PARAMETERS, given)
    search = SearchConfig(
        target=values.text("target"),
        locations_file=values.text("locations_file"),
        route=values.texts("route"),
        asset_id=values.text("asset_id"),
        job_id=values.text("job_id"),
        tick_rate_hz=values.number("tick_rate"),
        mission_timeout_s=values.number("mission.timeout"),
        goal_timeout_s=values.number("goal.timeout"),
        camera_timeout_s=values.number("camera.timeout"),
        startup_timeout_wall_s=values.number("startup.timeout"),
        clock_timeout_wall_s=values.number("clock.timeout"),
        look_headings=values.whole("look.headings"),
        look_frames=values.whole("look.frames"),
        look_timeout_s=values.number("look.timeout"),
        detector=DetectorConfig(
            min_area_px=values.whole("detector.min_area"),
            min_saturation=values.number("detector.min_saturation"),
            min_value=values.number("detector.min_value"),
            min_fill=values.number("detector.min_fill"),
        ),
        sighting=SightingPolicy(
            needed=values.whole("sighting.needed"),
            window=values.whole("sighting.window"),
            min_score=values.number("sighting.min_score"),
        ),
    )
    return NodeConfig(search=search, map_frame=values.text("map_frame"))
