"""Ctrl-C: noticed where a command is ready for it."""

from __future__ import annotations

import signal
import threading

import pytest

from twin_recorder.interrupt import interrupt_noticed


def test_interrupt_is_raised_by_the_next_check() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interrupt_noticed() as check:
        check()
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            check()
    assert signal.getsignal(signal.SIGINT) is before


def test_second_interrupt_is_raised_at_once() -> None:
    with interrupt_noticed():
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_nothing_is_noticed_in_another_thread() -> None:
    before, seen = signal.getsignal(signal.SIGINT), []

    def work() -> None:
        with interrupt_noticed() as check:
            seen.append(signal.getsignal(signal.SIGINT))
            check()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(timeout=10)
    assert seen == [before]
