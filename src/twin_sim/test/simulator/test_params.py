"""Parameters of mujoco_sim: a wrong value is refused with name, value and range."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from twin_node.errors import ParameterError
from twin_node.parameters import Parameter
from twin_sim.simulator.core import SimulationConfig
from twin_sim.simulator.params import PARAMETERS, parse

FILES = {"world": "maze.yaml", "urdf": "waffle.urdf"}


def test_defaults_are_the_turtlebots() -> None:
    params = parse(FILES)
    assert params.simulation == SimulationConfig()
    assert (params.world, params.urdf) == (Path("maze.yaml"), Path("waffle.urdf"))


def test_values_reach_the_configuration() -> None:
    params = parse({**FILES, "seed": 5, "noise.enabled": False, "rates.camera": 4, "drive.max_linear": 0.2})
    assert params.simulation.seed == 5
    assert params.simulation.noise.enabled is False
    assert params.simulation.rates.camera == 4.0
    assert params.simulation.drive.max_linear == 0.2


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("drive.max_linear", -1.0, "parameter drive.max_linear: -1.0 is refused; give a number from 0 to 2 m/s"),
        ("camera.width", 5000, "parameter camera.width: 5000 is refused; give a whole number from 16 to 1280 px"),
        ("world", "", "parameter world: not set; give the path of a file"),
        ("lidar.range_min", 5.0, "parameter lidar.range_min: 5 must be below lidar.range_max, 3.5"),
        ("camera.depth_min", 5.0, "parameter camera.depth_min: 5 must be below camera.depth_max, 4"),
    ],
)
def test_wrong_value_is_refused_by_name(name: str, value: object, text: str) -> None:
    extra = {"camera.depth_max": 4.0} if name == "camera.depth_min" else {}
    with pytest.raises(ParameterError, match=re.escape(text)):
        parse({**FILES, **extra, name: value})


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_readme_has_the_parameter_as_it_is(parameter: Parameter) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert parameter.row in readme.splitlines()
