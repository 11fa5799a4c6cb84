"""Where interface definitions lie: ament prefixes on AMENT_PREFIX_PATH first, then the ones that come along.

The environment is read at each look-up, so that a workspace sourced later is seen; what was parsed once stays.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from embedded_ros.rosidl.errors import InterfaceNotFoundError
from embedded_ros.rosidl.model import KINDS, Kind

# Packages that Jazzy built have an .idl beside each .msg, made from it: what people wrote comes first.
_SUFFIXES: Final[dict[Kind, tuple[str, ...]]] = {"msg": ("msg", "idl"), "srv": ("srv",), "action": ("action",)}
_BUILTIN_PREFIX: Final = Path(__file__).resolve().parent.parent / "prefix"


def builtin_prefix() -> Path:
    """The ament prefix inside embedded_ros: definitions, resource index, CMake configurations."""
    return _BUILTIN_PREFIX


def prefixes() -> Iterator[Path]:
    """Every ament prefix, the overlay's first."""
    for entry in os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep):
        if entry:
            yield Path(entry)
    yield _BUILTIN_PREFIX


def is_interface_package(package: str) -> bool:
    """Whether some prefix has definitions of `package`."""
    return any(_kinds_in(prefix, package) for prefix in prefixes())


def package_kinds(package: str) -> tuple[Kind, ...]:
    """Which of msg, srv, action the package has, in the first prefix that has it."""
    for prefix in prefixes():
        if kinds := _kinds_in(prefix, package):
            return kinds
    return ()


def interface_names(package: str, kind: Kind) -> list[str]:
    """Names of the package's interfaces of one kind, sorted; those of the first prefix that has the package."""
    for prefix in prefixes():
        if _kinds_in(prefix, package):
            folder = prefix / "share" / package / kind
            return sorted({path.stem for suffix in _SUFFIXES[kind] for path in folder.glob(f"*.{suffix}")})
    return []


def find_definition(package: str, kind: Kind, name: str) -> Path:
    """The definition file. Raises InterfaceNotFoundError that says what the package does have."""
    for prefix in prefixes():
        for suffix in _SUFFIXES[kind]:
            path = prefix / "share" / package / kind / f"{name}.{suffix}"
            if path.is_file():
                return path
    full_name = f"{package}/{kind}/{name}"
    if not is_interface_package(package):
        raise InterfaceNotFoundError(
            full_name,
            f"no package '{package}' on AMENT_PREFIX_PATH or in embedded_ros; build it and source its setup file",
        )
    known = ", ".join(interface_names(package, kind)) or "nothing"
    raise InterfaceNotFoundError(full_name, f"the package has no such {kind}; it has {known}")


def _kinds_in(prefix: Path, package: str) -> tuple[Kind, ...]:
    share = prefix / "share" / package
    return tuple(kind for kind in KINDS if (share / kind).is_dir()) if share.is_dir() else ()
