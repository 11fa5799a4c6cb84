"""Work that several threads may do is done once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from twin_recorder.core.once import Once


def test_work_is_done_once_however_many_threads_call_it() -> None:
    calls: list[int] = []
    works = [Once(lambda number=number: calls.append(number)) for number in range(200)]  # type: ignore[misc]
    with ThreadPoolExecutor(8) as threads:
        for work in works * 8:
            threads.submit(work)
    assert sorted(calls) == list(range(200))


def test_result_is_waited_for() -> None:
    begun, go = threading.Event(), threading.Event()

    def slow() -> int:
        begun.set()
        assert go.wait(10)
        return 7

    work = Once(slow)
    with ThreadPoolExecutor(1) as threads:
        threads.submit(work)
        assert begun.wait(10)
        work()  # another thread does it
        assert not work.is_done
        go.set()
        assert work.result() == 7
    assert work.is_done


def test_failure_is_the_result() -> None:
    def failing() -> int:
        raise KeyError("a bug")

    work = Once(failing)
    work()
    with pytest.raises(KeyError, match="a bug"):
        work.result()


def test_dropped_work_is_never_begun() -> None:
    calls: list[int] = []
    work = Once(lambda: calls.append(1))
    assert work.dropped() is None
    work()
    assert calls == []
    done = Once(lambda: 7)
    done()
    assert done.dropped() == 7
