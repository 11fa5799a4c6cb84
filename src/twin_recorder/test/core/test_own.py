"""What the recorder itself says on shared topics is told from what others say."""

from __future__ import annotations

from typing import Any

import pytest

from twin_recorder.core.own import own_words


def log(messages: Any, name: str) -> bytes:
    store = messages.definitions.store
    messages.definitions.find("rcl_interfaces/msg/Log")
    made = store.types["rcl_interfaces/msg/Log"](messages.stamp(1), 20, name, "twin_recorder", "", "", 0)
    return bytes(store.serialize_cdr(made, "rcl_interfaces/msg/Log"))


def diagnostics(messages: Any, name: str) -> bytes:
    messages.definitions.find("diagnostic_msgs/msg/DiagnosticArray")
    status = messages.make("diagnostic_msgs/msg/DiagnosticStatus", 0, name, "twin_recorder", "", [])
    return bytes(messages.cdr(messages.make("diagnostic_msgs/msg/DiagnosticArray", messages.header(1, ""), [status])))


@pytest.mark.parametrize(("topic", "make"), [("/rosout", log), ("/diagnostics", diagnostics)])
@pytest.mark.parametrize(("name", "is_own"), [("twin_recorder", True), ("twin_recorder_2", False), ("robot", False)])
def test_own_words_are_known_by_their_name(messages: Any, topic: str, make: Any, name: str, is_own: bool) -> None:
    tells = own_words(topic, "twin_recorder")
    assert tells is not None
    assert tells(make(messages, name)) == is_own


def test_other_topics_are_not_looked_at() -> None:
    assert own_words("/odom", "twin_recorder") is None
