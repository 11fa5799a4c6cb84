"""The part of URDF that our robots use, as values: links of primitive shapes, fixed and continuous joints."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Literal

from twin_sim.errors import RobotModelError

Vector = tuple[float, float, float]
JointKind = Literal["fixed", "continuous"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Pose of a child in its parent: metres, and roll, pitch, yaw about the fixed axes x, y, z (rad)."""

    xyz: Vector = (0.0, 0.0, 0.0)
    rpy: Vector = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Primitive shape. `size`: box (x, y, z), cylinder (radius, length) along z, sphere (radius), in m."""

    name: str
    kind: Literal["box", "cylinder", "sphere"]
    size: tuple[float, ...]
    origin: Origin
    rgba: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inertial:
    """Mass (kg) and inertia (ixx, iyy, izz, ixy, ixz, iyz; kg m²) about its origin."""

    origin: Origin
    mass: float
    inertia: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Rigid part. A link without inertial and shapes is a frame only."""

    name: str
    inertial: Inertial | None
    visuals: tuple[Shape, ...]
    collisions: tuple[Shape, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """Connection of two links; `effort` (N m), `velocity` (rad/s) and `damping` (N m s/rad) of continuous ones."""

    name: str
    kind: JointKind
    parent: str
    child: str
    origin: Origin
    axis: Vector
    effort: float
    velocity: float
    damping: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotModel:
    """A robot as a tree of links; `root` is the link that is nobody's child."""

    name: str
    links: dict[str, Link]
    joints: tuple[Joint, ...]
    root: str

    def joints_below(self, link: str) -> tuple[Joint, ...]:
        """Joints whose parent is the link, in the order of the file."""
        return tuple(joint for joint in self.joints if joint.parent == link)

    @property
    def driven(self) -> tuple[Joint, ...]:
        """Joints that turn."""
        return tuple(joint for joint in self.joints if joint.kind == "continuous")


def parse_urdf(text: str) -> RobotModel:
    """Read a URDF. Raises RobotModelError on bad XML, on what is not simulated, and on links without a joint."""
    try:
        root = ET.fromstring(text)  # noqa: S314  (the operator's own robot description)
    except ET.ParseError as error:
        raise RobotModelError(f"URDF is not XML: {error}; fix that place in the file") from error
    colors = {_attribute(m, "name"): _numbers(m.find("color"), "rgba") for m in root.findall("material")}
    links = {link.name: link for link in (_link(element, colors) for element in root.findall("link"))}
    joints = tuple(_joint(element) for element in root.findall("joint"))
    return RobotModel(name=_attribute(root, "name"), links=links, joints=joints, root=_root(links, joints))


def _root(links: dict[str, Link], joints: tuple[Joint, ...]) -> str:
    for joint in joints:
        for end in (joint.parent, joint.child):
            if end not in links:
                raise RobotModelError(f"URDF joint {joint.name!r}: there is no link {end!r}; add it or rename")
    roots = sorted(set(links) - {joint.child for joint in joints})
    if len(roots) != 1:
        raise RobotModelError(f"URDF: {roots or 'no link'} without a parent; exactly one link must have none")
    return roots[0]


def _link(element: ET.Element, colors: dict[str, tuple[float, ...]]) -> Link:
    name = _attribute(element, "name")
    return Link(
        name=name,
        inertial=_inertial(element.find("inertial")),
        visuals=tuple(_shape(e, f"{name}_visual_{i}", colors) for i, e in enumerate(element.findall("visual"))),
        collisions=tuple(_shape(e, f"{name}_collision_{i}", {}) for i, e in enumerate(element.findall("collision"))),
    )


def _inertial(element: ET.Element | None) -> Inertial | None:
    if element is None:
        return None
    inertia = element.find("inertia")
    return Inertial(
        origin=_origin(element),
        mass=_number(element.find("mass"), "value"),
        inertia=tuple(_number(inertia, key) for key in ("ixx", "iyy", "izz", "ixy", "ixz", "iyz")),
    )


def _shape(element: ET.Element, name: str, colors: dict[str, tuple[float, ...]]) -> Shape:
    geometry = element.find("geometry")
    origin = _origin(element)
    material = element.find("material")
    rgba = colors.get(material.get("name", "")) if material is not None else None
    if geometry is not None and (box := geometry.find("box")) is not None:
        return Shape(name=name, kind="box", size=_numbers(box, "size"), origin=origin, rgba=rgba)
    if geometry is not None and (cylinder := geometry.find("cylinder")) is not None:
        size = (_number(cylinder, "radius"), _number(cylinder, "length"))
        return Shape(name=name, kind="cylinder", size=size, origin=origin, rgba=rgba)
    if geometry is not None and (sphere := geometry.find("sphere")) is not None:
        return Shape(name=name, kind="sphere", size=(_number(sphere, "radius"),), origin=origin, rgba=rgba)
    raise RobotModelError(f"URDF shape {name!r}: only box, cylinder and sphere are simulated; replace the mesh by them")


def _joint(element: ET.Element) -> Joint:
    name, kind = _attribute(element, "name"), _attribute(element, "type")
    if kind not in ("fixed", "continuous"):
        raise RobotModelError(f"URDF joint {name!r}: type {kind!r} is not simulated; use fixed or continuous")
    limit, dynamics = element.find("limit"), element.find("dynamics")
    axis = element.find("axis")
    turns = kind == "continuous"
    return Joint(
        name=name,
        kind="continuous" if turns else "fixed",
        parent=_attribute(element.find("parent"), "link"),
        child=_attribute(element.find("child"), "link"),
        origin=_origin(element),
        axis=_vector(axis, "xyz") if axis is not None else (1.0, 0.0, 0.0),
        effort=_number(limit, "effort") if turns else 0.0,
        velocity=_number(limit, "velocity") if turns else 0.0,
        damping=_number(dynamics, "damping") if dynamics is not None else 0.0,
    )


def _origin(element: ET.Element) -> Origin:
    origin = element.find("origin")
    if origin is None:
        return Origin()
    return Origin(
        xyz=_vector(origin, "xyz") if origin.get("xyz") else (0.0, 0.0, 0.0),
        rpy=_vector(origin, "rpy") if origin.get("rpy") else (0.0, 0.0, 0.0),
    )


def _vector(element: ET.Element | None, key: str) -> Vector:
    numbers = _numbers(element, key)
    if len(numbers) != 3:
        raise RobotModelError(f"URDF attribute {key}={numbers}: three numbers are needed")
    return numbers[0], numbers[1], numbers[2]


def _number(element: ET.Element | None, key: str) -> float:
    return _numbers(element, key)[0]


def _numbers(element: ET.Element | None, key: str) -> tuple[float, ...]:
    text = _attribute(element, key)
    try:
        numbers = tuple(float(word) for word in text.split())
    except ValueError as error:
        raise RobotModelError(f"URDF attribute {key}={text!r}: numbers are needed") from error
    if not numbers:
        raise RobotModelError(f"URDF attribute {key} is empty; numbers are needed")
    return numbers


def _attribute(element: ET.Element | None, key: str) -> str:
    value = element.get(key) if element is not None else None
    if value is None:
        tag = element.tag if element is not None else "an element"
        raise RobotModelError(f"URDF: {tag} has no attribute {key!r}; add it")
    return value
