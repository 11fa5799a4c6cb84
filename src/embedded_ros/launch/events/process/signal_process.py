"""A process gets a signal."""

from __future__ import annotations

import signal as signals
from collections.abc import Callable
from typing import Any

from ...utilities import ensure_argument_type
from .process_targeted_event import ProcessTargetedEvent


class SignalProcess(ProcessTargetedEvent):
    """Sends `signal_number` (or 'SIGKILL', which not every platform has as a number)."""

    name = "launch.events.process.SignalProcess"

    def __init__(self, *, signal_number: str | signals.Signals, process_matcher: Callable[[Any], bool]) -> None:
        super().__init__(process_matcher=process_matcher)
        ensure_argument_type(signal_number, (str, signals.Signals), "signal_number", "SignalProcess")
        self._signal = signal_number

    @property
    def signal(self) -> str | signals.Signals:
        """The signal."""
        return self._signal

    @property
    def signal_name(self) -> str:
        """Its name, as in 'SIGINT'."""
        return self._signal if isinstance(self._signal, str) else self._signal.name
