"""How much faster than real time the simulated robot runs, with pictures and without; the peer is physics alone."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from tests.bench.harness import Figure, Goal, time_paired
from twin_sim.simulator.core import Simulation, SimulationConfig
from twin_sim.world import load_world
from twin_sim.world.urdf import parse_urdf

ROOT = Path(__file__).resolve().parents[2]
SIMULATED_S = 5.0
RUNS = 5


def simulation(config: SimulationConfig) -> Simulation:
    """The robot of the repository in the maze."""
    robot = parse_urdf((ROOT / "urdf" / "turtlebot3_waffle.urdf").read_text(encoding="utf-8"))
    return Simulation(load_world(ROOT / "config" / "worlds" / "maze.yaml"), robot, config)


def drive(simulated: Simulation) -> None:
    """`SIMULATED_S` seconds of circles, with all readings."""
    end_ns = simulated.time_ns + int(SIMULATED_S * 1e9)
    while simulated.time_ns < end_ns:
        simulated.command(0.2, 0.6)
        simulated.step()


def step_physics(simulated: Simulation) -> None:
    """The same time of physics, without sensors."""
    for _ in range(round(SIMULATED_S / simulated.config.step_s)):
        simulated.physics.step((6.0, 5.0))


def measure() -> list[Figure]:
    """Real-time factors: simulated seconds a second."""
    config = SimulationConfig()
    blind = replace(config, camera=replace(config.camera, enabled=False))
    bare = simulation(blind)
    figures = []
    for name, settings, floor in (("all sensors", config, 4.0), ("without camera", blind, 20.0)):
        simulated = simulation(settings)
        ours_s, peer_s = time_paired(partial(drive, simulated), partial(step_physics, bare), runs=RUNS)
        figures.append(
            Figure(
                name=f"real-time factor, {name}",
                value=SIMULATED_S / ours_s,
                unit="s/s",
                runs=RUNS,
                peer=SIMULATED_S / peer_s,
                peer_name="physics alone",
                goals=(Goal(subject="value", bound=floor, at_most=False),),
            )
        )
        simulated.close()
    return figures
