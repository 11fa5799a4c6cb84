"""What a row's raw_path says."""

from __future__ import annotations

import pytest

from twin_lakehouse import TwinError, raw_reference

KEY = "raw/turtlebot-01/job_id=j/000000-1234.mcap"


@pytest.mark.parametrize(
    ("raw_path", "reference"),
    [(f"{KEY}#log_time=1700000000000000001", (KEY, 1_700_000_000_000_000_001)), (KEY, (KEY, None))],
)
def test_a_raw_path_names_a_file_and_a_message_in_it(raw_path: str, reference: tuple[str, int | None]) -> None:
    assert raw_reference(raw_path) == reference


@pytest.mark.parametrize("raw_path", [f"{KEY}#log_time=", f"{KEY}#log_time=-1", "#log_time=5", f"{KEY}#log_time=٣"])
def test_a_time_that_is_none_is_refused(raw_path: str) -> None:
    with pytest.raises(TwinError, match=r"KEY#log_time=NANOSECONDS"):
        raw_reference(raw_path)
