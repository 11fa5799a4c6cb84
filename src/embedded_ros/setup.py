"""Turns the environment it is installed into into an underlay: a prefix laid out like /opt/ros/jazzy."""

import os
import sys
import sysconfig
from pathlib import Path

from setuptools import Distribution, find_packages, setup

HERE = Path(__file__).resolve().parent
GENERATED = HERE / "build" / "prefix"
# Prefix files: set-up scripts here, definitions and CMake configs where a plain PYTHONPATH finds them as well.
PREFIXES = (HERE / "prefix", HERE / "embedded_ros" / "prefix")
NOT_PACKAGES = ("build*", "embedded_ros.prefix*", "prefix*", "test", "test.*")
SITE_PACKAGES = os.path.relpath(sysconfig.get_path("purelib"), sys.prefix)

PACKAGE_XML = """<?xml version="1.0"?>
<package format="3">
  <name>{name}</name>
  <version>0.1.0</version>
  <description>{name}, as the embedded underlay has it</description>
  <maintainer email="ros@auraison.dev">Auraison</maintainer>
  <license>Apache-2.0</license>
  <export>
    <build_type>{build_type}</build_type>
  </export>
</package>
"""

ROUTER = """#!/bin/sh
exec "$(dirname "$0")/../../bin/python3" -m embedded_ros.wire.router "$@"
"""


class Underlay(Distribution):
    """An editable installation asks `has_data` whether there are data files to place; setuptools has none."""

    has_data = Distribution.has_data_files


def data_files() -> list[tuple[str, list[str]]]:
    """Every file of the prefix, by the folder that receives it (relative to the prefix)."""
    placed = [
        *(found for prefix in PREFIXES for found in _tree(prefix)),
        _written(SITE_PACKAGES, "embedded_ros_finder.pth", "import embedded_ros.rosidl.hook\n"),
        _written("lib/rmw_zenoh_cpp", "rmw_zenohd", ROUTER, mode=0o755),
    ]
    build_types = dict.fromkeys([*_python_packages(), "rmw_zenoh_cpp"], "ament_python")
    build_types |= dict.fromkeys(_interface_packages(), "ament_cmake")
    for name, build_type in build_types.items():
        placed += _registered(name, build_type)
    by_folder: dict[str, list[str]] = {}
    for folder, path in placed:
        by_folder.setdefault(folder, []).append(os.path.relpath(path, HERE))
    return sorted(by_folder.items())


def _python_packages() -> list[str]:
    # The distribution itself is no ROS package.
    return [
        name for name in find_packages(str(HERE), exclude=NOT_PACKAGES) if "." not in name and name != "embedded_ros"
    ]


def _interface_packages() -> list[str]:
    index = HERE / "embedded_ros" / "prefix" / "share" / "ament_index" / "resource_index" / "rosidl_interfaces"
    return sorted(path.name for path in index.iterdir())


def _tree(folder: Path) -> list[tuple[str, Path]]:
    return [(str(path.relative_to(folder).parent), path) for path in sorted(folder.rglob("*")) if path.is_file()]


def _registered(name: str, build_type: str) -> list[tuple[str, Path]]:
    """Marker in the resource index and package.xml, which `ros2 pkg`, colcon and FindPackageShare look for."""
    files = (("share/ament_index/resource_index/packages", name, ""), (f"share/{name}", "package.xml", PACKAGE_XML))
    return [
        _written(folder, file, text.format(name=name, build_type=build_type))
        for folder, file, text in files
        if not any((prefix / folder / file).exists() for prefix in PREFIXES)
    ]


def _written(folder: str, name: str, text: str, *, mode: int = 0o644) -> tuple[str, Path]:
    path = GENERATED / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return folder, path


setup(
    distclass=Underlay,
    packages=find_packages(exclude=NOT_PACKAGES),
    py_modules=["launch_testing_ros_pytest_entrypoint"],
    package_dir={"": "."},
    package_data={"": ["py.typed"], "embedded_ros": ["prefix/**/*", "prefix/**/.*"]},
    data_files=data_files(),
)
