"""Loggers as nodes have them: with once, skip_first and throttle for each place that logs."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any, NamedTuple, TypedDict, Unpack

from embedded_ros.absent import module_getattr
from rclpy.clock import Clock
from rclpy.impl import log_output
from rclpy.impl.logging_severity import LoggingSeverity

__getattr__ = module_getattr(
    __name__,
    frozenset({"LoggingFilter", "Once", "SkipFirst", "Throttle", "get_filters_from_kwargs", "supported_filters"}),
)
_S_TO_NS = 1_000_000_000
_SYSTEM_CLOCK = Clock()
_FILTERS = ("throttle_duration_sec", "throttle_time_source_type", "skip_first", "once")


class LogOptions(TypedDict, total=False):
    """What each logging call accepts besides its message."""

    throttle_duration_sec: float | None
    throttle_time_source_type: Clock
    skip_first: bool
    once: bool
    name: str


class CallerId(NamedTuple):
    """The place that logs; two calls on one line differ in `last_index`."""

    function_name: str
    file_path: str
    line_number: int
    last_index: int

    @classmethod
    def of(cls, frame: FrameType) -> CallerId:
        return cls(frame.f_code.co_name, frame.f_code.co_filename, frame.f_lineno, frame.f_lasti)


class _Place:
    """What one place asked for in its first call, and what it has logged since."""

    def __init__(self, severity: LoggingSeverity, name: str, options: dict[str, Any]) -> None:
        self.severity = severity
        self.name = name
        self.options = options
        self._was_logged = False
        self._was_skipped = False
        self._last_ns: int | None = None

    def check_same(self, severity: LoggingSeverity, name: str, options: dict[str, Any]) -> None:
        if severity != self.severity:
            raise ValueError("Logger severity cannot be changed between calls.")
        if name != self.name:
            raise ValueError("Logger name cannot be changed between calls.")
        if options.keys() != self.options.keys():
            raise ValueError("Requested logging filters cannot be changed between calls.")
        if options != self.options:
            raise ValueError("Logging filter parameters cannot be changed between calls.")

    def should_log(self) -> bool:
        """Throttle, then skip_first, then once; a message that one holds back does not reach the next."""
        return self._passes_throttle() and self._passes_skip_first() and self._passes_once()

    def _passes_throttle(self) -> bool:
        if "throttle_duration_sec" not in self.options:
            return True
        now_ns = self.options["throttle_time_source_type"].now().nanoseconds
        due_ns = (self._last_ns or 0) + self.options["throttle_duration_sec"] * _S_TO_NS
        # A clock that went back (simulation reset) must not silence the place until it catches up.
        if now_ns < due_ns and not now_ns < (self._last_ns or 0):
            return False
        self._last_ns = now_ns
        return True

    def _passes_skip_first(self) -> bool:
        if "skip_first" not in self.options or self._was_skipped:
            return True
        self._was_skipped = True
        return False

    def _passes_once(self) -> bool:
        if "once" not in self.options:
            return True
        is_first = not self._was_logged
        self._was_logged = True
        return is_first


def _check_options(kwargs: dict[str, Any]) -> dict[str, Any]:
    """The filters that are on, with their parameters. Raises TypeError, ValueError."""
    for option in kwargs:
        if option not in _FILTERS:
            raise TypeError(f'parameter "{option}" is not one of the recognized logging options "{list(_FILTERS)}"')
    options: dict[str, Any] = {key: True for key in ("skip_first", "once") if kwargs.get(key)}
    if kwargs.get("throttle_duration_sec") or kwargs.get("throttle_time_source_type"):
        if kwargs.get("throttle_duration_sec") is None:
            raise TypeError(
                'required parameter "throttle_duration_sec" not specified but is required '
                'for the the logging filter "throttle"'
            )
        source = kwargs.get("throttle_time_source_type", _SYSTEM_CLOCK)
        if not isinstance(source, Clock):
            raise ValueError(f'Received throttle_time_source_type of "{source}" is not a clock instance')
        options |= {"throttle_duration_sec": kwargs["throttle_duration_sec"], "throttle_time_source_type": source}
    return options


def _caller() -> FrameType:
    frame: FrameType = sys._getframe(2)
    while frame.f_code.co_filename == __file__ and frame.f_back is not None:
        frame = frame.f_back
    return frame


class RcutilsLogger:
    """A named logger; dots in the name make a tree of levels."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self._places: dict[CallerId, _Place] = {}

    def get_child(self, name: str) -> RcutilsLogger:
        """The logger `<this>.<name>`."""
        if not name:
            raise ValueError("Child logger name must not be empty.")
        return RcutilsLogger(f"{self.name}.{name}" if self.name else name)

    def set_level(self, level: LoggingSeverity | int) -> None:
        log_output.set_level(self.name, LoggingSeverity(level))

    def get_effective_level(self) -> LoggingSeverity:
        return LoggingSeverity(log_output.effective_level(self.name))

    def is_enabled_for(self, severity: LoggingSeverity | int) -> bool:
        return log_output.is_enabled_for(self.name, LoggingSeverity(severity))

    def log(self, message: str, severity: LoggingSeverity | int, **kwargs: Unpack[LogOptions]) -> bool:
        """True where the message was spoken.

        `throttle_duration_sec` (with `throttle_time_source_type`, a Clock): not more often than that.
        `skip_first`: from the second time on. `once`: the first time only. They hold for the calling line,
        and must stay the same from call to call, else ValueError.
        """
        if not self.is_enabled_for(severity):
            return False
        severity = LoggingSeverity(severity)
        name = kwargs.pop("name", self.name)
        options = _check_options(dict(kwargs)) if kwargs else {}
        caller = CallerId.of(_caller())
        place = self._places.get(caller)
        if place is None:
            place = self._places[caller] = _Place(severity, name, options)
        else:
            place.check_same(severity, name, options)
        if not place.should_log():
            return False
        log_output.log(severity, name, str(message), caller.function_name, caller.file_path, caller.line_number)
        return True

    def debug(self, message: str, **kwargs: Unpack[LogOptions]) -> bool:
        return self.log(message, LoggingSeverity.DEBUG, **kwargs)

    def info(self, message: str, **kwargs: Unpack[LogOptions]) -> bool:
        return self.log(message, LoggingSeverity.INFO, **kwargs)

    def warning(self, message: str, **kwargs: Unpack[LogOptions]) -> bool:
        return self.log(message, LoggingSeverity.WARN, **kwargs)

    def warn(self, message: str, **kwargs: Unpack[LogOptions]) -> bool:
        return self.log(message, LoggingSeverity.WARN, **kwargs)

    def error(self, message: str, **kwargs: Unpack[LogOptions]) -> bool:
        return self.log(message, LoggingSeverity.ERROR, **kwargs)

    def fatal(self, message: str, **kwargs: Unpack[LogOptions]) -> bool:
        return self.log(message, LoggingSeverity.FATAL, **kwargs)
