"""While two subscriptions of a topic deliver, each message is taken once."""

from __future__ import annotations

from twin_recorder.core.handover import Handover


def test_what_both_deliver_is_taken_once() -> None:
    handover = Handover()
    old = [(1, b"a"), (2, b"b"), (2, b"c")]
    new = [(2, b"b"), (2, b"c"), (3, b"a")]
    assert [handover.is_new(*message) for message in (*old, *new)] == [True, True, True, False, False, True]
