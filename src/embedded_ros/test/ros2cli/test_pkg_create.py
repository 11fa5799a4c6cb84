"""`ros2 pkg create`."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

Run = Callable[..., list[str]]


@pytest.fixture
def package(ros2: Run, tmp_path: Path) -> Path:
    words = ("pkg", "create", "lamp", "--build-type", "ament_python", "--destination-directory", str(tmp_path))
    about = ("--description", "It's <on> & off", "--license", "Apache-2.0", "--maintainer-email", "a@b.c")
    lines = ros2(
        *words, *about, "--node-name", "switch", "--library-name", "core", "--dependencies", "rclpy", "std_msgs"
    )
    assert lines[:2] == ["going to create a new package", "package name: lamp"]
    return tmp_path / "lamp"


def test_the_manifest_has_what_was_given(package: Path) -> None:
    root = ET.fromstring((package / "package.xml").read_text())  # noqa: S314
    assert [root.findtext(tag) for tag in ("name", "description", "license")] == [
        "lamp",
        "It's <on> & off",
        "Apache-2.0",
    ]
    assert [element.text for element in root.findall("depend")] == ["rclpy", "std_msgs"]
    assert root.findtext("export/build_type") == "ament_python"


def test_the_package_is_installed_as_colcon_does_it(package: Path, tmp_path: Path) -> None:
    command = [sys.executable, "setup.py", "-q", "install", "--prefix", str(tmp_path / "out")]
    options = ["--single-version-externally-managed", "--record", str(tmp_path / "record")]
    env = {**os.environ, "PYTHONWARNINGS": "ignore"}
    subprocess.run([*command, *options], cwd=package, check=True, capture_output=True, env=env)
    prefix = tmp_path / "out"
    assert (prefix / "share/ament_index/resource_index/packages/lamp").is_file()
    assert (prefix / "share/lamp/package.xml").is_file()
    assert os.access(prefix / "lib/lamp/switch", os.X_OK)
    assert sorted(path.name for path in (package / "lamp").iterdir()) == ["__init__.py", "core", "switch.py"]


def test_what_is_there_is_left_alone(package: Path, ros2: Run) -> None:
    words = ("pkg", "create", "lamp", "--build-type", "ament_python", "--destination-directory", str(package.parent))
    assert ros2(*words, code=f"\nAborted!\nThe directory already exists: {package}") == []
