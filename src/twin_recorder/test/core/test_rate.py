"""Down-sampling by log time."""

from __future__ import annotations

import pytest

from twin_recorder.core.rate import RateLimit

SECOND_NS = 1_000_000_000


@pytest.mark.parametrize(("rate_hz", "kept"), [(10.0, 30), (15.0, 45), (20.0, 60), (30.0, 90), (1000.0, 90)])
def test_rate_limit_keeps_that_many_messages_a_second_and_counts_the_others(rate_hz: float, kept: int) -> None:
    limit = RateLimit(rate_hz)
    taken = sum(limit.takes(number * SECOND_NS // 30) for number in range(90))
    assert taken == pytest.approx(kept, abs=1)
    assert taken + limit.skipped == 90


def test_rate_limit_starts_anew_when_the_clock_goes_back() -> None:
    limit = RateLimit(1.0)
    assert [limit.takes(at_s * SECOND_NS) for at_s in (100, 100, 0, 0, 1)] == [True, False, True, False, True]
