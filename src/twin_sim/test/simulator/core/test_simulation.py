"""The whole robot in a room, against what geometry says."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pytest

from twin_sim.errors import PlacementError
from twin_sim.simulator.core import Simulation, SimulationConfig
from twin_sim.simulator.core.config import CameraConfig, NoiseConfig
from twin_sim.simulator.core.readings import (
    ClockReading,
    GroundTruthReading,
    ImuReading,
    LidarReading,
    OdometryReading,
    Reading,
)
from twin_sim.world import Pose2D, World
from twin_sim.world.urdf import RobotModel

BLIND = SimulationConfig(camera=CameraConfig(enabled=False))
QUIET = dataclasses.replace(BLIND, noise=NoiseConfig(enabled=False))

Make = Callable[[SimulationConfig], Simulation]


@pytest.fixture
def make(room: World, robot: RobotModel) -> Make:
    return lambda config: Simulation(room, robot, config)


def drive(simulation: Simulation, linear: float, angular: float, seconds: float) -> list[Reading]:
    """Command ten times a second of simulated time, as a controller would."""
    readings: list[Reading] = []
    for step in range(round(seconds / simulation.config.step_s)):
        if step % 20 == 0:
            simulation.command(linear, angular)
        readings += simulation.step()
    return readings


def last(readings: list[Reading], kind: type[Reading]) -> Reading:
    return next(reading for reading in reversed(readings) if isinstance(reading, kind))


def test_robot_drives_a_metre_straight(make: Make) -> None:
    simulation = make(QUIET)
    drive(simulation, 0.2, 0.0, 5.0)
    drive(simulation, 0.0, 0.0, 1.0)
    pose = simulation.physics.pose
    assert pose.x - simulation.world.start.x == pytest.approx(1.0, abs=0.02)
    assert pose.y == pytest.approx(0.0, abs=0.01)
    assert pose.yaw == pytest.approx(0.0, abs=0.01)


def test_robot_turns_a_quarter(make: Make) -> None:
    simulation = make(QUIET)
    drive(simulation, 0.0, math.pi / 4, 2.0)
    drive(simulation, 0.0, 0.0, 1.0)
    assert simulation.physics.pose.yaw == pytest.approx(math.pi / 2, abs=0.04)
    assert math.dist((simulation.physics.pose.x, simulation.physics.pose.y), (-1.5, 0.0)) < 0.02


def test_speed_never_exceeds_the_limits(make: Make) -> None:
    readings = drive(make(QUIET), 9.0, 0.0, 3.0) + drive(make(QUIET), 0.0, 9.0, 3.0)
    truths = [reading for reading in readings if isinstance(reading, GroundTruthReading)]
    assert max(abs(truth.linear[0]) for truth in truths) == pytest.approx(0.26, abs=0.01)
    assert max(abs(truth.angular[2]) for truth in truths) == pytest.approx(1.82, abs=0.06)


def test_robot_stops_when_commands_stay_away(make: Make) -> None:
    simulation = make(QUIET)
    drive(simulation, 0.2, 0.0, 1.0)
    for _ in range(200):  # 1 s of silence: 0.5 s watchdog, 0.2 s ramp, and the rest stands still
        simulation.step()
    stopped_at = simulation.physics.pose.x
    for _ in range(200):
        simulation.step()
    assert simulation.physics.pose.x == pytest.approx(stopped_at, abs=1e-4)


def test_wall_holds_the_robot(make: Make) -> None:
    simulation = make(QUIET)
    simulation.set_pose(Pose2D(x=2.4, y=0.0, yaw=0.0))
    drive(simulation, 0.26, 0.0, 6.0)
    touched: set[str] = set()
    for _ in range(40):  # pushing wheels make the contact come and go
        drive(simulation, 0.26, 0.0, 0.005)
        touched |= simulation.physics.touched
    front_m = 0.073  # the camera sticks out before the body
    assert simulation.physics.pose.x == pytest.approx(3.0 - front_m, abs=0.005)
    assert touched == {"east"}


def test_free_robot_touches_nothing(make: Make) -> None:
    simulation = make(QUIET)
    drive(simulation, 0.1, 0.1, 1.0)
    assert simulation.physics.touched == frozenset()


def test_robot_stands_level_on_its_feet(make: Make) -> None:
    simulation = make(QUIET)
    drive(simulation, 0.0, 0.0, 1.0)
    roll, pitch, _ = simulation.physics.roll_pitch_yaw
    assert (roll, pitch) == pytest.approx((0.0, 0.0), abs=2e-3)
    assert simulation.physics.position[2] == pytest.approx(0.0, abs=1e-3)


def expected_range(x: float, y: float, angle: float) -> float:
    """Distance (m) in the room of conftest: walls at x ±3, y ±2, and the drum of radius 0.2 at (0, 1.5)."""
    dx, dy = math.cos(angle), math.sin(angle)
    walls = [
        (math.copysign(3.0, dx) - x) / dx if dx else math.inf,
        (math.copysign(2.0, dy) - y) / dy if dy else math.inf,
    ]
    along = (0.0 - x) * dx + (1.5 - y) * dy
    beside = abs((0.0 - x) * dy - (1.5 - y) * dx)
    drum = along - math.sqrt(0.2**2 - beside**2) if along > 0.0 and beside < 0.2 else math.inf
    return min(*walls, drum)


def test_lidar_measures_the_room(make: Make) -> None:
    simulation = make(QUIET)
    simulation.set_pose(Pose2D(x=0.0, y=0.0, yaw=0.3))
    scan = next(r for r in drive(simulation, 0.0, 0.0, 1.0) if isinstance(r, LidarReading))
    x, y = -0.064 * math.cos(0.3), -0.064 * math.sin(0.3)
    for i in range(360):
        angle = 0.3 + math.radians(i)
        crate = math.radians(-55) < math.remainder(angle, math.tau) < math.radians(-10)
        expected = expected_range(x, y, angle)
        if not crate and expected < 3.45:
            assert scan.ranges[i] == pytest.approx(expected, abs=0.01), i


def test_lidar_noise_has_the_given_spread(make: Make) -> None:
    quiet = [r for r in drive(make(QUIET), 0.0, 0.0, 4.0) if isinstance(r, LidarReading)]
    noisy = [r for r in drive(make(BLIND), 0.0, 0.0, 4.0) if isinstance(r, LidarReading)]
    before, after = (np.array([scan.ranges for scan in scans]) for scans in (quiet, noisy))
    both = np.isfinite(before) & np.isfinite(after)
    assert np.std(after[both] - before[both]) == pytest.approx(0.01, rel=0.05)


def test_lidar_says_inf_beyond_its_range_and_minus_inf_below(make: Make) -> None:
    config = dataclasses.replace(QUIET, lidar=dataclasses.replace(QUIET.lidar, range_min=1.6, range_max=2.5))
    scan = next(r for r in make(config).due_readings() if isinstance(r, LidarReading))
    assert scan.ranges[0] == np.inf  # 4.5 m to the east
    assert scan.ranges[180] == -np.inf  # 1.4 m to the west
    assert scan.ranges[90] == pytest.approx(2.0, abs=0.01)


def test_imu_at_rest_feels_gravity_and_no_turn(make: Make) -> None:
    readings = [r for r in drive(make(QUIET), 0.0, 0.0, 2.0) if isinstance(r, ImuReading)][100:]
    assert np.mean([r.acceleration for r in readings], axis=0) == pytest.approx([0.0, 0.0, 9.81], abs=0.02)
    assert np.mean([r.angular_velocity for r in readings], axis=0) == pytest.approx([0.0, 0.0, 0.0], abs=1e-3)


def test_imu_heading_follows_a_turn(make: Make) -> None:
    simulation = make(QUIET)
    reading = last(drive(simulation, 0.0, 0.5, 4.0), ImuReading)
    assert isinstance(reading, ImuReading)
    yaw = 2.0 * math.atan2(reading.orientation[2], reading.orientation[3])
    assert yaw == pytest.approx(simulation.physics.pose.yaw, abs=0.02)


def loop_error_m(make: Make, config: SimulationConfig) -> float:
    """Odometry against truth after 8 m of circles."""
    simulation = make(config)
    readings = drive(simulation, 0.2, 0.5, 40.0)
    odometry = last(readings, OdometryReading)
    assert isinstance(odometry, OdometryReading)
    truth = simulation.physics.pose
    return math.dist((odometry.pose.x, odometry.pose.y), (truth.x, truth.y))


def test_odometry_starts_at_the_start_pose(make: Make) -> None:
    reading = last(make(BLIND).due_readings(), OdometryReading)
    assert isinstance(reading, OdometryReading)
    assert (reading.pose.x, reading.pose.y, reading.pose.yaw) == pytest.approx((-1.5, 0.0, 0.0), abs=1e-3)


def test_odometry_drifts_with_noise_but_within_bounds(make: Make) -> None:
    errors = [loop_error_m(make, dataclasses.replace(BLIND, seed=seed)) for seed in (1, 2, 3)]
    assert min(errors) > 0.002
    assert max(errors) < 0.4


def test_odometry_without_noise_is_better_than_a_hand_width(make: Make) -> None:
    assert loop_error_m(make, QUIET) < 0.08


def flat(reading: Reading) -> tuple[object, ...]:
    values = (getattr(reading, field.name) for field in dataclasses.fields(reading))
    return (type(reading), *(value.tobytes() if isinstance(value, np.ndarray) else value for value in values))


def run(simulation: Simulation) -> list[tuple[object, ...]]:
    readings = simulation.due_readings() + drive(simulation, 0.2, 0.7, 2.0) + drive(simulation, -0.1, -0.7, 1.0)
    return [flat(reading) for reading in readings]


def test_same_seed_and_commands_give_the_same_bits(make: Make) -> None:
    config = SimulationConfig(seed=7)
    first, second = make(config), make(config)
    assert run(first) == run(second)
    first.close()
    second.close()


def test_other_seed_gives_other_readings(make: Make) -> None:
    assert run(make(BLIND)) != run(make(dataclasses.replace(BLIND, seed=2)))


def test_camera_switch_changes_no_other_sensor(make: Make) -> None:
    seeing = make(SimulationConfig())
    with_camera = [row for row in run(seeing) if row[0].__name__ != "CameraReading"]  # type: ignore[attr-defined]
    seeing.close()
    assert with_camera == run(make(BLIND))


def test_rates_hold_in_simulated_time(make: Make) -> None:
    readings = drive(make(BLIND), 0.0, 0.0, 10.0)
    counts = {
        kind: sum(isinstance(r, kind) for r in readings)
        for kind in (ClockReading, ImuReading, OdometryReading, LidarReading)
    }
    assert counts == {
        ClockReading: pytest.approx(1000, abs=1),
        ImuReading: pytest.approx(1000, abs=1),
        OdometryReading: pytest.approx(300, abs=1),
        LidarReading: pytest.approx(50, abs=1),
    }


def test_reset_returns_robot_and_odometry_and_lets_time_go_on(make: Make) -> None:
    simulation = make(BLIND)
    drive(simulation, 0.2, 0.5, 3.0)
    before_ns = simulation.time_ns
    simulation.reset()
    assert simulation.physics.pose == simulation.world.start
    assert simulation.time_ns == before_ns
    odometry = last(simulation.due_readings(), OdometryReading)
    assert isinstance(odometry, OdometryReading)
    assert (odometry.pose.x, odometry.pose.y) == pytest.approx((-1.5, 0.0), abs=1e-3)


def test_run_after_reset_repeats_the_first_run(make: Make) -> None:
    simulation = make(BLIND)
    first = run(simulation)
    offset_ns = simulation.time_ns
    simulation.reset()
    second = [(row[0], row[1] - offset_ns, *row[2:]) for row in run(simulation)]  # type: ignore[operator]
    # Physics is the same to the bit; speeds over elapsed time differ in the last one, as times are other numbers.
    assert [row[:2] for row in second] == [row[:2] for row in first]
    lidar = [row[2] for row in first if row[0] is LidarReading]
    assert [row[2] for row in second if row[0] is LidarReading] == lidar


def test_set_pose_moves_the_robot_and_not_its_odometry(make: Make) -> None:
    simulation = make(BLIND)
    before = last(drive(simulation, 0.1, 0.0, 1.0), OdometryReading)
    simulation.set_pose(Pose2D(x=1.0, y=0.5, yaw=2.0))
    after = last(drive(simulation, 0.0, 0.0, 0.5), OdometryReading)
    assert isinstance(before, OdometryReading)
    assert isinstance(after, OdometryReading)
    pose = simulation.physics.pose
    assert (pose.x, pose.y, pose.yaw) == pytest.approx((1.0, 0.5, 2.0), abs=5e-3)
    assert math.dist((before.pose.x, before.pose.y), (after.pose.x, after.pose.y)) < 0.02


@pytest.mark.parametrize(
    ("pose", "text"),
    [
        (Pose2D(x=0.0, y=1.5, yaw=0.0), "0.00 m from 'drum'; the robot needs 0.24 m"),
        (Pose2D(x=9.0, y=0.0, yaw=0.0), "(9.00, 0.00) is outside of world 'room'"),
    ],
)
def test_set_pose_refuses_a_place_without_room(make: Make, pose: Pose2D, text: str) -> None:
    simulation = make(BLIND)
    with pytest.raises(PlacementError) as caught:
        simulation.set_pose(pose)
    assert text in str(caught.value)
    assert simulation.physics.pose == simulation.world.start
