"""Which service fits which state: the table, over all pairs."""

from __future__ import annotations

import pytest

from twin_recorder.control import RecorderState, refusal

ALLOWED = {
    ("start", "stopped"),
    ("pause", "recording"),
    ("resume", "paused"),
    ("stop", "recording"),
    ("stop", "paused"),
    ("split", "recording"),
}


@pytest.mark.parametrize("call", ["start", "pause", "resume", "stop", "split"])
@pytest.mark.parametrize("state", list(RecorderState))
def test_call_that_does_not_fit_is_refused_with_what_can_be_done(call: str, state: RecorderState) -> None:
    text = refusal(call, state)
    assert (not text) == ((call, state.value) in ALLOWED)
    if text:
        assert text.startswith(f"{call} refused: the recorder is {state.value}; ")
