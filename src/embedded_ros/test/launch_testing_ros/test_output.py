"""Filters of output."""

from pathlib import Path

import pytest

from launch_testing_ros.tools import basic_output_filter
from launch_testing_ros.tools.output import get_rmw_output_filter


@pytest.fixture(autouse=True)
def rmw_noise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The middleware `rmw_noise` says what of its output tests may leave out."""
    for name, text in (("prefixes", "noise:\n"), ("patterns", ".*[0-9]+ bytes\n")):
        folder = tmp_path / "share/ament_index/resource_index" / f"rmw_output_{name}"
        folder.mkdir(parents=True)
        (folder / "rmw_noise").write_text(text)
    monkeypatch.setenv("AMENT_PREFIX_PATH", str(tmp_path))


def test_what_the_middleware_says_is_left_out() -> None:
    said = "noise: a\nsent 12 bytes\npid 3\nhello\n"
    assert basic_output_filter(filtered_rmw_implementation="rmw_noise")(said) == "hello\n"
    assert basic_output_filter()(said) == "noise: a\nsent 12 bytes\nhello\n"


def test_own_filters_come_instead_of_the_default_ones() -> None:
    filtered = basic_output_filter(["hel"], ["no.*"], filtered_rmw_implementation="rmw_noise")
    assert filtered("noise: a\npid 3\nhello\n") == "pid 3\n"


def test_a_middleware_without_filters_has_none() -> None:
    assert get_rmw_output_filter("rmw_other", "prefixes") == []


def test_an_unknown_kind_of_filter_is_refused() -> None:
    with pytest.raises(TypeError, match="'suffixes'"):
        get_rmw_output_filter("rmw_noise", "suffixes")
