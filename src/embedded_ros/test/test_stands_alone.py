"""The package in an environment of its own: complete, its needs declared, with a stranger's workspace on top."""

import ast
import shutil
import signal
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PREFIXES = (ROOT / "prefix", ROOT / "embedded_ros" / "prefix")
PACKAGES = sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name not in ("build", "test"))


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def run(*command: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    ended = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, f"{command}: {ended.stdout}\n{ended.stderr}"
    return ended.stdout


# Two builds, an installation and a workspace on a busy machine.
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, because building writes into the source folder."""
    folder = tmp_path_factory.mktemp("wheel")
    source = shutil.copytree(ROOT, folder / "source", ignore=shutil.ignore_patterns("build", "test", "*.egg-info"))
    pip = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index")
    run(*pip, "--wheel-dir", folder, source)
    [built] = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_module_and_every_file_of_the_prefix(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    assert {str(path.relative_to(ROOT)) for path in modules()} <= held
    data = next(name for name in held if ".data/data/" in name).partition(".data/data/")[0] + ".data/data/"
    files = {str(path.relative_to(prefix)) for prefix in PREFIXES for path in prefix.rglob("*") if path.is_file()}
    files |= {f"share/ament_index/resource_index/packages/{name}" for name in PACKAGES if name != "embedded_ros"}
    files |= {"lib/rmw_zenoh_cpp/rmw_zenohd", "share/rclpy/package.xml", "share/std_msgs/package.xml"}
    assert {data + file for file in files} <= held


def test_whatever_is_imported_is_a_declared_dependency() -> None:
    names: set[str] = set()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names.add(node.module)
    interfaces = {path.name for path in (ROOT / "embedded_ros" / "prefix" / "share").iterdir()}
    foreign = {name.partition(".")[0] for name in names} - set(PACKAGES) - interfaces - sys.stdlib_module_names
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    known = {name.partition(">")[0] for name in declared}
    distributions = packages_distributions()
    missing = [name for name in foreign if not {each.lower().replace("_", "-") for each in distributions[name]} & known]
    assert not missing


STRANGER = {
    "words_msgs/package.xml": """<?xml version="1.0"?>
<package format="3"><name>words_msgs</name><version>1.0.0</version><description>Words</description>
<maintainer email="a@b.example">A</maintainer><license>MIT</license>
<buildtool_depend>ament_cmake</buildtool_depend><build_depend>rosidl_default_generators</build_depend>
<depend>std_msgs</depend><member_of_group>rosidl_interface_packages</member_of_group>
<export><build_type>ament_cmake</build_type></export></package>""",
    "words_msgs/CMakeLists.txt": """cmake_minimum_required(VERSION 3.8)
project(words_msgs)
find_package(ament_cmake REQUIRED)
find_package(rosidl_default_generators REQUIRED)
find_package(std_msgs REQUIRED)
rosidl_generate_interfaces(${PROJECT_NAME} "msg/Word.msg" DEPENDENCIES std_msgs)
ament_export_dependencies(rosidl_default_runtime)
ament_package()""",
    "words_msgs/msg/Word.msg": "std_msgs/Header header\nstring text hello\n",
    "words/package.xml": """<?xml version="1.0"?>
<package format="3"><name>words</name><version>1.0.0</version><description>Words</description>
<maintainer email="a@b.example">A</maintainer><license>MIT</license>
<exec_depend>rclpy</exec_depend><exec_depend>words_msgs</exec_depend>
<export><build_type>ament_python</build_type></export></package>""",
    "words/setup.cfg": "[develop]\nscript_dir=$base/lib/words\n[install]\ninstall_scripts=$base/lib/words\n",
    "words/resource/words": "",
    "words/setup.py": """from setuptools import setup
setup(name='words', version='1.0.0', packages=['words'], install_requires=['setuptools'],
      data_files=[('share/ament_index/resource_index/packages', ['resource/words']),
                  ('share/words', ['package.xml', 'launch/speak_launch.py'])],
      entry_points={'console_scripts': ['speak = words.speak:main', 'hear = words.hear:main']})""",
    "words/words/__init__.py": "",
    "words/words/speak.py": """import rclpy
from rclpy.node import Node
from words_msgs.msg import Word


def main():
    rclpy.init()
    node = Node('speaker')
    text = node.declare_parameter('text', 'nothing').value
    publisher = node.create_publisher(Word, 'word', 10)
    node.create_timer(0.1, lambda: publisher.publish(Word(text=text)))
    try:
        rclpy.spin(node)
    except KeyboardInterrupt:
        pass""",
    "words/words/hear.py": """import rclpy
from rclpy.wait_for_message import wait_for_message
from words_msgs.msg import Word


def main():
    rclpy.init()
    node = rclpy.create_node('hearer')
    found, message = wait_for_message(Word, node, 'word', time_to_wait=60)
    print('heard', message.text if found else 'nothing')
    node.destroy_node()
    rclpy.shutdown()""",
    "words/launch/speak_launch.py": """from launch import LaunchDescription
from launch_ros.actions import Node


def generate_launch_description():
    return LaunchDescription([
        Node(package='words', executable='speak', parameters=[{'text': 'from a launch file'}], output='screen'),
    ])""",
}


@pytest.fixture
def environment(wheel: Path, tmp_path: Path) -> Path:
    """A new virtual environment with the wheel; what it depends on is borrowed from this one."""
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / "bin" / "python3"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel)
    paths = sysconfig.get_paths(vars={"base": str(tmp_path / "venv"), "platbase": str(tmp_path / "venv")})
    (Path(paths["purelib"]) / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return tmp_path / "venv"


@pytest.mark.slow
def test_a_strangers_workspace_builds_and_runs(environment: Path, tmp_path: Path, own_router: str) -> None:
    for name, text in STRANGER.items():
        path = tmp_path / "ws" / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    clean = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(tmp_path)}
    clean |= {"ZENOH_CONFIG_OVERRIDE": own_router, "ROS_DOMAIN_ID": "0", "PYTHONDONTWRITEBYTECODE": "1"}

    def bash(command: str) -> list[str]:
        return ["bash", "-c", f"source {environment}/setup.bash && {command}"]

    colcon = 'python3 -W ignore -c "import sys; from colcon_core.command import main; sys.exit(main())" build'
    run(*bash(f"{colcon} --event-handlers console_direct+"), cwd=tmp_path / "ws", env=clean)
    sourced = f"source {tmp_path}/ws/install/local_setup.bash && exec"
    speaker = subprocess.Popen(bash(f"{sourced} ros2 launch words speak_launch.py"), env=clean)
    try:
        echoed = run(*bash(f"{sourced} ros2 topic echo --once /word words_msgs/msg/Word"), env=clean)
        heard = run(*bash(f"{sourced} ros2 run words hear"), env=clean)
        listed = run(*bash(f"{sourced} ros2 interface show words_msgs/msg/Word"), env=clean)
    finally:
        speaker.send_signal(signal.SIGINT)
        ended = speaker.wait(timeout=60)
    assert "text: from a launch file" in echoed
    assert heard == "heard from a launch file\n"
    assert "string text" in listed
    assert ended in (0, -signal.SIGINT, 128 + signal.SIGINT)
