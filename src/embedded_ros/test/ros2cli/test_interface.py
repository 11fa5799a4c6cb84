"""`ros2 interface` and `ros2 pkg`."""

from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., list[str]]


def test_show_opens_nested_messages(ros2: Run) -> None:
    assert ros2("interface", "show", "geometry_msgs/msg/PointStamped", "--no-comments") == [
        "std_msgs/Header header",
        "\tbuiltin_interfaces/Time stamp",
        "\t\tint32 sec",
        "\t\tuint32 nanosec",
        "\tstring frame_id",
        "Point point",
        "\tfloat64 x",
        "\tfloat64 y",
        "\tfloat64 z",
    ]


@pytest.fixture
def commented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = tmp_path / "share/ament_index/resource_index/packages"
    index.mkdir(parents=True)
    (index / "robot_msgs").touch()
    folder = tmp_path / "share/robot_msgs/msg"
    folder.mkdir(parents=True)
    (folder / "Inner.msg").write_text("# inside\n\nint8 A=1 # constant\nint8 x\n")
    (folder / "Outer.msg").write_text("# outside\nInner[<=2] inner # two\n\nstring text '#1' # a text\n")
    monkeypatch.setenv("AMENT_PREFIX_PATH", str(tmp_path))


@pytest.mark.usefixtures("commented")
@pytest.mark.parametrize(
    ("options", "lines"),
    [
        ([], ["# outside", "Inner[<=2] inner # two", "\tint8 A=1", "\tint8 x", "", "string text '#1' # a text"]),
        (["--no-comments"], ["Inner[<=2] inner", "\tint8 A=1", "\tint8 x", "string text '#1'"]),
        (
            ["--all-comments"],
            [
                "# outside",
                "Inner[<=2] inner # two",
                "\t# inside",
                "",
                "\tint8 A=1 # constant",
                "\tint8 x",
                "",
                "string text '#1' # a text",
            ],
        ),
    ],
    ids=["own", "none", "all"],
)
def test_show_leaves_out_comments(ros2: Run, options: list[str], lines: list[str]) -> None:
    assert ros2("interface", "show", "robot_msgs/msg/Outer", *options) == lines


def test_interfaces_are_listed_by_kind(ros2: Run) -> None:
    lines = ros2("interface", "list", "-s")
    assert lines[0] == "Services:"
    assert "    std_srvs/srv/Trigger" in lines
    assert not any("/msg/" in line for line in lines)


def test_packages_with_interfaces_are_listed(ros2: Run) -> None:
    packages = ros2("interface", "packages", "-a")
    assert "nav2_msgs" in packages
    assert "std_msgs" not in packages
    lines = ros2("interface", "package", "std_srvs")
    assert lines == ["std_srvs/srv/Empty", "std_srvs/srv/SetBool", "std_srvs/srv/Trigger"]


def test_a_prototype_has_default_values(ros2: Run) -> None:
    assert ros2("interface", "proto", "std_srvs/srv/SetBool") == ['"data: false', '"']
    assert ros2("interface", "proto", "example_interfaces/action/Fibonacci", "--no-quotes") == ["order: 0", ""]


def test_a_type_comes_from_standard_input(ros2: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "type").write_text("std_srvs/srv/Empty\n")
    with (tmp_path / "type").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert ros2("interface", "show", "-") == ["---"]


def test_packages_are_shown(ros2: Run) -> None:
    assert "std_msgs" in ros2("pkg", "list")
    assert Path(ros2("pkg", "prefix", "--share", "std_msgs")[0]).is_dir()


@pytest.mark.usefixtures("commented")
def test_a_manifest_is_shown(ros2: Run, tmp_path: Path) -> None:
    assert ros2("pkg", "xml", "robot_msgs", code="Package XML manifest not found") == []
    (tmp_path / "share/robot_msgs/package.xml").write_text("<package><name>robot_msgs</name></package>")
    assert ros2("pkg", "xml", "robot_msgs") == ["<package><name>robot_msgs</name></package>"]
    assert ros2("pkg", "xml", "robot_msgs", "-t", "name") == ["robot_msgs"]
    assert ros2("pkg", "xml", "robot_msgs", "-t", "version", code="XML tag not found") == []
