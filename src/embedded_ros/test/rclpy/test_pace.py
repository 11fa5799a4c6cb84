"""From which rate on messages are let gather."""

import math

import pytest

from rclpy.impl.pace import Pace

S_NS = 1_000_000_000


@pytest.mark.parametrize(("rate_hz", "is_fast"), [(1, False), (500, False), (700, False), (800, True), (100_000, True)])
def test_a_steady_rate(rate_hz: int, is_fast: bool) -> None:
    pace = Pace(0.002)
    found = [pace.fast_hz(1, S_NS + number * S_NS // rate_hz) for number in range(2 * rate_hz)]
    assert found[-1] == pytest.approx(rate_hz if is_fast else 0, rel=0.05)
    assert is_fast or not any(found)


def test_the_first_message_after_a_break_is_not_fast() -> None:
    pace = Pace(0.002)
    assert [pace.fast_hz(1, S_NS + number * 500_000) for number in range(100)][-1]
    assert not pace.fast_hz(1, 10 * S_NS)


def test_a_flow_that_ends_is_fast_for_one_window_more() -> None:
    pace = Pace(0.002)
    for number in range(101):
        pace.fast_hz(1, S_NS + number * 500_000)
    assert [pace.fast_hz(0, S_NS + 50_000_000 + past_ns) > 0 for past_ns in (2_000_000, 25_000_000)] == [True, False]


def test_without_a_rest_nothing_is_fast() -> None:
    pace = Pace(0.0)
    assert not any(pace.fast_hz(1, S_NS + number * 500_000) for number in range(200))


@pytest.mark.parametrize(("queue", "shut_s"), [(math.inf, 0.006), (24, 0.006), (16, 0.004), (11, 0.0), (1, 0.0)])
def test_sockets_are_shut_for_as_long_as_the_shortest_queue_allows(queue: float, shut_s: float) -> None:
    assert Pace(0.006).shut_s(2_000.0, queue) == shut_s
