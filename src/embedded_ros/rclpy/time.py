"""Points in time of one clock type, in whole nanoseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, overload

from rclpy.clock_type import ClockType
from rclpy.constants import S_TO_NS
from rclpy.duration import Duration

if TYPE_CHECKING:
    import builtin_interfaces.msg


class TimeHandle(Protocol):
    """A time as the client library stores it."""

    @property
    def nanoseconds(self) -> int: ...

    @property
    def clock_type(self) -> ClockType: ...


class Time:
    """`seconds` + `nanoseconds` since the epoch of `clock_type`; never negative."""

    __slots__ = ("_clock_type", "_nanoseconds")

    def __init__(
        self, *, seconds: float = 0, nanoseconds: int = 0, clock_type: ClockType = ClockType.SYSTEM_TIME
    ) -> None:
        if not isinstance(clock_type, ClockType):
            raise TypeError(f"Clock type must be a ClockType enum, not {clock_type!r}")
        if seconds < 0:
            raise ValueError(f"Seconds value must not be negative: {seconds}")
        if nanoseconds < 0:
            raise ValueError(f"Nanoseconds value must not be negative: {nanoseconds}")
        total = int(seconds * S_TO_NS) + int(nanoseconds)
        if total >= 2**63:
            raise OverflowError(f"{total} ns is more than a time holds; it must fit in 63 bits")
        self._nanoseconds = total
        self._clock_type = clock_type

    @property
    def nanoseconds(self) -> int:
        return self._nanoseconds

    def seconds_nanoseconds(self) -> tuple[int, int]:
        return divmod(self._nanoseconds, S_TO_NS)

    @property
    def clock_type(self) -> ClockType:
        return self._clock_type

    @property
    def _time_handle(self) -> TimeHandle:
        return self

    def __repr__(self) -> str:
        return f"Time(nanoseconds={self._nanoseconds}, clock_type={self._clock_type.name})"

    def __add__(self, other: Duration) -> Time:
        if not isinstance(other, Duration):
            return NotImplemented
        try:
            return Time(nanoseconds=self._nanoseconds + other.nanoseconds, clock_type=self._clock_type)
        except OverflowError as error:
            raise OverflowError("Addition leads to overflow in C storage.") from error

    def __radd__(self, other: Duration) -> Time:
        return self.__add__(other)

    @overload
    def __sub__(self, other: Time) -> Duration: ...

    @overload
    def __sub__(self, other: Duration) -> Time: ...

    def __sub__(self, other: Time | Duration) -> Time | Duration:
        if isinstance(other, Time):
            if self._clock_type != other._clock_type:
                raise TypeError("Can't subtract times with different clock types")
            try:
                return Duration(nanoseconds=self._nanoseconds - other._nanoseconds)
            except ValueError as error:
                raise ValueError("Subtraction leads to negative duration") from error
        if isinstance(other, Duration):
            try:
                return Time(nanoseconds=self._nanoseconds - other.nanoseconds, clock_type=self._clock_type)
            except ValueError as error:
                raise ValueError("Subtraction leads to negative time") from error
        return NotImplemented

    def _comparable(self, other: Time) -> int:
        if self._clock_type != other._clock_type:
            raise TypeError("Can't compare times with different clock types")
        return other._nanoseconds

    def __hash__(self) -> int:
        return hash((self._nanoseconds, self._clock_type))

    def __eq__(self, other: object) -> bool:
        return self._nanoseconds == self._comparable(other) if isinstance(other, Time) else NotImplemented

    def __ne__(self, other: object) -> bool:
        return self._nanoseconds != self._comparable(other) if isinstance(other, Time) else NotImplemented

    def __lt__(self, other: object) -> bool:
        return self._nanoseconds < self._comparable(other) if isinstance(other, Time) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self._nanoseconds <= self._comparable(other) if isinstance(other, Time) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self._nanoseconds > self._comparable(other) if isinstance(other, Time) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self._nanoseconds >= self._comparable(other) if isinstance(other, Time) else NotImplemented

    def to_msg(self) -> builtin_interfaces.msg.Time:
        from builtin_interfaces.msg import Time as TimeMsg

        sec, nanosec = self.seconds_nanoseconds()
        return TimeMsg(sec=sec, nanosec=nanosec)

    @classmethod
    def from_msg(cls, msg: builtin_interfaces.msg.Time, clock_type: ClockType = ClockType.ROS_TIME) -> Time:
        from builtin_interfaces.msg import Time as TimeMsg

        if not isinstance(msg, TimeMsg):
            raise TypeError(f"Must pass a builtin_interfaces.msg.Time object, not {type(msg).__name__}")
        return cls(seconds=msg.sec, nanoseconds=msg.nanosec, clock_type=clock_type)
