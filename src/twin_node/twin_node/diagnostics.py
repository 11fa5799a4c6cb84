"""A node's health as a /diagnostics message."""

from __future__ import annotations

from collections.abc import Iterable

from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue

OK, WARN, ERROR = DiagnosticStatus.OK, DiagnosticStatus.WARN, DiagnosticStatus.ERROR


def diagnostics(
    name: str, level: bytes, text: str, values: Iterable[tuple[str, str]], stamp: Time, *, hardware_id: str = ""
) -> DiagnosticArray:
    """One status; `name` is "node: subject"."""
    pairs = [KeyValue(key=key, value=value) for key, value in values]
    status = DiagnosticStatus(level=level, name=name, message=text, hardware_id=hardware_id, values=pairs)
    array = DiagnosticArray(status=[status])
    array.header.stamp = stamp
    return array
