"""Every error names the thing, the value and the way out."""

from __future__ import annotations

import pytest

from twin_navigator.core import errors
from twin_navigator.core.errors import NavigatorError

CASES = [
    (errors.ConfigError("tick_rate", 0.0, "needs a value > 0"), ["tick_rate", "0.0", "> 0"]),
    (errors.LocationsFileError("w.yaml", "has no locations"), ["w.yaml", "has no locations", "locations_file"]),
    (errors.UnknownLocationError("garage", "w.yaml", ["hall", "office"]), ["garage", "w.yaml", "hall, office"]),
    (errors.ImageError("image encoding 'x': set the camera to rgb8"), ["'x'", "rgb8"]),
    (errors.MissionStateError("failed", "running", []), ["failed", "running", "none, it is over"]),
    (errors.MissionStateError("waiting", "succeeded", ["running", "failed"]), ["running, failed"]),
]


@pytest.mark.parametrize(("error", "words"), CASES)
def test_message_has_thing_value_and_way_out(error: NavigatorError, words: list[str]) -> None:
    assert isinstance(error, NavigatorError)
    assert [word for word in words if word not in str(error)] == []


def test_every_error_class_has_a_case() -> None:
    classes = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, NavigatorError)}
    assert classes - {NavigatorError} == {type(error) for error, _ in CASES}
