"""Which interfaces are installed, and where their definitions lie."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ament_index_python import get_resource, get_resources, has_resource


def get_interface_packages() -> dict[str, str]:
    """Prefix by name of every package that has interfaces."""
    return get_resources("rosidl_interfaces")


def get_interfaces(package_names: Iterable[str] = ()) -> dict[str, list[str]]:
    """Names such as 'msg/String' by package, of the packages named or of all. Raises LookupError for an unknown one."""
    return _select(package_names, ("msg/", "srv/", "action/"))


def get_message_interfaces(package_names: Iterable[str] = ()) -> dict[str, list[str]]:
    """Like `get_interfaces`, messages only."""
    return _select(package_names, ("msg/",))


def get_service_interfaces(package_names: Iterable[str] = ()) -> dict[str, list[str]]:
    """Like `get_interfaces`, services only."""
    return _select(package_names, ("srv/",))


def get_action_interfaces(package_names: Iterable[str] = ()) -> dict[str, list[str]]:
    """Like `get_interfaces`, actions only."""
    return _select(package_names, ("action/",))


def get_interface_path(interface_name: str) -> str:
    """The definition file of 'pkg/msg/Name', 'pkg/msg/Name.msg'. Raises ValueError or LookupError."""
    parts = interface_name.split("/")
    if len(parts) < 2:
        raise ValueError(f"Invalid name '{interface_name}'. Expected at least two parts separated by '/'")
    if not all(parts):
        raise ValueError(f"Invalid name '{interface_name}'. Must not contain empty parts")
    if ".." in parts:
        raise ValueError(f"Invalid name '{interface_name}'. Must not contain '..'")
    prefix = has_resource("packages", parts[0])
    if prefix is False:
        raise LookupError(f"Unknown package '{parts[0]}'")
    path = Path(prefix) / "share" / interface_name
    candidates = [path] if path.suffix else [path.with_suffix(f".{parts[-2]}"), path.with_suffix(".idl")]
    for candidate in candidates:
        if candidate.exists():
            return str(candidate)
    raise LookupError(f"Could not find the interface '{candidates[-1]}'")


def _select(package_names: Iterable[str], starts: tuple[str, ...]) -> dict[str, list[str]]:
    names = list(package_names)
    selected: dict[str, list[str]] = {}
    for package in names or get_interface_packages():
        if has_resource("packages", package) is False:
            raise LookupError(f"Unknown package '{package}'")
        interfaces = sorted({entry.rpartition(".")[0] for entry in _registered(package) if entry.startswith(starts)})
        if interfaces:
            selected[package] = interfaces
    return selected


def _registered(package: str) -> list[str]:
    """Entries of the package, without parts of services and actions, which real packages register as well."""
    if has_resource("rosidl_interfaces", package) is False:
        return []
    content, _ = get_resource("rosidl_interfaces", package)
    return [entry for entry in content.splitlines() if "_" not in entry]
