"""URDF and the MuJoCo model made from it."""

from __future__ import annotations

import mujoco
import pytest

from twin_sim.errors import RobotModelError
from twin_sim.world import World
from twin_sim.world.mjcf import MjcfOptions, simulation_mjcf
from twin_sim.world.urdf import RobotModel, parse_urdf

PARENTS = {
    "base_link": "base_footprint",
    "base_scan": "base_link",
    "imu_link": "base_link",
    "camera_link": "base_link",
    "camera_rgb_frame": "camera_link",
    "camera_rgb_optical_frame": "camera_rgb_frame",
    "wheel_left_link": "base_link",
    "wheel_right_link": "base_link",
}


def test_frames_are_those_of_the_turtlebot(robot: RobotModel) -> None:
    assert robot.root == "base_footprint"
    assert {joint.child: joint.parent for joint in robot.joints}.items() >= PARENTS.items()


def test_wheels_have_the_waffles_dimensions(robot: RobotModel) -> None:
    left, right = robot.driven
    assert left.origin.xyz[1] - right.origin.xyz[1] == pytest.approx(0.287)
    assert [robot.links[j.child].collisions[0].size[0] for j in (left, right)] == [0.033, 0.033]


def test_model_has_every_frame_every_wall_and_torque_limits(room: World, robot: RobotModel) -> None:
    model = mujoco.MjModel.from_xml_string(simulation_mjcf(room, robot, MjcfOptions()))
    sites = {model.site(i).name for i in range(model.nsite)}
    geoms = {model.geom(i).name for i in range(model.ngeom)}
    assert sites >= set(robot.links)
    assert geoms >= {f"world/{solid.name}" for solid in room.solids}
    assert model.actuator_forcerange.tolist() == [[-1.5, 1.5], [-1.5, 1.5]]
    assert model.opt.timestep == 0.005
    assert sum(model.body_mass) == pytest.approx(
        sum(link.inertial.mass for link in robot.links.values() if link.inertial)
    )


LINKS = '<link name="a"/><link name="b"/>'
JOINT = '<joint name="j" type="{}"><parent link="{}"/><child link="b"/></joint>'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<robot", "URDF is not XML"),
        (f'<robot name="r">{LINKS}</robot>', r"\['a', 'b'\] without a parent"),
        (f'<robot name="r">{LINKS}{JOINT.format("fixed", "c")}</robot>', "there is no link 'c'"),
        (f'<robot name="r">{LINKS}{JOINT.format("prismatic", "a")}</robot>', "type 'prismatic' is not simulated"),
        (f'<robot name="r">{LINKS}{JOINT.format("continuous", "a")}</robot>', "no attribute 'effort'"),
        ('<robot name="r"><link/></robot>', "link has no attribute 'name'"),
        (
            '<robot name="r"><link name="a"><visual><geometry><mesh filename="x"/></geometry></visual></link></robot>',
            "replace the mesh",
        ),
        (
            '<robot name="r"><link name="a"><visual><geometry><box size="1 two 3"/></geometry></visual></link></robot>',
            "size='1 two 3': numbers are needed",
        ),
    ],
)
def test_mistake_in_a_urdf_is_one_sentence(text: str, message: str) -> None:
    with pytest.raises(RobotModelError, match=message):
        parse_urdf(text)


def test_robot_without_sensor_frames_is_refused(room: World) -> None:
    with pytest.raises(RobotModelError, match="has no link 'base_footprint'; the simulated sensors need it"):
        simulation_mjcf(room, parse_urdf('<robot name="r"><link name="a"/></robot>'), MjcfOptions())
