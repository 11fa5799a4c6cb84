"""The loop's thread: requests, pause, pace and errors."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence

import pytest

from twin_sim.errors import PlacementError, SimulatorBusyError
from twin_sim.simulator.core import Simulation, SimulationConfig, SimulationLoop
from twin_sim.simulator.core.config import CameraConfig
from twin_sim.simulator.core.readings import ClockReading, Reading
from twin_sim.world import Pose2D, World
from twin_sim.world.urdf import RobotModel

BLIND = SimulationConfig(camera=CameraConfig(enabled=False))
DEADLINE_S = 10.0


class Running:
    """A loop at full speed whose clock readings are kept."""

    def __init__(self, simulation: Simulation, factor: float = 0.0) -> None:
        self.stamps: list[int] = []
        self._changed = threading.Condition()
        self.loop = SimulationLoop(simulation, self._on_readings, factor, request_timeout_s=2.0)

    def _on_readings(self, readings: Sequence[Reading]) -> None:
        with self._changed:
            self.stamps += [reading.stamp_ns for reading in readings if isinstance(reading, ClockReading)]
            self._changed.notify_all()

    def wait_for(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.stamps) >= count, DEADLINE_S)


@pytest.fixture
def running(room: World, robot: RobotModel) -> Iterator[Running]:
    instance = Running(Simulation(room, robot, BLIND))
    instance.loop.start()
    yield instance
    instance.loop.stop()
    assert not instance.loop.is_alive


def test_clock_ticks_evenly_from_zero(running: Running) -> None:
    running.wait_for(100)
    assert running.stamps[:100] == [i * 10_000_000 for i in range(100)]


def test_command_moves_the_robot(running: Running) -> None:
    running.loop.command(0.2, 0.0)
    running.wait_for(len(running.stamps) + 150)
    assert running.loop.call(lambda simulation: simulation.physics.pose.x) > -1.45


def test_paused_time_stands_still_and_goes_on(running: Running) -> None:
    running.loop.pause(True)
    first = running.loop.call(lambda simulation: simulation.time_ns)
    second = running.loop.call(lambda simulation: simulation.time_ns)
    assert (running.loop.is_paused, first) == (True, second)
    running.loop.pause(False)
    running.wait_for(len(running.stamps) + 10)


def test_error_of_a_request_reaches_its_caller_and_the_loop_goes_on(running: Running) -> None:
    with pytest.raises(PlacementError, match="outside of world"):
        running.loop.call(lambda simulation: simulation.set_pose(Pose2D(x=99.0, y=0.0, yaw=0.0)))
    running.wait_for(len(running.stamps) + 10)


def test_pace_is_the_real_time_factor(room: World, robot: RobotModel) -> None:
    instance = Running(Simulation(room, robot, BLIND), factor=4.0)
    begin = time.monotonic()
    instance.loop.start()
    instance.wait_for(200)
    took_s = time.monotonic() - begin
    instance.loop.stop()
    # 199 ticks of 10 ms at four times real time; a busy machine may be late, never early.
    assert took_s >= 1.99 / 4.0 - 0.01


def test_request_to_a_loop_that_does_not_run_fails_in_time(room: World, robot: RobotModel) -> None:
    loop = SimulationLoop(Simulation(room, robot, BLIND), lambda _readings: None, request_timeout_s=0.05)
    with pytest.raises(SimulatorBusyError, match=r"no request within 0\.05 s"):
        loop.call(lambda simulation: simulation.time_ns)


def test_error_in_the_loop_is_logged_and_ends_it(
    room: World, robot: RobotModel, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_readings: Sequence[Reading]) -> None:
        raise OSError("no more publishers")

    loop = SimulationLoop(Simulation(room, robot, BLIND), fail)
    loop.start()
    loop.stop()
    assert not loop.is_alive
    assert "the simulation stopped" in caplog.text
