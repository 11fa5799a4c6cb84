"""The underlay's prefix builds interface packages with plain CMake, with a C compiler or without."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from embedded_ros.rosidl import builtin_prefix
from embedded_ros.rosidl.lookup import find_definition, interface_names, package_kinds

SOURCE = Path(__file__).resolve().parents[2] / "twin_interfaces"
CMAKE = Path(sys.executable).parent / "cmake"
NO_COMPILER = builtin_prefix() / "share" / "ament_cmake" / "cmake" / "no_compiler.cmake"


def cmake(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CMAKE_GENERATOR": "Ninja", "PATH": f"{CMAKE.parent}:{os.environ['PATH']}"}
    return subprocess.run([CMAKE, *arguments], env=environment, capture_output=True, text=True, check=False)


def configure(source: Path, build: Path, prefix: Path) -> subprocess.CompletedProcess[str]:
    return cmake(
        "-S",
        source,
        "-B",
        build,
        f"-DCMAKE_PREFIX_PATH={builtin_prefix()}",
        f"-DCMAKE_INSTALL_PREFIX={prefix}",
        f"-DCMAKE_TOOLCHAIN_FILE={NO_COMPILER}",
    )


def test_twin_interfaces_installs_its_definitions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build, prefix = tmp_path / "build", tmp_path / "install"
    configured = configure(SOURCE, build, prefix)
    assert configured.returncode == 0, configured.stderr
    assert cmake("--install", build).returncode == 0
    index = prefix / "share" / "ament_index" / "resource_index"
    assert (index / "packages" / "twin_interfaces").is_file()
    registered = (index / "rosidl_interfaces" / "twin_interfaces").read_text(encoding="utf-8").split()
    written = {str(path.relative_to(SOURCE)) for kind in ("msg", "srv") for path in (SOURCE / kind).iterdir()}
    assert set(registered) == written
    monkeypatch.setenv("AMENT_PREFIX_PATH", str(prefix))
    assert find_definition("twin_interfaces", "msg", "NavigationTrial").is_relative_to(prefix)


def test_sourcing_puts_the_prefix_on_the_path(tmp_path: Path) -> None:
    build, prefix = tmp_path / "build", tmp_path / "install"
    configure(SOURCE, build, prefix)
    cmake("--install", build)
    script = f". {prefix}/share/twin_interfaces/local_setup.bash; . {prefix}/share/twin_interfaces/local_setup.sh"
    shown = subprocess.run(
        ["bash", "-c", f'{script}; echo "$AMENT_PREFIX_PATH"'],
        env={"AMENT_PREFIX_PATH": "/underlay"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == f"{prefix}:/underlay\n"


@pytest.mark.parametrize(
    ("listed", "problem"),
    [("msg/Lost.msg", "'msg/Lost.msg' does not exist"), ("Lost.msg", "'Lost.msg' is not of the form")],
)
def test_a_bad_list_of_definitions_is_refused(tmp_path: Path, listed: str, problem: str) -> None:
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.16)\nproject(bad_msgs)\nfind_package(rosidl_default_generators REQUIRED)\n"
        f'rosidl_generate_interfaces(${{PROJECT_NAME}} "{listed}")\n',
        encoding="utf-8",
    )
    configured = configure(tmp_path, tmp_path / "build", tmp_path / "install")
    assert configured.returncode != 0
    assert problem in configured.stderr


def test_every_definition_that_comes_along_is_registered_and_sound() -> None:
    share = builtin_prefix() / "share"
    for marker in (share / "ament_index" / "resource_index" / "rosidl_interfaces").iterdir():
        package = marker.name
        present = [
            f"{kind}/{name}.{kind}" for kind in package_kinds(package) for name in interface_names(package, kind)
        ]
        assert sorted(marker.read_text(encoding="utf-8").split()) == sorted(present)
        assert (share / package / "cmake" / f"{package}Config.cmake").is_file()
