"""What makes no rows is said, but not with each segment."""

from __future__ import annotations

import pytest

from twin_recorder.core.project import Skipped
from twin_recorder.core.skip_log import SkipLog


def test_what_comes_with_each_segment_is_said_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    clock = [0.0]
    log = SkipLog(lambda: clock[0])
    for number in range(62):
        clock[0] = float(number)
        log.tell(f"{number}.mcap", [Skipped(topic="/odom", messages=2, reason=f"damaged, the first is {number}")])
    log.tell("62.mcap", [Skipped(topic="/imu", messages=1, reason="no definition")])
    log.end()
    assert [record.getMessage() for record in caplog.records] == [
        "segment 0.mcap: 2 messages of /odom made no rows: damaged, the first is 0",
        "segment 60.mcap: 120 messages of /odom made no rows: damaged, the first is 60",
        "segment 62.mcap: 1 messages of /imu made no rows: no definition",
        "segment 61.mcap: 2 messages of /odom made no rows: damaged, the first is 61",
    ]
