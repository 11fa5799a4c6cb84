"""Quality of service from the command line."""

from __future__ import annotations

import argparse
from copy import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rclpy.qos import QoSProfile


def profile_configure_short_keys(
    profile: QoSProfile,
    reliability: str | None = None,
    durability: str | None = None,
    depth: int | None = None,
    history: str | None = None,
    liveliness: str | None = None,
    liveliness_lease_duration_s: float | None = None,
) -> None:
    """Change `profile` where something is given; a transient local one keeps at least one message."""
    from rclpy import qos
    from rclpy.duration import Duration

    if history:
        profile.history = qos.HistoryPolicy.get_from_short_key(history)
    if durability:
        profile.durability = qos.DurabilityPolicy.get_from_short_key(durability)
    if reliability:
        profile.reliability = qos.ReliabilityPolicy.get_from_short_key(reliability)
    if liveliness:
        profile.liveliness = qos.LivelinessPolicy.get_from_short_key(liveliness)
    if liveliness_lease_duration_s and liveliness_lease_duration_s > 0:
        profile.liveliness_lease_duration = Duration(seconds=liveliness_lease_duration_s)
    if depth and depth > 0:
        profile.depth = depth
    elif profile.durability == qos.DurabilityPolicy.TRANSIENT_LOCAL and profile.depth == 0:
        profile.depth = 1


def qos_profile_from_short_keys(
    preset_profile: str,
    reliability: str | None = None,
    durability: str | None = None,
    depth: int | None = None,
    history: str | None = None,
    liveliness: str | None = None,
    liveliness_lease_duration_s: float | None = None,
) -> QoSProfile:
    """A preset with changes."""
    from rclpy.qos import QoSPresetProfiles

    profile = copy(QoSPresetProfiles.get_from_short_key(preset_profile))
    profile_configure_short_keys(
        profile, reliability, durability, depth, history, liveliness, liveliness_lease_duration_s
    )
    return profile


def qos_profile_from_arguments(args: argparse.Namespace) -> QoSProfile:
    """What `add_qos_arguments` has parsed."""
    return qos_profile_from_short_keys(
        args.qos_profile,
        reliability=args.qos_reliability,
        durability=args.qos_durability,
        depth=args.qos_depth,
        history=args.qos_history,
        liveliness=args.qos_liveliness,
        liveliness_lease_duration_s=args.qos_liveliness_lease_duration_seconds,
    )


def has_qos_arguments(args: argparse.Namespace) -> bool:
    """Whether something else than the preset was given."""
    names = ("reliability", "durability", "depth", "history", "liveliness", "liveliness_lease_duration_seconds")
    return any(getattr(args, f"qos_{name}") is not None for name in names)


def add_qos_arguments(parser: argparse.ArgumentParser, subscribe_or_publish: str, default_profile_str: str) -> None:
    """One option for a preset, and one for each policy in it."""
    from rclpy import qos

    verb = subscribe_or_publish
    parser.add_argument(
        "--qos-profile",
        choices=qos.QoSPresetProfiles.short_keys(),
        default=default_profile_str,
        help=f"preset with which to {verb} (default: {default_profile_str})",
    )
    parser.add_argument("--qos-depth", metavar="N", type=int, help=f"queue size with which to {verb}")
    for name, policy in (
        ("history", qos.HistoryPolicy),
        ("reliability", qos.ReliabilityPolicy),
        ("durability", qos.DurabilityPolicy),
        ("liveliness", qos.LivelinessPolicy),
    ):
        parser.add_argument(f"--qos-{name}", choices=policy.short_keys(), help=f"{name} with which to {verb}")
    parser.add_argument(
        "--qos-liveliness-lease-duration-seconds", type=float, help=f"lease duration in s with which to {verb}"
    )


def compatible_qos(node: object, topic: str, preset_profile: str) -> QoSProfile:
    """The preset, changed to what hears every publisher; says so where publishers differ."""
    from rclpy.qos import DurabilityPolicy, ReliabilityPolicy

    profile = qos_profile_from_short_keys(preset_profile)
    offered = [endpoint.qos_profile for endpoint in node.get_publishers_info_by_topic(topic)]  # type: ignore[attr-defined]
    if not offered:
        return profile
    reliable = sum(qos.reliability == ReliabilityPolicy.RELIABLE for qos in offered)
    latched = sum(qos.durability == DurabilityPolicy.TRANSIENT_LOCAL for qos in offered)
    profile.reliability = ReliabilityPolicy.RELIABLE if reliable == len(offered) else ReliabilityPolicy.BEST_EFFORT
    profile.durability = DurabilityPolicy.TRANSIENT_LOCAL if latched == len(offered) else DurabilityPolicy.VOLATILE
    if 0 < reliable < len(offered):
        _warn_of_mixed("QoSReliabilityPolicy", "RELIABLE", "BEST_EFFORT")
    if 0 < latched < len(offered):
        _warn_of_mixed("QoSDurabilityPolicy", "TRANSIENT_LOCAL", "VOLATILE")
    return profile


def _warn_of_mixed(policy: str, stronger: str, weaker: str) -> None:
    print(
        f"Some, but not all, publishers are offering {policy}.{stronger}. Falling back to {policy}.{weaker} "
        "as it will connect to all publishers"
    )
