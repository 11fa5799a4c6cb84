"""Sensors are due at multiples of their period, whatever the step."""

from __future__ import annotations

import pytest

from twin_sim.simulator.core.schedule import Schedule

STEP_NS = 5_000_000


@pytest.mark.parametrize("rate_hz", [0.5, 2.0, 5.0, 30.0, 100.0])
def test_rate_is_kept_without_drift(rate_hz: float) -> None:
    schedule = Schedule(rate_hz)
    due = [now for now in range(0, 60_000_000_000, STEP_NS) if schedule.is_due(now)]
    assert len(due) == round(60 * rate_hz)
    assert all(0 <= now - round(i * 1e9 / rate_hz) < STEP_NS for i, now in enumerate(due))


def test_rate_zero_is_never_due() -> None:
    schedule = Schedule(0.0)
    assert not any(schedule.is_due(now) for now in range(0, 1_000_000_000, STEP_NS))


def test_faster_than_the_step_is_due_once_each_step() -> None:
    schedule = Schedule(1000.0)
    assert sum(schedule.is_due(now) for now in range(0, 100 * STEP_NS, STEP_NS)) == 100


def test_elapsed_is_the_time_between_questions() -> None:
    schedule = Schedule(30.0, start_ns=1_000)
    assert [schedule.elapsed_s(now) for now in (2_000, 5_000)] == [1e-6, 3e-6]
