"""Interface packages are imported from their definitions, and never in the place of a real package."""

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from embedded_ros.rosidl import DefinitionError, deserialize, get_message, serialize
from embedded_ros.rosidl.finder import InterfaceFinder, install_finder


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AMENT_PREFIX_PATH", str(tmp_path))
    return tmp_path


def define(prefix: Path, interface: str, text: str) -> None:
    package, kind, name = interface.split("/")
    path = prefix / "share" / package / kind / f"{name}.{kind}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_module_offers_the_packages_interfaces() -> None:
    module = importlib.import_module("std_msgs.msg")
    assert {"String", "Header"} <= set(dir(module))
    assert "String" in module.__all__
    assert module.String is module.String
    with pytest.raises(AttributeError, match=r"module 'std_msgs\.msg' has no attribute 'Nope'"):
        _ = module.Nope


def test_the_generated_modules_name_is_importable() -> None:
    module = importlib.import_module("std_srvs.srv._set_bool")
    assert module.SetBool_Request is module.SetBool.Request
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("std_srvs.srv._nope")


@pytest.mark.parametrize("name", ["std_msgs.srv", "std_msgs.nope", "nope_msgs", "nope_msgs.msg"])
def test_what_does_not_exist_is_not_found(name: str) -> None:
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module(name)


def test_a_package_of_the_workspace_is_found_once_it_is_sourced(prefix: Path) -> None:
    define(prefix, "finder_a_msgs/msg/Probe", "std_msgs/Header header\nOther other\n")
    define(prefix, "finder_a_msgs/msg/Other", "int32 n 7\n")
    module = importlib.import_module("finder_a_msgs.msg")
    assert module.Probe().other.n == 7


def test_the_overlay_comes_before_what_is_built_in(prefix: Path) -> None:
    from embedded_ros.rosidl.lookup import find_definition, interface_names

    define(prefix, "shape_msgs/msg/Own", "int32 n\n")
    assert interface_names("shape_msgs", "msg") == ["Own"]
    assert find_definition("shape_msgs", "msg", "Own").is_relative_to(prefix)


def test_a_bad_definition_is_named_when_its_class_is_asked_for(prefix: Path) -> None:
    define(prefix, "finder_b_msgs/msg/Bad", "int32 ok\nint33 wrong\n")
    define(prefix, "finder_b_msgs/msg/Lost", "nope_msgs/Thing thing\n")
    with pytest.raises(DefinitionError, match=r"Bad\.msg:2: 'int33 wrong': 'int33' is no type"):
        get_message("finder_b_msgs/msg/Bad")
    with pytest.raises(DefinitionError, match=r"Lost\.msg: field 'thing': .*no package 'nope_msgs'"):
        get_message("finder_b_msgs/msg/Lost")


def test_a_real_package_wins(
    prefix: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    define(prefix, "finder_c_msgs/msg/Probe", "int32 n\n")
    site = tmp_path_factory.mktemp("site")
    (site / "finder_c_msgs" / "msg").mkdir(parents=True)
    (site / "finder_c_msgs" / "__init__.py").write_text("", encoding="utf-8")
    (site / "finder_c_msgs" / "msg" / "__init__.py").write_text("REAL = True\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(site))
    assert importlib.import_module("finder_c_msgs.msg").REAL


def test_a_mere_folder_of_that_name_does_not_win(
    prefix: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    define(prefix, "finder_d_msgs/msg/Probe", "int32 n\n")
    sources = tmp_path_factory.mktemp("src")
    (sources / "finder_d_msgs" / "msg").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(sources))
    assert importlib.import_module("finder_d_msgs.msg").Probe().n == 0


def test_installing_twice_changes_nothing() -> None:
    install_finder()
    assert sum(isinstance(finder, InterfaceFinder) for finder in sys.meta_path) == 1


def test_the_hook_imports_neither_numpy_nor_typing() -> None:
    source = str(Path(__file__).parents[2])
    code = (
        f"import sys; sys.path.insert(0, {source!r}); before = set(sys.modules); import embedded_ros.rosidl.hook;"
        "print({'numpy', 'typing', 'pathlib', 'importlib.abc'} & (set(sys.modules) - before))"
    )
    result = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "set()\n"


def test_field_names_do_not_clash_with_what_classes_have(prefix: Path) -> None:
    names = ["interface", "structure", "name", "unset", "unknown", "self", "reject", "m", "d", "o", "global", "message"]
    define(prefix, "finder_e_msgs/msg/Names", "".join(f"int32 {name} {n}\n" for n, name in enumerate(names)))
    message_class: Any = get_message("finder_e_msgs/msg/Names")
    message = message_class(interface=7)
    assert message.interface == 7
    assert message.global_ == names.index("global")
    assert deserialize(type(message), serialize(message)) == message
