"""The background thread: outlives outages and bugs, and ends in bounded time."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

import pytest

from twin_lakehouse import LakeAwayError
from twin_recorder.core.errors import SpoolError
from twin_recorder.core.worker import Worker


class ScriptedPipeline:
    """Fails as the script says, one entry a step; `stepped` is set when it is played."""

    def __init__(self, *script: Exception | None) -> None:
        self._script = list(script)
        self.stepped, self.tended = threading.Event(), threading.Event()
        self.calls: list[str] = []
        self.waiting = 0
        self.untended: Exception | None = None
        self.hangs = threading.Event()
        self.hangs.set()

    def step(self) -> None:
        error = self._script.pop(0) if self._script else None
        if not self._script:
            self.stepped.set()
        if error is not None:
            raise error

    def tend(self) -> None:
        self.tended.set()
        if self.untended is not None:
            raise self.untended

    def write(self) -> None:
        self.calls.append("write")

    def end_segment(self) -> None:
        self.calls.append("end_segment")
        self.waiting += 1

    def drain(self, deadline_s: float) -> int:
        self.calls.append(f"drain {deadline_s:g}")
        self.hangs.wait(20.0)
        return self.waiting

    def close(self) -> None:
        self.calls.append("close")


def play(pipeline: Any) -> None:
    worker = Worker(pipeline, lambda: 0.0)
    worker.start()
    assert pipeline.stepped.wait(20.0)
    assert pipeline.tended.wait(20.0)
    worker.finish(20.0)


def test_finish_drains_and_closes() -> None:
    pipeline = ScriptedPipeline(None)
    play(pipeline)
    assert pipeline.calls == ["write", "end_segment", "drain 20", "close"]


def test_job_is_begun_once_and_before_the_next_step() -> None:
    pipeline = ScriptedPipeline(None)
    worker = Worker(pipeline)  # type: ignore[arg-type]
    begun: list[bool] = []
    worker.begin(lambda: begun.append(pipeline.stepped.is_set()))
    worker.start()
    assert pipeline.stepped.wait(20.0)
    worker.finish(20.0)
    assert begun == [False]


def test_outage_and_bug_do_not_end_the_thread(caplog: pytest.LogCaptureFixture) -> None:
    away = LakeAwayError("lake is away", remedy="wait")
    pipeline = ScriptedPipeline(away, away, KeyError("a bug"), away, None)
    play(pipeline)
    said = [(record.levelno, record.getMessage()) for record in caplog.records]
    assert said == [
        (logging.WARNING, "lake is away; wait"),
        (logging.ERROR, "a step failed; recording goes on, and the step is tried again"),
        (logging.WARNING, "lake is away; wait"),
    ]


def test_two_threads_that_fail_are_not_each_others_news(caplog: pytest.LogCaptureFixture) -> None:
    pipeline = ScriptedPipeline(*[LakeAwayError("lake is away", remedy="wait")] * 4)
    pipeline.untended = SpoolError("no room")
    play(pipeline)
    assert sorted(record.getMessage() for record in caplog.records) == ["lake is away; wait", "no room"]


def test_hanging_commit_does_not_hold_up_the_end() -> None:
    pipeline = ScriptedPipeline(None)
    pipeline.waiting = 2
    pipeline.hangs.clear()
    worker = Worker(pipeline)  # type: ignore[arg-type]
    worker.start()
    assert worker.finish(0.2) == 3
    pipeline.hangs.set()


def test_drain_that_takes_all_its_time_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def drain(deadline_s: float) -> None:
        time.sleep(deadline_s + 0.2)
        pipeline.calls.append("drained")

    pipeline = ScriptedPipeline(None)
    monkeypatch.setattr(pipeline, "drain", drain)
    monkeypatch.setattr("twin_recorder.core.worker._CLOSING_S", 20.0)
    worker = Worker(pipeline)  # type: ignore[arg-type]
    worker.start()
    worker.finish(0.2)
    assert pipeline.calls == ["write", "end_segment", "drained", "close"]


def test_end_is_begun_once_and_can_be_asked_about() -> None:
    pipeline, now_s = ScriptedPipeline(None), [0.0]
    pipeline.hangs.clear()
    worker = Worker(pipeline, lambda: now_s[0])  # type: ignore[arg-type]
    worker.start()
    worker.end(20.0)
    now_s[0] = 5.0
    worker.end(20.0)
    assert (worker.has_ended(), worker.left_s) == (False, 15.0)
    pipeline.hangs.set()
    assert worker.has_ended(20.0)
    assert pipeline.calls.count("write") == 1


def test_lake_that_is_still_being_opened_does_not_keep_the_last_segment_open() -> None:
    pipeline, opening, opened = ScriptedPipeline(None), threading.Event(), threading.Event()

    def begin() -> None:
        opening.set()
        opened.wait(20.0)

    worker = Worker(pipeline)  # type: ignore[arg-type]
    worker.begin(begin)
    worker.start()
    assert opening.wait(20.0)
    assert worker.finish(0.2) == 1
    assert pipeline.calls == ["write", "end_segment"]
    opened.set()
