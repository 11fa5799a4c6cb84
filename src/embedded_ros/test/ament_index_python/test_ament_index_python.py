"""The resource index over several prefixes."""

from argparse import Namespace
from pathlib import Path

import pytest

from ament_index_python import (
    InvalidResourceNameError,
    InvalidResourceTypeNameError,
    PackageNotFoundError,
    get_package_prefix,
    get_package_share_directory,
    get_package_share_path,
    get_packages_with_prefixes,
    get_resource,
    get_resource_types,
    get_resources,
    get_search_paths,
    has_resource,
)
from ament_index_python.cli import main, resource_name_completer


@pytest.fixture
def prefixes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    first, second = tmp_path / "first", tmp_path / "second"
    for prefix, packages in ((first, ["common", "one"]), (second, ["common", "two"])):
        index = prefix / "share" / "ament_index" / "resource_index"
        for package in packages:
            (index / "packages").mkdir(parents=True, exist_ok=True)
            (index / "packages" / package).touch()
        (index / "plugin").mkdir()
        (index / "plugin" / "common").write_text(f"from {prefix.name}", encoding="utf-8")
        (index / "plugin" / ".hidden").touch()
    (first / "share" / "one").mkdir()
    monkeypatch.setenv("AMENT_PREFIX_PATH", f"{first}:{second}:{tmp_path / 'gone'}")
    return first, second


def test_the_first_prefix_wins(prefixes: tuple[Path, Path]) -> None:
    first, second = map(str, prefixes)
    found = get_packages_with_prefixes()
    assert (found["common"], found["one"], found["two"]) == (first, first, second)
    assert get_resource("plugin", "common") == ("from first", first)
    assert get_resources("plugin") == {"common": first}


def test_missing_prefixes_are_skipped(prefixes: tuple[Path, Path]) -> None:
    assert get_search_paths()[:2] == [str(prefix) for prefix in prefixes]
    assert all(Path(path).exists() for path in get_search_paths())


def test_share_directory(prefixes: tuple[Path, Path]) -> None:
    share = str(prefixes[0] / "share" / "one")
    assert get_package_share_directory("one") == share
    assert get_package_share_path("one") == Path(share)
    with pytest.warns(UserWarning, match="Share directory for two .* does not exist"):
        get_package_share_directory("two")


def test_what_is_not_there(prefixes: tuple[Path, Path]) -> None:
    with pytest.raises(PackageNotFoundError, match=f"package 'nope' not found, searching: .*{prefixes[0]}"):
        get_package_prefix("nope")
    with pytest.raises(ValueError, match="'no/pe' is not a valid package name"):
        get_package_prefix("no/pe")
    with pytest.raises(LookupError, match="Could not find the resource 'nope' of type 'plugin'"):
        get_resource("plugin", "nope")
    assert has_resource("plugin", "nope") is False
    with pytest.raises(InvalidResourceNameError):
        has_resource("plugin", "a/b")
    with pytest.raises(InvalidResourceTypeNameError):
        get_resources("a/b")


def test_types(prefixes: tuple[Path, Path]) -> None:
    assert {"packages", "plugin"} <= get_resource_types()
    assert prefixes


def test_the_underlay_is_there_without_an_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AMENT_PREFIX_PATH", raising=False)
    assert Path(get_package_share_directory("std_msgs"), "msg", "String.msg").is_file()


def test_an_empty_search_path_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMENT_PREFIX_PATH", "")
    with pytest.raises(OSError, match="'AMENT_PREFIX_PATH' is set to nothing"):
        get_packages_with_prefixes()


def test_only_the_named_prefixes_are_searched(prefixes: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMENT_PREFIX_PATH", f"{prefixes[0]}:/not/there")
    assert get_search_paths() == [str(prefixes[0])]
    with pytest.raises(PackageNotFoundError):
        get_package_prefix("std_msgs")


def test_the_command_prints_types_resources_and_content(
    prefixes: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) is None
    assert {"packages", "plugin"} <= set(capsys.readouterr().out.splitlines())
    assert main(["packages"]) is None
    assert f"one\t{prefixes[0]}" in capsys.readouterr().out.splitlines()
    assert main(["packages", "one"]) is None
    assert capsys.readouterr().out.startswith(f"{prefixes[0]}\n")
    assert main(["packages", "nope"]) == "Could not find the resource 'nope' of type 'packages'"
    assert "one" in list(resource_name_completer("o", Namespace(resource_type="packages")))
