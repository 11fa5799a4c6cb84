"""Simulation without ROS."""

from twin_sim.simulator.core.config import SimulationConfig
from twin_sim.simulator.core.loop import SimulationLoop
from twin_sim.simulator.core.simulation import Simulation

__all__ = ["Simulation", "SimulationConfig", "SimulationLoop"]
