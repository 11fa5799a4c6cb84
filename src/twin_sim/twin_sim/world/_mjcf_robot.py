"""The robot's half of the MuJoCo model: bodies from URDF links, servos on the wheels, sensor sites and the camera."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

from twin_sim.errors import RobotModelError
from twin_sim.world._xml import add, numbers_text
from twin_sim.world.model import Pose2D
from twin_sim.world.urdf import Joint, Link, Origin, RobotModel, Shape

CAMERA_FRAME = "camera_rgb_frame"
IMU_FRAME = "imu_link"
LIDAR_FRAME = "base_scan"
_WANTED_FRAMES = ("base_footprint", "base_link", CAMERA_FRAME, IMU_FRAME, LIDAR_FRAME)

# Rubber on a floor. Wheels keep their own friction (priority) whatever stands on the floor's side.
_WHEEL_FRICTION = "1.0 0.003 0.0001"
# Ball casters roll in any direction: no tangential force at all.
_CASTER_FRICTION = "0 0 0"
# Rotor seen through the gears: some 1e-7 kg m² times 212.6², kg m².
_WHEEL_ARMATURE = 0.004
# Servo gain, N m s/rad. Gain times step must stay below the armature: contact forces are solved before the servo's
# implicit damping, and with 0.8 the base ran 8 % faster than its wheels while it sped up (with 0.4: 1 %).
_WHEEL_GAIN = 0.4


def add_robot(
    root: ET.Element, worldbody: ET.Element, robot: RobotModel, *, start: Pose2D, camera_vfov_rad: float
) -> None:
    """Add bodies, servos and sensors. Raises RobotModelError when a frame of the sensors or a wheel is missing."""
    for frame in _WANTED_FRAMES:
        if frame not in robot.links:
            raise RobotModelError(f"robot {robot.name!r} has no link {frame!r}; the simulated sensors need it")
    if len(robot.driven) != 2:
        names = [joint.name for joint in robot.driven]
        raise RobotModelError(
            f"robot {robot.name!r} has {len(names)} continuous joints {names}; a left and a right wheel are needed"
        )
    body = add(
        worldbody,
        "body",
        name=robot.root,
        pos=numbers_text(start.x, start.y, 0.0),
        euler=numbers_text(0.0, 0.0, start.yaw),
    )
    add(body, "freejoint", name="floating_base")
    _fill_body(body, robot, robot.links[robot.root], camera_vfov_rad)
    _add_servos(root, robot)
    _add_sensors(root)


def _fill_body(body: ET.Element, robot: RobotModel, link: Link, camera_vfov_rad: float) -> None:
    add(body, "site", name=link.name, group="5", size="0.005")
    _add_inertial(body, link)
    for shape in link.visuals:
        _add_geom(body, shape, visual=True)
    for shape in link.collisions:
        _add_geom(body, shape, visual=False)
    if link.name == CAMERA_FRAME:
        # A MuJoCo camera looks along its -z with y up; the frame looks along +x.
        add(body, "camera", name="camera", fovy=numbers_text(math.degrees(camera_vfov_rad)), xyaxes="0 -1 0 0 0 1")
    for joint in robot.joints_below(link.name):
        child = add(body, "body", name=joint.child, **_placement(joint.origin))
        if joint.kind == "continuous":
            add(
                child, "joint", name=joint.name, type="hinge", axis=numbers_text(*joint.axis),
                damping=numbers_text(joint.damping), armature=numbers_text(_WHEEL_ARMATURE),
            )  # fmt: skip
        _fill_body(child, robot, robot.links[joint.child], camera_vfov_rad)


def _add_inertial(body: ET.Element, link: Link) -> None:
    if link.inertial is None:
        return
    origin, inertia = link.inertial.origin, link.inertial.inertia
    mass = numbers_text(link.inertial.mass)
    if not any(inertia[3:]):
        add(body, "inertial", mass=mass, diaginertia=numbers_text(*inertia[:3]), **_placement(origin))
    elif not any(origin.rpy):
        add(body, "inertial", mass=mass, fullinertia=numbers_text(*inertia), pos=numbers_text(*origin.xyz))
    else:  # MJCF cannot say both
        raise RobotModelError(f"link {link.name!r}: rotated inertial with products of inertia; set its rpy to 0 0 0")


def _add_geom(body: ET.Element, shape: Shape, *, visual: bool) -> None:
    half = {"box": shape.size, "sphere": shape.size}.get(shape.kind)
    if shape.kind == "box":
        half = tuple(size / 2 for size in shape.size)
    elif shape.kind == "cylinder":
        half = (shape.size[0], shape.size[1] / 2)
    role = {"contype": "0", "conaffinity": "0", "group": "2"} if visual else {"group": "3", **_contact(shape)}
    color = {"rgba": numbers_text(*shape.rgba)} if shape.rgba else {}
    add(
        body, "geom", name=f"robot/{shape.name}", type=shape.kind, size=numbers_text(*(half or ())), mass="0",
        **_placement(shape.origin), **role, **color,
    )  # fmt: skip


def _contact(shape: Shape) -> dict[str, str]:
    if shape.name.startswith("wheel"):
        return {"friction": _WHEEL_FRICTION, "condim": "4", "priority": "1"}
    if shape.name.startswith("caster"):
        return {"friction": _CASTER_FRICTION, "condim": "1", "priority": "1"}
    return {"friction": "0.4 0.005 0.0001", "condim": "3"}


def _add_servos(root: ET.Element, robot: RobotModel) -> None:
    actuator = add(root, "actuator")
    for joint in robot.driven:
        add(actuator, "velocity", name=joint.name, joint=joint.name, kv=numbers_text(_WHEEL_GAIN), **_limits(joint))


def _limits(joint: Joint) -> dict[str, str]:
    return {
        "ctrlrange": numbers_text(-joint.velocity, joint.velocity),
        "forcerange": numbers_text(-joint.effort, joint.effort),
    }


def _add_sensors(root: ET.Element) -> None:
    sensor = add(root, "sensor")
    add(sensor, "gyro", name="gyro", site=IMU_FRAME)
    add(sensor, "accelerometer", name="accelerometer", site=IMU_FRAME)


def _placement(origin: Origin) -> dict[str, str]:
    return {"pos": numbers_text(*origin.xyz), "euler": numbers_text(*origin.rpy)}
