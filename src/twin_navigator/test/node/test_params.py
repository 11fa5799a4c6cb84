"""The parameter table of the README says what the code declares."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from twin_navigator.params import PARAMETERS
from twin_node.parameters import Parameter

PACKAGE = Path(__file__).parents[2]


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_readme_has_the_parameter_as_it_is(parameter: Parameter) -> None:
    assert parameter.row in (PACKAGE / "README.md").read_text(encoding="utf-8").splitlines()


def test_config_file_sets_only_declared_parameters() -> None:
    document = yaml.safe_load((PACKAGE / "config" / "navigator.yaml").read_text(encoding="utf-8"))
    values = document["twin_navigator"]["ros__parameters"]
    declared = {spec.name: spec.default for spec in PARAMETERS}
    assert set(values) <= set(declared)
    assert {name: type(value) for name, value in values.items()} == {name: type(declared[name]) for name in values}
