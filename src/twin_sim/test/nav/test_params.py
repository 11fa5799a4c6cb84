from pathlib import Path

import pytest

from twin_node.errors import ParameterError
from twin_node.parameters import Parameter
from twin_sim.nav.core.controller import ControllerConfig
from twin_sim.nav.core.geometry import Pose2D
from twin_sim.nav.core.server import CoreConfig
from twin_sim.nav.params import PARAMETERS, parse

_WORLD: dict[str, object] = {"world": "maze.yaml"}


def test_defaults_are_the_cores_own() -> None:
    params = parse(_WORLD)
    assert params.core == CoreConfig()
    assert params.world == Path("maze.yaml")
    assert params.initial is None


def test_values_reach_the_core() -> None:
    params = parse({**_WORLD, "limits.linear": 0.2, "goal.xy_tolerance": 0.2, "recovery.max": 3, "sensors.timeout": 1})
    assert params.core.navigator.controller == ControllerConfig(max_linear=0.2, xy_tolerance_m=0.2)
    assert params.core.navigator.recovery.max_recoveries == 3
    assert params.core.navigator.sensor_timeout_s == 1.0


def test_initial_pose_is_taken_whole() -> None:
    pose: dict[str, object] = {"initial_pose.x": 1.0, "initial_pose.y": 2.0, "initial_pose.yaw": 0.5}
    assert parse({**_WORLD, **pose}).initial == Pose2D(1.0, 2.0, 0.5)
    with pytest.raises(ParameterError, match="set all three or none"):
        parse({**_WORLD, "initial_pose.x": 1.0})


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"limits.linear": 3.0}, "parameter limits.linear: 3.0 is refused; give a number from 0.02 to 1 m/s"),
        ({"recovery.max": 2.5}, "parameter recovery.max: 2.5 is refused; give a whole number from 0 to 100"),
        ({"frames.map": "/map"}, "parameter frames.map: '/map' is no frame; give a name without a leading slash"),
        ({"controller.lookahead_min": 0.9}, "0.9 m is more than controller.lookahead_max, 0.45 m; lower it"),
        ({"map": "house.yaml"}, "parameter world: 'maze.yaml', and map 'house.yaml': give one"),
        ({"world": ""}, "parameter world: '', and map '': give one"),
    ],
)
def test_wrong_value_is_refused_by_name_value_and_range(values: dict[str, object], words: str) -> None:
    with pytest.raises(ParameterError) as caught:
        parse({**_WORLD, **values})
    assert words in str(caught.value)


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_readme_has_the_parameter_as_it_is(parameter: Parameter) -> None:
    readme = (Path(__file__).parents[2] / "NAV.md").read_text(encoding="utf-8")
    assert parameter.row in readme.splitlines()
