"""Puts the parts together: one configuration, one map, one navigator."""

from __future__ import annotations

from dataclasses import dataclass, field

from twin_sim.nav.core.costmap import Costmap, LiveLayerConfig
from twin_sim.nav.core.geometry import Pose2D
from twin_sim.nav.core.grid import Grid
from twin_sim.nav.core.localizer import Localizer, MotionNoise
from twin_sim.nav.core.matcher import MatchConfig, ScanMatcher
from twin_sim.nav.core.navigator import Navigator
from twin_sim.nav.core.planner import Planner, PlannerConfig
from twin_sim.nav.core.task import NavigatorConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreConfig:
    """Everything the core can be told; each group's fields carry their units."""

    live: LiveLayerConfig = field(default_factory=LiveLayerConfig)
    planner: PlannerConfig = field(default_factory=PlannerConfig)
    match: MatchConfig = field(default_factory=MatchConfig)
    motion: MotionNoise = field(default_factory=MotionNoise)
    navigator: NavigatorConfig = field(default_factory=NavigatorConfig)


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The parts of a running server; they share the costmap and the localizer."""

    costmap: Costmap
    planner: Planner
    localizer: Localizer
    navigator: Navigator


def build_core(
    grid: Grid,
    initial: Pose2D,
    config: CoreConfig | None = None,
    walls: Grid | None = None,
    *,
    may_be_elsewhere: bool = False,
) -> Core:
    """`grid` to plan on; `walls` to match scans against, where a finer map exists; the rest: see Localizer."""
    config = config or CoreConfig()
    costmap = Costmap(grid, config.live)
    planner = Planner(costmap, config.planner)
    localizer = Localizer(
        ScanMatcher(walls or grid, config.match), initial, config.motion, may_be_elsewhere=may_be_elsewhere
    )
    navigator = Navigator(costmap, planner, localizer, config.navigator)
    return Core(costmap=costmap, planner=planner, localizer=localizer, navigator=navigator)
