"""Health as a message."""

from __future__ import annotations

from builtin_interfaces.msg import Time

from twin_node.diagnostics import WARN, diagnostics


def test_status_has_what_was_given() -> None:
    stamp = Time(sec=7)
    array = diagnostics("node: subject", WARN, "late", [("rate", "2")], stamp, hardware_id="robot")
    (status,) = array.status
    assert (array.header.stamp, status.level, status.name, status.message) == (stamp, WARN, "node: subject", "late")
    assert (status.hardware_id, [(item.key, item.value) for item in status.values]) == ("robot", [("rate", "2")])
