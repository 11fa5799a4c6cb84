"""Files of a new ament_python package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

VERSION = "0.0.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPackage:
    """What `ros2 pkg create` was told."""

    name: str
    package_format: int
    description: str
    license: str
    maintainer_name: str
    maintainer_email: str
    dependencies: Sequence[str]
    node_name: str | None
    library_name: str | None


def create_package(package: NewPackage, destination: Path) -> None:
    """Write the package into a folder of its name, and say each file. Raises OSError."""
    folder = destination / package.name
    _create_folder(folder)
    _create_file(folder / "package.xml", _package_xml(package))
    print("creating source folder")
    source = folder / package.name
    _create_folder(source)
    _create_file(folder / "setup.py", _setup_py(package))
    _create_file(folder / "setup.cfg", _SETUP_CFG.format(name=package.name))
    _create_folder(folder / "resource")
    _create_file(folder / "resource" / package.name, "")
    _create_file(source / "__init__.py", "")
    if package.node_name:
        _create_file(source / f"{package.node_name}.py", _NODE.format(name=package.node_name))
    if package.library_name:
        _create_folder(source / package.library_name)
        _create_file(source / package.library_name / "__init__.py", "")


def _create_folder(path: Path) -> None:
    print("creating folder", path)
    path.mkdir(parents=True, exist_ok=True)


def _create_file(path: Path, text: str) -> None:
    print("creating", path)
    path.write_text(text, encoding="utf-8")


def _package_xml(package: NewPackage) -> str:
    depends = "".join(f"\n  <depend>{escape(name)}</depend>" for name in package.dependencies)
    return _PACKAGE_XML.format(
        format=package.package_format,
        name=package.name,
        version=VERSION,
        description=escape(package.description),
        maintainer=escape(package.maintainer_name),
        email=quoteattr(package.maintainer_email),
        license=escape(package.license),
        depends=depends,
    )


def _setup_py(package: NewPackage) -> str:
    node = package.node_name
    return _SETUP_PY.format(
        name=package.name,
        version=VERSION,
        maintainer=package.maintainer_name,
        email=package.maintainer_email,
        description=package.description,
        license=package.license,
        scripts=f'\n            "{node} = {package.name}.{node}:main",\n        ' if node else "",
    )


_PACKAGE_XML = """<?xml version="1.0"?>
<?xml-model href="http://download.ros.org/schema/package_format{format}.xsd" schematypens="http://www.w3.org/2001/XMLSchema"?>
<package format="{format}">
  <name>{name}</name>
  <version>{version}</version>
  <description>{description}</description>
  <maintainer email={email}>{maintainer}</maintainer>
  <license>{license}</license>
{depends}
  <test_depend>python3-pytest</test_depend>

  <export>
    <build_type>ament_python</build_type>
  </export>
</package>
"""

_SETUP_CFG = """[develop]
script_dir=$base/lib/{name}
[install]
install_scripts=$base/lib/{name}
"""

_SETUP_PY = """from setuptools import find_packages, setup

package_name = "{name}"

setup(
    name=package_name,
    version="{version}",
    packages=find_packages(exclude=["test"]),
    data_files=[
        ("share/ament_index/resource_index/packages", ["resource/" + package_name]),
        ("share/" + package_name, ["package.xml"]),
    ],
    install_requires=["setuptools"],
    zip_safe=True,
    maintainer={maintainer!r},
    maintainer_email={email!r},
    description={description!r},
    license={license!r},
    entry_points={{
        "console_scripts": [{scripts}],
    }},
)
"""

_NODE = """import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node


def main(args=None):
    rclpy.init(args=args)
    node = Node("{name}")
    try:
        rclpy.spin(node)
    except (KeyboardInterrupt, ExternalShutdownException):
        return
    finally:
        node.destroy_node()
        rclpy.try_shutdown()


if __name__ == "__main__":
    main()
"""
