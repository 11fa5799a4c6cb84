"""Parameter files with substitutions, and what a node that is loaded by a service gets of a file."""

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from launch import LaunchContext
from launch.substitutions import LaunchConfiguration, SubstitutionFailure
from launch_ros.descriptions import Parameter, ParameterFile
from launch_ros.utilities import to_parameters_list

Written = Callable[[str], Path]

FOR_NODES = """
/**: {ros__parameters: {rate: 1, label: any}}
/left:
  arm: {ros__parameters: {rate: 2, gains: {p: 1.5}}}
/right/arm: {ros__parameters: {rate: 3}}
"""


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(text: str) -> Path:
        file = tmp_path / "params.yaml"
        file.write_text(text)
        return file

    return write


@pytest.fixture
def context(log_dir: Path) -> LaunchContext:
    context = LaunchContext()
    context.launch_configurations.update({"robot": "turtle", "allow": "true"})
    return context


def values(context: LaunchContext, name: str, namespace: str | None, *elements: Any) -> list[tuple[str, Any]]:
    return [(parameter.name, parameter.value) for parameter in to_parameters_list(context, name, namespace, elements)]


@pytest.mark.parametrize("allow_substs", [True, LaunchConfiguration("allow")])
def test_substitutions_are_performed_in_a_copy(written: Written, context: LaunchContext, allow_substs: Any) -> None:
    file = written("$(var robot): {ros__parameters: {rate: 1}}")
    copy = ParameterFile(file, allow_substs=allow_substs).evaluate(context)
    assert yaml.safe_load(file.read_text()) == {"$(var robot)": {"ros__parameters": {"rate": 1}}}
    assert not copy.exists(), "the copy lasts as long as its description"


def test_the_copy_is_there_until_the_cleanup(written: Written, context: LaunchContext) -> None:
    described = ParameterFile(str(written("$(var robot): {}")), allow_substs=True)
    copy = described.evaluate(context)
    assert described.evaluate(context) == copy
    assert copy.read_text() == "turtle: {}"
    described.cleanup()
    gc.collect()
    assert not copy.exists()
    assert described.param_file != copy


def test_without_substitutions_the_file_itself_is_passed(written: Written, context: LaunchContext) -> None:
    described = ParameterFile(written("$(var robot): {}"))
    assert described.evaluate(context) == written("$(var robot): {}")
    described.cleanup()
    assert described.evaluate(context).exists()


def test_a_copy_that_is_no_yaml_is_refused(written: Written, context: LaunchContext) -> None:
    with pytest.raises(SubstitutionFailure, match=r"params\.yaml: .* not a valid yaml file"):
        ParameterFile(written("$(var robot): [1"), allow_substs=True).evaluate(context)


@pytest.mark.parametrize(
    ("name", "namespace", "expected"),
    [
        ("arm", "/left", [("rate", 2), ("label", "any"), ("gains.p", 1.5)]),
        ("arm", "/right", [("rate", 3), ("label", "any")]),
        ("arm", None, [("rate", 1), ("label", "any")]),
        ("leg", "/left", [("rate", 1), ("label", "any")]),
    ],
)
def test_a_loaded_node_gets_its_part_of_a_file(
    written: Written, context: LaunchContext, name: str, namespace: str | None, expected: list[Any]
) -> None:
    assert values(context, name, namespace, written(FOR_NODES)) == expected


def test_a_file_without_nodes_is_for_any_node(written: Written, context: LaunchContext) -> None:
    assert values(context, "arm", "/", written("{rate: 1, names: [a, b]}")) == [("rate", 1), ("names", ("a", "b"))]


def test_elements_keep_their_order(written: Written, context: LaunchContext) -> None:
    elements = ({"rate": 5}, written("rate: 6"), Parameter("rate", 7))
    assert values(context, "arm", None, *elements) == [("rate", 5), ("rate", 6), ("rate", 7)]


def test_a_node_without_a_name_is_warned_about(written: Written, context: LaunchContext) -> None:
    with pytest.warns(UserWarning, match="node name not provided"):
        assert values(context, "", None, written(FOR_NODES)) == [("rate", 1), ("label", "any")]
