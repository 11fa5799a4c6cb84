"""Makes interface packages importable: `import std_msgs.msg`, `from nav2_msgs.action import NavigateToPose`.

Imported at the start of every interpreter (`hook`): keep what it imports to a minimum
(importlib.abc and typing alone would take 10 ms, so the finder is one by its methods, not by its base class).
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from embedded_ros.rosidl.model import Kind


# os.path instead of pathlib: half of the hook's time would be pathlib's import.
_BUILTIN_PREFIX = os.path.abspath(f"{__file__}/../../prefix")  # noqa: PTH100


class InterfaceModule(ModuleType):
    """`pkg.msg` and its like: classes are built when they are first asked for."""

    def __getattr__(self, name: str) -> object:
        package, kind = _package_and_kind(self.__name__)
        names = _names(package, kind)
        if name == "__all__":
            return names
        if name not in names:
            raise AttributeError(f"module '{self.__name__}' has no attribute '{name}'")
        value = _class(f"{package}/{kind}/{name}")
        setattr(self, name, value)
        return value

    def __dir__(self) -> list[str]:
        package, kind = _package_and_kind(self.__name__)
        return sorted({*super().__dir__(), *_names(package, kind)})


class DefinitionModule(ModuleType):
    """`pkg.msg._laser_scan` and its like: where the classes of one definition say they live."""

    def __getattr__(self, name: str) -> object:
        package, kind = _package_and_kind(self.__name__)
        stem = self.__name__.rpartition(".")[2]
        if name.startswith("__") or _root_name(package, kind, stem) != name.partition("_")[0]:
            raise AttributeError(f"module '{self.__name__}' has no attribute '{name}'")
        value = _class(f"{package}/{kind}/{name}")
        setattr(self, name, value)
        return value


class InterfaceFinder:
    """Finds interface packages in ament prefixes. A real, generated package that is importable always wins."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,  # noqa: ARG002  # the protocol's
    ) -> ModuleSpec | None:
        """The spec of an interface package or module; None leaves the name to other finders."""
        parts = fullname.split(".")
        if len(parts) > 3 or not _has_definitions(parts):
            return None
        real = PathFinder.find_spec(fullname, path)
        # A folder that merely has the package's name (its sources, say) is a namespace: no loader for it.
        if real is not None and real.origin is not None:
            return None
        return ModuleSpec(fullname, self, is_package=len(parts) < 3)  # type: ignore[arg-type]  # a loader by its methods

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """A module whose attributes are made when asked for."""
        depth = spec.name.count(".")
        return (ModuleType, InterfaceModule, DefinitionModule)[depth](spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: give the module its docstring."""
        module.__doc__ = f"Interfaces of '{module.__name__}', made from their definitions."


def install_finder() -> None:
    """Make interface packages importable; does nothing the second time."""
    if not any(isinstance(finder, InterfaceFinder) for finder in sys.meta_path):
        # First, because a folder of the same name on sys.path would come up as an empty namespace package.
        sys.meta_path.insert(0, InterfaceFinder())


def _has_definitions(parts: list[str]) -> bool:
    package = parts[0]
    if package.startswith("_") or not any(
        os.path.isdir(f"{share}/{package}/{kind}")  # noqa: PTH112
        for share in _shares()
        for kind in ("msg", "srv", "action")
    ):
        return False
    from embedded_ros.rosidl.lookup import package_kinds

    kinds = package_kinds(package)
    if len(parts) == 1:
        return bool(kinds)
    for kind in kinds:
        if kind == parts[1]:
            return len(parts) == 2 or _root_name(package, kind, parts[2]) is not None
    return False


def _package_and_kind(module: str) -> tuple[str, Kind]:
    package, kind = module.split(".")[:2]
    return package, kind  # type: ignore[return-value]  # modules are made for the three kinds only


def _shares() -> list[str]:
    entries = [entry for entry in os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep) if entry]
    return [f"{entry}/share" for entry in (*entries, _BUILTIN_PREFIX)]


def _names(package: str, kind: Kind) -> list[str]:
    from embedded_ros.rosidl.lookup import interface_names

    return interface_names(package, kind)


def _class(interface: str) -> type:
    from embedded_ros.rosidl.builder import interface_class

    return interface_class(interface)


def _root_name(package: str, kind: Kind, stem: str) -> str | None:
    from embedded_ros.rosidl.builder import module_stem

    return next((name for name in _names(package, kind) if f"_{module_stem(name)}" == stem), None)
