"""A QoS profile as it crosses from rclpy to the wire."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from embedded_ros.wire.qos import Qos
from rclpy import qos
from rclpy.duration import Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class CQoSProfile(Qos):
    """The wire's QoS, with what only the client library knows."""

    avoid_ros_namespace_conventions: bool = False

    @staticmethod
    def predefined(name: str) -> CQoSProfile:
        """`qos_profile_sensor_data` and its kin. Raises ValueError for an unknown one."""
        profile = getattr(qos, name, None)
        if not isinstance(profile, qos.QoSProfile):
            raise ValueError(f"no QoS profile is called '{name}'; see rclpy.qos.QoSPresetProfiles")
        return profile.get_c_qos_profile()

    def to_dict(self) -> dict[str, Any]:
        """Arguments for `QoSProfile`."""
        return {
            "history": self.history,
            "depth": self.depth,
            "reliability": self.reliability,
            "durability": self.durability,
            "lifespan": Duration(nanoseconds=self.lifespan_ns),
            "deadline": Duration(nanoseconds=self.deadline_ns),
            "liveliness": self.liveliness,
            "liveliness_lease_duration": Duration(nanoseconds=self.lease_ns),
            "avoid_ros_namespace_conventions": self.avoid_ros_namespace_conventions,
        }

    def resolved(self) -> Qos:
        """What tokens say of it; see `Qos.resolved`."""
        return Qos(**{field.name: getattr(self, field.name) for field in fields(Qos)}).resolved()
