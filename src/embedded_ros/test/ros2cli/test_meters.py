"""Rate, delay and bandwidth, from times that are passed in."""

import pytest

from ros2topic.verb.bw import BandwidthMeter
from ros2topic.verb.delay import DelayMeter
from ros2topic.verb.hz import RateMeter

MS = 1_000_000


def test_a_rate_comes_from_the_intervals_in_the_window() -> None:
    meter = RateMeter(window=2)
    reports = []
    for stamp_ms in (1, 9000, 9100, 10300):
        meter.add(stamp_ms * MS)
        reports.append(meter.report())
    last = "average rate: 1.538\n\tmin: 0.100s max: 1.200s std dev: 0.55000s window: 2"
    assert reports == [None, None, None, last]


def test_a_rate_is_reported_once_a_second_and_only_while_messages_come() -> None:
    meter = RateMeter(window=10)
    reported = []
    for stamp_ms in range(100, 3_100, 100):
        meter.add(stamp_ms * MS)
        if meter.report() is not None:
            reported.append(stamp_ms)
    assert reported == [1200, 2200]
    assert meter.report() is None


def test_a_clock_that_jumps_back_starts_the_measurement_again(capsys: pytest.CaptureFixture[str]) -> None:
    meter = RateMeter(window=10)
    for stamp_ms in (5000, 6000, 1000):
        meter.add(stamp_ms * MS)
    assert meter.report() is None
    meter.add(2000 * MS)
    meter.add(0)
    assert capsys.readouterr().out == "time has reset, resetting counters\n"


def test_a_delay_is_the_time_since_the_stamp() -> None:
    meter = DelayMeter(window=10)
    for now_ms, stamp_ms in ((1000, 990), (1100, 1080), (1200, 1160)):
        meter.add(now_ms * MS, stamp_ms * MS)
    assert meter.report() == "average delay: 0.030\n\tmin: 0.020s max: 0.040s std dev: 0.01000s window: 2"
    assert meter.report() == "no new messages"


@pytest.mark.parametrize(
    ("size", "report"),
    [
        (100, "200 B/s from 2 messages\n\tMessage size mean: 100 B min: 100 B max: 100 B"),
        (1000, "2.00 KB/s from 2 messages\n\tMessage size mean: 1.00 KB min: 1.00 KB max: 1.00 KB"),
        (2_000_000, "4.00 MB/s from 2 messages\n\tMessage size mean: 2.00 MB min: 2.00 MB max: 2.00 MB"),
    ],
)
def test_a_bandwidth_has_one_unit(size: int, report: str) -> None:
    meter = BandwidthMeter(window=2)
    for stamp_ms in (0, 1000, 1500):
        meter.add(stamp_ms * MS, size)
    assert meter.report(2000 * MS) == report


def test_a_bandwidth_starts_again_when_the_clock_jumps_back(capsys: pytest.CaptureFixture[str]) -> None:
    meter = BandwidthMeter(window=2)
    meter.add(1000 * MS, 1)
    meter.add(2000 * MS, 1)
    assert meter.report(500 * MS) is None
    assert "WARNING: time is reset!" in capsys.readouterr().err
