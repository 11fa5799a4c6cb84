"""Definitions without ROS."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin_recorder.core.definitions import Definition, Definitions, default_prefixes, store_of
from twin_recorder.core.errors import DefinitionError


def write(prefix: Path, package: str, name: str, text: str) -> None:
    folder = prefix / "share" / package / "msg"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.msg").write_text(text)


def test_definition_has_nested_types_and_nothing_else() -> None:
    text = Definitions().find("nav_msgs/msg/Odometry").text
    assert "MSG: geometry_msgs/PoseWithCovariance" in text
    assert "LaserScan" not in text


def test_definition_is_found_below_a_prefix_with_what_it_nests(tmp_path: Path) -> None:
    write(tmp_path, "zoo_msgs", "Zoo", "std_msgs/Header header\nAnimal[] animals\n")
    write(tmp_path, "zoo_msgs", "Animal", "string name\nuint8 legs\n")
    definition = Definitions([tmp_path]).find("zoo_msgs/msg/Zoo")
    assert {"zoo_msgs/msg/Zoo", "zoo_msgs/msg/Animal", "std_msgs/msg/Header"} <= set(store_of(definition).fielddefs)


def test_definition_handed_in_comes_before_files(tmp_path: Path) -> None:
    write(tmp_path, "zoo_msgs", "Animal", "string name\n")
    definitions = Definitions([tmp_path], {"zoo_msgs/msg/Animal": "int32 number\n"})
    assert definitions.find("zoo_msgs/msg/Animal").text == "int32 number\n"


def test_missing_definition_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        Definitions([tmp_path]).find("zoo_msgs/msg/Zoo")
    assert f"share/zoo_msgs/msg of {tmp_path}; source the workspace that has package zoo_msgs" in str(caught.value)


def test_missing_nested_definition_names_both(tmp_path: Path) -> None:
    write(tmp_path, "zoo_msgs", "Zoo", "Animal[] animals\n")
    with pytest.raises(DefinitionError, match=r"no definition of zoo_msgs/msg/Animal, nested in zoo_msgs/msg/Zoo"):
        Definitions([tmp_path]).find("zoo_msgs/msg/Zoo")


def test_unreadable_definition_is_one_sentence(tmp_path: Path) -> None:
    write(tmp_path, "zoo_msgs", "Zoo", "int32 } = no definition\n")
    with pytest.raises(DefinitionError, match=r"zoo_msgs/msg/Zoo can't be parsed: [^\n]+$"):
        Definitions([tmp_path]).find("zoo_msgs/msg/Zoo")


def test_schema_with_a_missing_part_is_refused() -> None:
    with pytest.raises(DefinitionError, match="the schema of zoo_msgs/msg/Zoo can't be used"):
        store_of(Definition(type_name="zoo_msgs/msg/Zoo", text="Animal[] animals\n"))


def test_prefixes_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMENT_PREFIX_PATH", "/first:/second")
    assert default_prefixes()[:2] == (Path("/first"), Path("/second"))
